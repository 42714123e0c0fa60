/** What was sent and has not left yet: it can be called back (EmailSubmission, undoStatus "pending"). */
import { assertSet, Batch, jmap } from '../jmap/client';
import type { GetResult, Id, QueryResult, SetResult, Submission } from '../jmap/types';
import { list } from '../mail/list.svelte';
import { mailboxes } from '../mail/mailboxes.svelte';
import { Recovery } from '../shell/recovery.svelte';

const PROPERTIES = ['id', 'emailId', 'sendAt', 'undoStatus'];

class Pending {
  all = $state.raw<Submission[]>([]);
  readonly recovery = new Recovery(() => this.load());

  of(emailId: Id): Submission | undefined {
    return this.all.find((submission) => submission.emailId === emailId);
  }

  within(emails: readonly { id: Id }[]): Submission[] {
    const ids = new Set(emails.map((email) => email.id));
    return this.all.filter((submission) => ids.has(submission.emailId));
  }

  /** Back among the drafts, all or none of these; refused where one has left. */
  async callBack(submissions: Submission[]): Promise<void> {
    const drafts = mailboxes.role('drafts')?.id ?? '';
    const each = <T>(value: T): Record<Id, T> => Object.fromEntries(submissions.map(({ id }) => [id, value]));
    const batch = new Batch();
    const set = batch.call<SetResult>('EmailSubmission/set', {
      update: each({ undoStatus: 'canceled' }),
      onSuccessUpdateEmail: each({ mailboxIds: { [drafts]: true }, 'keywords/$draft': true }),
    });
    const refreshed = [mailboxes.refreshIn(batch), list.refreshIn(batch), this.refreshIn(batch)];
    await jmap.send(batch);
    for (const show of refreshed) show();
    assertSet(set.value);
  }

  private async load(): Promise<void> {
    const batch = new Batch();
    const show = this.refreshIn(batch);
    await jmap.send(batch);
    show();
  }

  private refreshIn(batch: Batch): () => void {
    const query = batch.call<QueryResult>('EmailSubmission/query', { filter: { undoStatus: 'pending' }, limit: 100 });
    const get = batch.call<GetResult<Submission>>('EmailSubmission/get', { '#ids': query.ref('/ids'), properties: PROPERTIES });
    return () => {
      this.all = get.value.list;
    };
  }
}

export const pending = new Pending();
