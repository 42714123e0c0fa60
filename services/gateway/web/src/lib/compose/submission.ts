/** The requests of the composer: identities, drafts, sending. */
import { assertSet, Batch, created, jmap } from '../jmap/client';
import type { Email, GetResult, Id, Identity, Mailbox, SetResult } from '../jmap/types';
import { bodiesIn } from '../mail/conversation.svelte';
import { list } from '../mail/list.svelte';
import { mailboxes } from '../mail/mailboxes.svelte';
import { emailObject, type DraftContent } from './draft';

function mailboxId(role: Mailbox['role']): Id {
  const id = role && mailboxes.role(role)?.id;
  if (!id) throw new Error(`no mailbox for ${role}`);
  return id;
}

let identity: Identity | undefined;

/** The identity to write as; asked for once. */
export async function defaultIdentity(): Promise<Identity> {
  if (identity) return identity;
  const batch = new Batch();
  const get = batch.call<GetResult<Identity>>('Identity/get', { ids: null });
  const refresh = mailboxes.all.length === 0 ? mailboxes.refreshIn(batch) : () => {};
  await jmap.send(batch);
  refresh();
  const [first] = get.value.list;
  if (!first) throw new Error('no identity');
  identity = first;
  return first;
}

export async function fetchEmail(id: Id): Promise<Email> {
  const batch = new Batch();
  const read = bodiesIn(batch, [id]);
  await jmap.send(batch);
  const [email] = read();
  if (!email) throw new Error('no such message');
  return email;
}

/** Stores the draft, then removes the one it replaces: never the other way round. */
export async function saveDraft(content: DraftContent, replaced: Id | null): Promise<Id> {
  const batch = new Batch();
  const create = batch.call<SetResult>('Email/set', { create: { draft: emailObject(content, mailboxId('drafts')) } });
  await jmap.send(batch);
  const { id } = created(create.value, 'draft');
  if (replaced) await destroyDraft(replaced);
  return id;
}

export async function destroyDraft(id: Id): Promise<void> {
  const batch = new Batch();
  const destroy = batch.call<SetResult>('Email/set', { destroy: [id] });
  const applyBoxes = mailboxes.refreshIn(batch);
  const applyList = list.refreshIn(batch);
  await jmap.send(batch);
  applyBoxes();
  applyList();
  assertSet(destroy.value);
}

/** One request: the message is created in Drafts, submitted, and moved to Sent by the server when that succeeds. */
export async function send(content: DraftContent, identityId: Id): Promise<void> {
  const drafts = mailboxId('drafts');
  const sent = mailboxId('sent');
  const batch = new Batch();
  const create = batch.call<SetResult>('Email/set', { create: { draft: emailObject(content, drafts) } });
  const submit = batch.call<SetResult>('EmailSubmission/set', {
    create: { submission: { identityId, emailId: '#draft' } },
    onSuccessUpdateEmail: {
      '#submission': { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true, 'keywords/$draft': null },
    },
  });
  await jmap.send(batch);
  const { id } = created(create.value, 'draft');
  try {
    created(submit.value, 'submission');
  } catch (error) {
    await destroyDraft(id);
    throw error;
  }
}

/** After sending: the autosaved draft goes, and the message answered gets its mark. */
export async function tidyAfterSending(draftId: Id | null, answered: { id: Id; keyword: '$answered' | '$forwarded' } | null): Promise<void> {
  const batch = new Batch();
  const update = answered ? { [answered.id]: { [`keywords/${answered.keyword}`]: true } } : {};
  batch.call<SetResult>('Email/set', { update, ...(draftId ? { destroy: [draftId] } : {}) });
  const applyBoxes = mailboxes.refreshIn(batch);
  const applyList = list.refreshIn(batch);
  await jmap.send(batch);
  applyBoxes();
  applyList();
}
