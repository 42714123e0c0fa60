/** The search box of the mail, between its pure parts and the account. */
import { suggest } from '../compose/suggestions';
import { dayOf } from '../i18n/dates';
import { t } from '../i18n/catalogue';
import { mailboxes, mailboxName } from '../mail/mailboxes.svelte';
import { filterOfSearch, type Filter } from './filter';
import { beginningAt, hintsFor, namesPeople, valueHint, type Hint } from './hints';
import { readSearch, type Criterion, type Folder } from './read';

const HIDDEN = ['trash', 'junk'] as const;

/** By their names here, and by their roles. */
function folders(): Folder[] {
  return [...mailboxes.withRole, ...mailboxes.personal].map((mailbox) => ({
    id: mailbox.id,
    names: [mailboxName(mailbox), ...(mailbox.role ? [mailbox.role, mailbox.name] : [])],
  }));
}

export function read(typed: string): Criterion[] {
  return readSearch(typed, folders(), dayOf(new Date()));
}

export function filterOf(typed: string): Filter {
  const hidden = HIDDEN.flatMap((role) => mailboxes.role(role)?.id ?? []);
  return filterOfSearch(read(typed), hidden);
}

/** People come from the contacts; where these are away, there are none. */
export async function hints(typed: string, caret: number, signal: AbortSignal): Promise<Hint[]> {
  const beginning = beginningAt(typed, caret);
  if (!namesPeople(beginning)) return hintsFor(typed, caret, folders(), t);
  try {
    const people = await suggest(beginning.value, signal);
    return people.map(({ address }) => ({ ...valueHint(beginning, address.email, address.name ?? ''), shown: address.name || address.email, about: address.email }));
  } catch {
    return [];
  }
}
