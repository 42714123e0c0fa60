/** Reading and writing contact cards (JSContact, RFC 9553) as the pages show them. */
import type { ContactCard } from '../jmap/types';

export function cardName(card: ContactCard): string {
  const full = card.name?.full?.trim();
  if (full) return full;
  const parts = (card.name?.components ?? []).filter((part) => part.kind === 'given' || part.kind === 'surname').map((part) => part.value);
  return parts.join(' ').trim() || cardEmails(card)[0] || '';
}

/** What names are sorted under: the surname when it is known. */
export function sortName(card: ContactCard): string {
  const surname = card.name?.components?.find((part) => part.kind === 'surname')?.value;
  return surname || cardName(card).split(' ').at(-1) || '';
}

const values = <T>(map: Record<string, T> | null | undefined): T[] => Object.values(map ?? {});

export const cardEmails = (card: ContactCard): string[] => values(card.emails).map((entry) => entry.address);
export const cardPhones = (card: ContactCard): string[] => values(card.phones).map((entry) => entry.number);
export const cardTitles = (card: ContactCard): string[] => values(card.titles).map((entry) => entry.name);
export const cardNotes = (card: ContactCard): string[] => values(card.notes).map((entry) => entry.note);
export const cardOrganizations = (card: ContactCard): string[] =>
  values(card.organizations).map((entry) => [entry.name, ...(entry.units ?? []).map((unit) => unit.name)].filter(Boolean).join(', '));

/** « Enseignant 2nd degré, collège Jules-Fictif » */
export function cardRole(card: ContactCard): string {
  return [cardTitles(card)[0], cardOrganizations(card)[0]].filter(Boolean).join(', ');
}

export interface CardForm {
  given: string;
  surname: string;
  email: string;
  phone: string;
  title: string;
  organization: string;
  note: string;
}

export function toForm(card: ContactCard | null): CardForm {
  const component = (kind: string): string => card?.name?.components?.find((part) => part.kind === kind)?.value ?? '';
  const words = card && !card.name?.components?.length ? cardName(card).split(' ') : [];
  return {
    given: component('given') || (words[0] ?? ''),
    surname: component('surname') || words.slice(1).join(' '),
    email: (card && cardEmails(card)[0]) ?? '',
    phone: (card && cardPhones(card)[0]) ?? '',
    title: (card && cardTitles(card)[0]) ?? '',
    organization: (card && cardOrganizations(card)[0]) ?? '',
    note: (card && cardNotes(card)[0]) ?? '',
  };
}

/** Replaces the first entry of a map, keeps the others; removes it when the value is empty. */
function withFirst<T extends object>(map: Record<string, T> | null | undefined, entry: T | null): Record<string, T> {
  const result = { ...map };
  const key = Object.keys(result)[0] ?? 'e1';
  if (entry) result[key] = { ...result[key], ...entry };
  else delete result[key];
  return result;
}

/** The properties to give to ContactCard/set. What the form does not show is kept. */
export function fromForm(form: CardForm, card: ContactCard | null): Partial<ContactCard> {
  const trimmed = Object.fromEntries(Object.entries(form).map(([key, value]) => [key, value.trim()])) as unknown as CardForm;
  const components = [
    { kind: 'given', value: trimmed.given },
    { kind: 'surname', value: trimmed.surname },
  ].filter((part) => part.value !== '');
  return {
    name: { full: [trimmed.given, trimmed.surname].filter(Boolean).join(' ') || trimmed.email, components },
    emails: withFirst(card?.emails, trimmed.email ? { address: trimmed.email } : null),
    phones: withFirst(card?.phones, trimmed.phone ? { number: trimmed.phone } : null),
    titles: withFirst(card?.titles, trimmed.title ? { name: trimmed.title } : null),
    organizations: withFirst(card?.organizations, trimmed.organization ? { name: trimmed.organization } : null),
    notes: withFirst(card?.notes, trimmed.note ? { note: trimmed.note } : null),
  };
}
