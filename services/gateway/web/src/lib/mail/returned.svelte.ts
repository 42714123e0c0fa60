/** Conversations that have come back at their time. They stand above the inbox, since the list keeps them where their date puts them. */
import { assertSet, Batch, jmap } from '../jmap/client';
import type { EmailSummary, GetResult, Id, QueryResult, SetResult } from '../jmap/types';
import { Recovery } from '../shell/recovery.svelte';
import { mailboxes } from './mailboxes.svelte';
import { SUMMARY_PROPERTIES } from './rows';

const RETURNED = '$returned';
const MOST = 20;

class Returned {
  all = $state.raw<EmailSummary[]>([]);
  readonly recovery = new Recovery(() => this.load());

  /** Whoever never snoozed has no such mailbox, and nothing is asked for. */
  private async load(): Promise<void> {
    const inbox = mailboxes.role('inbox');
    if (!inbox || !mailboxes.role('snoozed')) return;
    const batch = new Batch();
    const query = batch.call<QueryResult>('Email/query', { filter: { inMailbox: inbox.id, hasKeyword: RETURNED }, sort: [{ property: 'receivedAt', isAscending: false }], collapseThreads: true, limit: MOST });
    const get = batch.call<GetResult<EmailSummary>>('Email/get', { '#ids': query.ref('/ids'), properties: SUMMARY_PROPERTIES });
    await jmap.send(batch);
    this.all = get.value.list.toSorted((a, b) => b.receivedAt.localeCompare(a.receivedAt));
  }

  /** The conversation was opened: it is back for good. */
  async seen(threadId: Id): Promise<void> {
    const emails = this.all.filter((email) => email.threadId === threadId);
    if (emails.length === 0) return;
    this.all = this.all.filter((email) => email.threadId !== threadId);
    const batch = new Batch();
    const set = batch.call<SetResult>('Email/set', { update: Object.fromEntries(emails.map((email) => [email.id, { [`keywords/${RETURNED}`]: null }])) });
    await jmap.send(batch);
    assertSet(set.value);
  }
}

export const returned = new Returned();
