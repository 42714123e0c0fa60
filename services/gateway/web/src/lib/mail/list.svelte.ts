/** The list of conversations, loaded page by page where the agent looks, and kept true by pushes. */
import { Batch, jmap } from '../jmap/client';
import { MethodError } from '../jmap/errors';
import type { EmailSummary, GetResult, Id, Mailbox, QueryResult, SearchSnippet, Thread } from '../jmap/types';
import { Recovery } from '../shell/recovery.svelte';
import { mailboxes } from './mailboxes.svelte';
import { buildRows, MEMBER_PROPERTIES, SUMMARY_PROPERTIES, withKeyword, type Member, type Row } from './rows';
import { filterOf, type Chip, type Scope } from './scope';

const PAGE = 40;
/** Rows fetched at once at most when what is visible is refreshed. */
const REFRESH_LIMIT = 120;
/** Rows that can be chosen at once. */
const LONGEST_STRETCH = 1_000;

interface Page {
  position: number;
  rows: Row[];
  total: number;
}

class ListView {
  scope = $state.raw<Scope | null>(null);
  chip = $state<Chip>('all');
  rows = $state.raw<(Row | undefined)[]>([]);
  readonly recovery = new Recovery(() => this.reload());
  private visible = { first: 0, end: PAGE };
  private readonly pending = new Map<number, Promise<void>>();
  private generation = 0;

  get total(): number {
    return this.rows.length;
  }

  /** The mailbox shown, if the list shows one. */
  get mailbox(): Mailbox | undefined {
    return this.scope?.kind === 'mailbox' ? mailboxes.find(this.scope.mailboxId) : undefined;
  }

  show(scope: Scope, chip: Chip): void {
    this.scope = scope;
    this.chip = chip;
    this.rows = [];
    this.visible = { first: 0, end: PAGE };
    this.generation++;
    this.pending.clear();
    this.recovery.stop();
    void this.recovery.run();
  }

  find(threadId: Id): Row | undefined {
    return this.rows.find((row) => row?.threadId === threadId);
  }

  indexOf(threadId: Id): number {
    return this.rows.findIndex((row) => row?.threadId === threadId);
  }

  /** The component says what it draws; the pages missing there are fetched. */
  look(first: number, end: number): void {
    this.visible = { first, end };
    for (let page = Math.floor(first / PAGE); page * PAGE < end; page++) void this.complete(page);
  }

  /** The rows from `first` up to `end`, fetched where they are missing; LONGEST_STRETCH of them at most. */
  async stretch(first: number, end: number): Promise<Row[]> {
    const last = Math.min(end, this.total, first + LONGEST_STRETCH);
    const found: Row[] = [];
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page++) {
      await this.complete(page);
      const rows = this.rows.slice(Math.max(first, page * PAGE), Math.min(last, (page + 1) * PAGE));
      found.push(...rows.filter((row) => row !== undefined));
    }
    return found;
  }

  /** Adds to a batch what brings the visible part up to date; the result is to be run once the batch was sent. */
  refreshIn(batch: Batch): () => void {
    if (!this.scope) return () => {};
    const generation = this.generation;
    const position = Math.max(0, this.visible.first - 10);
    const limit = Math.min(REFRESH_LIMIT, Math.max(PAGE, this.visible.end - position + 10));
    const read = this.queryIn(batch, position, limit);
    return () => {
      if (generation === this.generation) this.merge(read());
    };
  }

  /** Shows the list without these conversations. Returns how to show it as it was. */
  remove(threadIds: ReadonlySet<Id>): () => void {
    return this.anticipate(this.rows.filter((row) => !row || !threadIds.has(row.threadId)));
  }

  /** Shows these messages with a keyword, or without it. Returns how to show them as they were. */
  mark(ids: ReadonlySet<Id>, keyword: string, on: boolean): () => void {
    return this.anticipate(this.rows.map((row) => (row?.members.some((member) => ids.has(member.id)) ? withKeyword(row, ids, keyword, on) : row)));
  }

  private anticipate(rows: (Row | undefined)[]): () => void {
    const before = this.rows;
    this.rows = rows;
    return () => {
      if (this.rows === rows) this.rows = before;
    };
  }

  private async reload(): Promise<void> {
    const batch = new Batch();
    const applyBoxes = mailboxes.refreshIn(batch);
    const apply = this.refreshIn(batch);
    await jmap.send(batch);
    applyBoxes();
    apply();
  }

  /** Fetches the page if rows of it are missing. */
  private complete(page: number): Promise<void> {
    const position = page * PAGE;
    const missing = this.rows.slice(position, Math.min(position + PAGE, this.total)).includes(undefined);
    if (!missing) return Promise.resolve();
    const fetching = this.pending.get(page) ?? this.fetchPage(page);
    this.pending.set(page, fetching);
    return fetching;
  }

  private async fetchPage(page: number): Promise<void> {
    const generation = this.generation;
    try {
      const batch = new Batch();
      const read = this.queryIn(batch, page * PAGE, PAGE);
      await jmap.send(batch);
      if (generation === this.generation) this.place(read());
    } catch {
      if (generation === this.generation) void this.recovery.run();
    } finally {
      this.pending.delete(page);
    }
  }

  private queryIn(batch: Batch, position: number, limit: number): () => Page {
    const scope = this.scope as Scope;
    const filter = filterOf(scope, this.chip);
    const sort = [{ property: 'receivedAt', isAscending: false }];
    const query = batch.call<QueryResult>('Email/query', { filter, sort, collapseThreads: true, position, limit, calculateTotal: true });
    const emails = batch.call<GetResult<EmailSummary>>('Email/get', { '#ids': query.ref('/ids'), properties: this.mailbox?.role === 'snoozed' ? [...SUMMARY_PROPERTIES, 'snoozed'] : SUMMARY_PROPERTIES });
    const threads = batch.call<GetResult<Thread>>('Thread/get', { '#ids': emails.ref('/list/*/threadId') });
    const members = batch.call<GetResult<Member>>('Email/get', { '#ids': threads.ref('/list/*/emailIds'), properties: MEMBER_PROPERTIES });
    const snippets =
      scope.kind === 'search'
        ? batch.call<{ list: SearchSnippet[] }>('SearchSnippet/get', { filter, '#emailIds': query.ref('/ids') })
        : null;
    return () => {
      const { ids } = query.value;
      const order = new Map(ids.map((id, index) => [id, index]));
      const list = emails.value.list.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
      return {
        position: query.value.position,
        rows: buildRows(list, optional(() => members.value.list), snippets ? optional(() => snippets.value.list) : []),
        total: query.value.total ?? ids.length,
      };
    };
  }

  /** Puts a page where it belongs. */
  private place(page: Page): void {
    const rows = this.rows.slice(0, page.total);
    rows.length = page.total;
    page.rows.forEach((row, index) => (rows[page.position + index] = row));
    this.rows = Array.from(rows);
  }

  /** A fresh look at the visible part: when something moved there, the rest is fetched again when looked at. */
  private merge(page: Page): void {
    const same = page.total === this.total && page.rows.every((row, index) => this.rows[page.position + index]?.emailId === row.emailId);
    if (!same) this.rows = [];
    this.place(page);
  }
}

/** What enriches the rows may be refused (too many objects asked for): the rows do without. */
function optional<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof MethodError && error.type !== 'serverUnavailable') return [];
    throw error;
  }
}

export const list = new ListView();
