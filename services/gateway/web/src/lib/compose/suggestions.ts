/** Recipients proposed while typing, from the directory and the personal contacts. */
import { Batch, jmap } from '../jmap/client';
import type { Address, ContactCard, GetResult, QueryResult } from '../jmap/types';
import { cardEmails, cardName, cardRole } from '../contacts/card';

export interface Suggestion {
  address: Address;
  detail: string;
}

const LIMIT = 8;

/** Throws when the contacts service is away. */
export async function suggest(text: string, signal: AbortSignal): Promise<Suggestion[]> {
  const batch = new Batch();
  const query = batch.call<QueryResult>('ContactCard/query', { filter: { text }, sort: [{ property: 'name/full', isAscending: true }], limit: LIMIT });
  const get = batch.call<GetResult<ContactCard>>('ContactCard/get', { '#ids': query.ref('/ids') });
  await jmap.send(batch, signal);
  const order = new Map(query.value.ids.map((id, index) => [id, index]));
  const cards = get.value.list.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  const found = new Map<string, Suggestion>();
  for (const card of cards) {
    for (const email of cardEmails(card)) {
      const key = email.toLowerCase();
      if (!found.has(key)) found.set(key, { address: { name: cardName(card), email }, detail: cardRole(card) });
    }
  }
  return [...found.values()].slice(0, LIMIT);
}
