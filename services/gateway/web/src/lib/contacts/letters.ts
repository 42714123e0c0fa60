/** Contacts in runs of the same first letter, in the order given. */
import type { ContactCard } from '../jmap/types';
import { cardName } from './card';

export interface LetterGroup {
  letter: string;
  cards: ContactCard[];
}

/** The plain capital under which a name stands; "#" for what begins with no letter. */
export function letterOf(name: string): string {
  const first = name.normalize('NFD').replace(/\p{M}/gu, '').charAt(0).toUpperCase();
  return /[A-Z]/.test(first) ? first : '#';
}

export function byLetter(cards: readonly ContactCard[]): LetterGroup[] {
  const groups = new Map<string, ContactCard[]>();
  for (const card of cards) {
    const letter = letterOf(cardName(card));
    groups.set(letter, [...(groups.get(letter) ?? []), card]);
  }
  return [...groups].map(([letter, members]) => ({ letter, cards: members }));
}
