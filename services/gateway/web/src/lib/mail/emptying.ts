/** Taking all messages out of a mailbox, as many at once as the server takes. */
import { assertSet, Batch, jmap } from '../jmap/client';
import type { Email, GetResult, Id, QueryResult, SetResult } from '../jmap/types';
import type { Changes, Patch } from './changes';
import { list } from './list.svelte';
import { mailboxes } from './mailboxes.svelte';

type Placed = Pick<Email, 'id' | 'mailboxIds'>;

const isAlone = (email: Placed): boolean => Object.keys(email.mailboxIds).length === 1;

/** Puts them elsewhere; what stands in another mailbox too stays there alone. */
export function moveAll(id: Id, targetId: Id): Promise<void> {
  return takeAllOut(id, (emails) => ({
    update: Object.fromEntries(emails.map((email) => [email.id, { [`mailboxIds/${id}`]: null, ...(isAlone(email) ? { [`mailboxIds/${targetId}`]: true } : {}) }])),
  }));
}

/** Destroys them; what stands in another mailbox too stays there alone. */
export function destroyAll(id: Id): Promise<void> {
  const leave: Patch = { [`mailboxIds/${id}`]: null };
  return takeAllOut(id, (emails) => ({
    update: Object.fromEntries(emails.filter((email) => !isAlone(email)).map((email) => [email.id, leave])),
    destroy: emails.filter(isAlone).map((email) => email.id),
  }));
}

async function takeAllOut(id: Id, changes: (emails: Placed[]) => Changes): Promise<void> {
  const limit = await jmap.maxObjectsInSet();
  for (;;) {
    const batch = new Batch();
    const query = batch.call<QueryResult>('Email/query', { filter: { inMailbox: id }, limit });
    const get = batch.call<GetResult<Placed>>('Email/get', { '#ids': query.ref('/ids'), properties: ['id', 'mailboxIds'] });
    await jmap.send(batch);
    if (get.value.list.length === 0) return;
    await apply(changes(get.value.list));
  }
}

async function apply(changes: Changes): Promise<void> {
  const batch = new Batch();
  const call = batch.call<SetResult>('Email/set', { ...changes });
  const show = [mailboxes.refreshIn(batch), list.refreshIn(batch)];
  await jmap.send(batch);
  for (const one of show) one();
  assertSet(call.value);
}
