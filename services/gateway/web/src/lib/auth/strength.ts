/** How hard a password is to guess, by zxcvbn with French words. Heavy: only strength.worker.ts and tests load it. */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as international } from '@zxcvbn-ts/language-common';
import { dictionary as french } from '@zxcvbn-ts/language-fr';
import type { Advice, Strength } from './meter';

const zxcvbn = new ZxcvbnFactory({ dictionary: { ...international, ...french }, graphs: adjacencyGraphs });

const WARNINGS: Record<string, Advice> = {
  straightRow: 'keyboard',
  keyPattern: 'keyboard',
  simpleRepeat: 'repeat',
  extendedRepeat: 'repeat',
  sequences: 'sequence',
  recentYears: 'date',
  dates: 'date',
  topTen: 'common',
  topHundred: 'common',
  common: 'common',
  similarToCommon: 'common',
  wordByItself: 'moreWords',
  namesByThemselves: 'name',
  commonNames: 'name',
  userInputs: 'personal',
};
const SUGGESTIONS: Record<string, Advice> = { l33t: 'disguise', reverseWords: 'disguise' };
const PERSONAL_LENGTH = 4;
const GOOD = 3;

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** `personal`: words that whoever knows the agent tries first, such as their name. */
export function judge(password: string, personal: string[]): Strength {
  const { score, feedback } = zxcvbn.check(password, personal);
  const telling = personal.map(folded).filter((word) => word.length >= PERSONAL_LENGTH);
  if (telling.some((word) => folded(password).includes(word))) return { score: Math.min(score, 1), advice: 'personal' };
  if (score >= GOOD) return { score, advice: null };
  const warning = feedback.warning ? WARNINGS[feedback.warning] : undefined;
  const suggestion = feedback.suggestions.map((key) => SUGGESTIONS[key]).find(Boolean);
  return { score, advice: warning ?? suggestion ?? 'moreWords' };
}
