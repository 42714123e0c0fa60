/** Messages to begin from, « Modèles »: emails with the keyword `$template`, in a mailbox of that role. One is never sent: a copy of it is. */
import { t } from '../i18n/catalogue';
import { assertSet, Batch, created, jmap } from '../jmap/client';
import type { Email, GetResult, Id, QueryResult, SetResult } from '../jmap/types';
import { list } from '../mail/list.svelte';
import { mailboxes } from '../mail/mailboxes.svelte';
import { Recovery } from '../shell/recovery.svelte';
import { contentHtml, emailObject, type DraftContent } from './draft';
import { fetchEmail } from './submission';

export const TEMPLATE = '$template';
const MOST = 200;

/** A template bears its subject as its name. */
export type Template = Pick<Email, 'id' | 'subject'>;

class Templates {
  all = $state.raw<Template[]>([]);
  readonly recovery = new Recovery(() => this.load());

  private async load(): Promise<void> {
    const mailbox = mailboxes.role('templates');
    if (!mailbox) {
      this.all = [];
      return;
    }
    const batch = new Batch();
    const query = batch.call<QueryResult>('Email/query', { filter: { inMailbox: mailbox.id, hasKeyword: TEMPLATE }, limit: MOST });
    const get = batch.call<GetResult<Template>>('Email/get', { '#ids': query.ref('/ids'), properties: ['id', 'subject'] });
    await jmap.send(batch);
    this.all = get.value.list.toSorted((a, b) => (a.subject ?? '').localeCompare(b.subject ?? '', 'fr'));
  }

  async save(content: DraftContent, name: string): Promise<void> {
    const object = emailObject({ ...content, subject: name, messageId: null, inReplyTo: null, references: null }, await templatesMailbox());
    await this.set({ create: { template: { ...object, keywords: { $draft: true, $seen: true, [TEMPLATE]: true } } } });
  }

  /** An email does not change: another one takes its place. */
  async rename(id: Id, name: string): Promise<void> {
    const email = await fetchEmail(id);
    const { to, cc, bcc, replyTo, attachments, from } = email;
    const files = attachments.filter((part) => part.blobId).map((part) => ({ blobId: part.blobId as Id, name: part.name ?? '', type: part.type }));
    await this.save({ messageId: null, from: from?.[0] ?? { name: null, email: '' }, replyTo, to: to ?? [], cc: cc ?? [], bcc: bcc ?? [], subject: name, html: contentHtml(email), attachments: files, inReplyTo: null, references: null }, name);
    await this.remove(id);
  }

  async remove(id: Id): Promise<void> {
    await this.set({ destroy: [id] });
  }

  private async set(args: Record<string, unknown>): Promise<void> {
    const batch = new Batch();
    const set = batch.call<SetResult>('Email/set', args);
    const show = [mailboxes.refreshIn(batch), list.refreshIn(batch)];
    await jmap.send(batch);
    for (const one of show) one();
    if (args['create']) created(set.value, 'template');
    assertSet(set.value);
    await this.recovery.run();
  }
}

/** Made on first use; where a folder of the agent's bears the name, it is taken for it. */
async function templatesMailbox(): Promise<Id> {
  const known = mailboxes.role('templates');
  if (known) return known.id;
  const batch = new Batch();
  const set = batch.call<SetResult>('Mailbox/set', { create: { templates: { name: t('mailbox.templates'), role: 'templates' } } });
  const show = mailboxes.refreshIn(batch);
  await jmap.send(batch);
  show();
  const existing = set.value.notCreated?.['templates']?.existingId;
  if (!existing) return created(set.value, 'templates').id;
  const adopt = new Batch();
  const update = adopt.call<SetResult>('Mailbox/set', { update: { [existing]: { role: 'templates' } } });
  await jmap.send(adopt);
  assertSet(update.value);
  return existing;
}

export const templates = new Templates();
