/** The password meter's side of the page: asks the worker, and says what it found. */
import { t, type MessageKey } from '../i18n/catalogue';
import { MINIMUM_LENGTH } from './password';

export type Advice = 'keyboard' | 'repeat' | 'sequence' | 'date' | 'common' | 'moreWords' | 'name' | 'personal' | 'disguise';
/** score: 0 (guessed at once) to 4. advice: what to change, null when nothing needs to. */
export interface Strength {
  score: number;
  advice: Advice | null;
}
export interface ToJudge {
  id: number;
  password: string;
  personal: string[];
}
export interface Judged {
  id: number;
  strength: Strength;
}

const LEVELS: MessageKey[] = ['meter.level0', 'meter.level1', 'meter.level2', 'meter.level3', 'meter.level4'];
const ADVICE: Record<Advice, MessageKey> = {
  keyboard: 'meter.keyboard',
  repeat: 'meter.repeat',
  sequence: 'meter.sequence',
  date: 'meter.date',
  common: 'meter.common',
  moreWords: 'meter.moreWords',
  name: 'meter.name',
  personal: 'meter.personal',
  disguise: 'meter.disguise',
};
/** Bars of the meter that a password too short can't pass. */
const SHORT_BARS = 1;
export const BARS = 4;

export interface Reading {
  bars: number;
  level: string;
  advice: string;
}

/** What the meter shows for a password; `strength` is null while, or where, nobody can judge. */
export function reading(password: string, strength: Strength | null): Reading | null {
  const length = [...password].length;
  if (length === 0) return null;
  const advice = strength?.advice ? t(ADVICE[strength.advice]) : '';
  if (length < MINIMUM_LENGTH) {
    return { bars: SHORT_BARS, level: t('meter.short', { count: length, minimum: MINIMUM_LENGTH }), advice };
  }
  if (!strength) return { bars: 0, level: t('meter.longEnough'), advice: '' };
  const key = LEVELS[strength.score] ?? 'meter.level0';
  return { bars: Math.max(1, strength.score), level: t(key), advice };
}

/** A worker that judges one password after the other; only the newest answer counts. */
export class Judge {
  private worker: Worker | undefined;
  private id = 0;

  /** `onstrength` gets null when the worker can't be had: then only the server judges. */
  constructor(private readonly onstrength: (strength: Strength | null) => void) {}

  ask(password: string, personal: string[]): void {
    this.worker ??= this.start();
    this.worker.postMessage({ id: ++this.id, password, personal } satisfies ToJudge);
  }

  stop(): void {
    this.worker?.terminate();
    this.worker = undefined;
  }

  private start(): Worker {
    const worker = new Worker(new URL('./strength.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Judged>) => {
      if (data.id === this.id) this.onstrength(data.strength);
    };
    worker.onerror = () => this.onstrength(null);
    return worker;
  }
}
