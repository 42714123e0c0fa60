/** The conversation in the reading pane: its messages, which are unfolded, and their bodies. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { Batch, jmap } from '../jmap/client';
import type { Email, EmailSummary, GetResult, Id, SetResult, Thread } from '../jmap/types';
import { Recovery } from '../shell/recovery.svelte';
import { list } from './list.svelte';
import { mailboxes } from './mailboxes.svelte';
import { SUMMARY_PROPERTIES } from './rows';

export const BODY_PROPERTIES = [
  ...SUMMARY_PROPERTIES, 'blobId', 'size', 'messageId', 'inReplyTo', 'references', 'sender', 'cc', 'bcc', 'replyTo', 'sentAt',
  'textBody', 'htmlBody', 'attachments', 'bodyValues', 'safeHtml',
];
const HEADING_PROPERTIES = [...SUMMARY_PROPERTIES, 'cc'];
const MAX_TEXT_BYTES = 512_000;
const MAX_UNFOLDED = 8;

/** Adds the reading of whole messages to a batch. */
export function bodiesIn(batch: Batch, ids: Id[]): () => Email[] {
  const get = batch.call<GetResult<Email>>('Email/get', { ids, properties: BODY_PROPERTIES, fetchTextBodyValues: true, maxBodyValueBytes: MAX_TEXT_BYTES });
  return () => get.value.list;
}

export type Heading = EmailSummary & Pick<Email, 'cc'>;

class Conversation {
  threadId = $state('');
  messages = $state.raw<Heading[]>([]);
  readonly unfolded = new SvelteSet<Id>();
  readonly bodies = new SvelteMap<Id, Email>();
  readonly recovery = new Recovery(() => this.load());
  private abort = new AbortController();

  get last(): Heading | undefined {
    return this.messages.findLast((message) => !message.keywords['$draft']);
  }

  open(threadId: Id): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.threadId = threadId;
    this.messages = [];
    this.unfolded.clear();
    this.bodies.clear();
    this.recovery.stop();
    if (threadId) void this.recovery.run();
  }

  close(): void {
    this.open('');
  }

  async unfold(id: Id): Promise<void> {
    this.unfolded.add(id);
    if (this.bodies.has(id)) return;
    const batch = new Batch();
    const read = bodiesIn(batch, [id]);
    const seen = this.messages.some((message) => message.id === id && message.keywords['$seen']);
    if (!seen) this.markSeenIn(batch, [id]);
    await jmap.send(batch, this.abort.signal);
    for (const email of read()) this.bodies.set(email.id, email);
  }

  fold(id: Id): void {
    this.unfolded.delete(id);
  }

  /** The same request brings the headings, the bodies that are known to be wanted, and marks them read. */
  private async load(): Promise<void> {
    const { signal } = this.abort;
    const threadId = this.threadId;
    const first = this.messages.length === 0;
    const wanted = first ? this.wantedAtFirst() : [];
    const batch = new Batch();
    const thread = batch.call<GetResult<Thread>>('Thread/get', { ids: [threadId] });
    const headings = batch.call<GetResult<Heading>>('Email/get', { '#ids': thread.ref('/list/*/emailIds'), properties: HEADING_PROPERTIES });
    const bodies = wanted.length > 0 ? bodiesIn(batch, wanted) : () => [];
    const applyBoxes = wanted.length > 0 ? this.markSeenIn(batch, wanted) : () => {};
    await jmap.send(batch, signal);
    if (signal.aborted) return;
    const known = new Set(this.messages.map((message) => message.id));
    this.messages = this.shown(headings.value.list);
    for (const email of bodies()) this.bodies.set(email.id, email);
    applyBoxes();
    await this.unfoldNew(first ? wanted : this.messages.map((message) => message.id).filter((id) => !known.has(id)));
  }

  /** Known from the list: the unread messages and the one that the row shows. */
  private wantedAtFirst(): Id[] {
    const row = list.find(this.threadId);
    if (!row) return [];
    const unread = row.members.filter((member) => !member.keywords['$seen'] && !member.keywords['$draft']).map((member) => member.id);
    return [...new Set([row.emailId, ...unread])].slice(0, MAX_UNFOLDED);
  }

  private async unfoldNew(ids: Id[]): Promise<void> {
    for (const id of ids) this.unfolded.add(id);
    const last = this.last?.id;
    if (this.unfolded.size === 0 && last) this.unfolded.add(last);
    const missing = [...this.unfolded].filter((id) => !this.bodies.has(id) && this.messages.some((message) => message.id === id));
    await Promise.all(missing.map((id) => this.unfold(id)));
  }

  private markSeenIn(batch: Batch, ids: Id[]): () => void {
    batch.call<SetResult>('Email/set', { update: Object.fromEntries(ids.map((id) => [id, { 'keywords/$seen': true }])) });
    list.mark(new Set(ids), '$seen', true);
    return mailboxes.refreshIn(batch);
  }

  /** Deleted messages stay out of a conversation that is not itself in the trash. */
  private shown(messages: Heading[]): Heading[] {
    const trash = mailboxes.role('trash')?.id ?? '';
    const kept = messages.filter((message) => !message.mailboxIds[trash]);
    return (kept.length > 0 ? kept : messages).toSorted((a, b) => a.receivedAt.localeCompare(b.receivedAt));
  }
}

export const conversation = new Conversation();
