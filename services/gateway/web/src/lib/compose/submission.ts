/** The requests of the composer: drafts, sending. */
import { t } from '../i18n/catalogue';
import { assertSet, Batch, created, jmap } from '../jmap/client';
import { ObjectRefused } from '../jmap/errors';
import type { Email, GetResult, Id, Mailbox, QueryResult, SetResult, Submission } from '../jmap/types';
import { bodiesIn } from '../mail/conversation.svelte';
import { list } from '../mail/list.svelte';
import { mailboxes } from '../mail/mailboxes.svelte';
import { emailObject, type DraftContent } from './draft';
import { parametersOf, type Release } from './release';

function mailboxId(role: Mailbox['role']): Id {
  const id = role && mailboxes.role(role)?.id;
  if (!id) throw new Error(`no mailbox for ${role}`);
  return id;
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

function draftTo(mailbox: Id): Record<string, unknown> {
  return { [`mailboxIds/${mailboxId('drafts')}`]: null, [`mailboxIds/${mailbox}`]: true, 'keywords/$draft': null };
}

/** Where messages wait that leave later; made when it is first needed. */
async function scheduledId(): Promise<Id> {
  const known = mailboxes.role('scheduled');
  if (known) return known.id;
  const batch = new Batch();
  const set = batch.call<SetResult>('Mailbox/set', { create: { scheduled: { name: t('mailbox.scheduled'), role: 'scheduled' } } });
  const show = mailboxes.refreshIn(batch);
  await jmap.send(batch);
  show();
  return mailboxes.role('scheduled')?.id ?? created(set.value, 'scheduled').id;
}

function envelope({ from, to, cc, bcc }: DraftContent, release: Exclude<Release, null>): Record<string, unknown> {
  const recipients = [...to, ...cc, ...bcc].map(({ email }) => ({ email }));
  return { mailFrom: { email: from.email, parameters: parametersOf(release) }, rcptTo: recipients };
}

/** Moves a draft to the trash, or back. */
export async function moveDraft(id: Id, role: 'drafts' | 'trash'): Promise<void> {
  const batch = new Batch();
  const set = batch.call<SetResult>('Email/set', { update: { [id]: { mailboxIds: { [mailboxId(role)]: true } } } });
  const applyBoxes = mailboxes.refreshIn(batch);
  const applyList = list.refreshIn(batch);
  await jmap.send(batch);
  applyBoxes();
  applyList();
  assertSet(set.value);
}

/** One request: the message is created in Drafts, submitted, and moved by the server when that succeeds. */
export async function send(content: DraftContent, identityId: Id, release: Release): Promise<Submission> {
  const later = release !== null && 'until' in release;
  const [drafts, goal] = [mailboxId('drafts'), later ? await scheduledId() : mailboxId('sent')];
  const batch = new Batch();
  const create = batch.call<SetResult>('Email/set', { create: { draft: emailObject(content, drafts) } });
  const submission = { identityId, emailId: '#draft', ...(release ? { envelope: envelope(content, release) } : {}) };
  const submit = batch.call<SetResult<Omit<Submission, 'emailId'>>>('EmailSubmission/set', {
    create: { submission },
    onSuccessUpdateEmail: {
      '#submission': draftTo(goal),
    },
  });
  await jmap.send(batch);
  const { id } = created(create.value, 'draft');
  try {
    return { ...created(submit.value, 'submission'), emailId: id };
  } catch (error) {
    // Only a refusal says that nothing left; a failure may have come after the submission.
    if (error instanceof ObjectRefused) await destroyDraft(id);
    throw error;
  }
}

/** Whether an attempt whose answer was lost did send the message. When it did not, the copy it left in Drafts is removed. */
export async function wasSent(messageId: string): Promise<boolean> {
  const [drafts, sent] = [mailboxId('drafts'), mailboxId('sent')];
  const search = new Batch();
  const query = search.call<QueryResult>('Email/query', { filter: { header: ['Message-ID', messageId] }, limit: 10 });
  const get = search.call<GetResult<Pick<Email, 'id' | 'mailboxIds'>>>('Email/get', { '#ids': query.ref('/ids'), properties: ['id', 'mailboxIds'] });
  await jmap.send(search);
  const copies = get.value.list;
  if (copies.some((copy) => !copy.mailboxIds[drafts])) return true;
  if (copies.length === 0) return false;
  const ids = copies.map((copy) => copy.id);
  const check = new Batch();
  const submissions = check.call<QueryResult>('EmailSubmission/query', { filter: { emailIds: ids }, limit: 1 });
  await jmap.send(check);
  const left = submissions.value.ids.length > 0;
  const tidy = new Batch();
  const set = tidy.call<SetResult>('Email/set', left ? { update: Object.fromEntries(ids.map((id) => [id, draftTo(sent)])) } : { destroy: ids });
  await jmap.send(tidy);
  assertSet(set.value);
  return left;
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
