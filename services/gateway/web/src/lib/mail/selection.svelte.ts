/** The conversations chosen in the list, to act on all of them at once. Each is kept as it was last seen, since the list lets go of rows far from sight. */
import { SvelteMap } from 'svelte/reactivity';
import { tn } from '../i18n/catalogue';
import { Batch, jmap } from '../jmap/client';
import type { GetResult, Id } from '../jmap/types';
import { notices } from '../shell/notices.svelte';
import { list } from './list.svelte';
import { MEMBER_PROPERTIES, withFlags, type Member, type Row } from './rows';

/** Messages looked up at once to learn what became of the chosen conversations. */
const MAX_LOOKED_UP = 500;

class Selection {
  /** Whether rows show their boxes and a touch chooses, even before one is chosen. */
  started = $state(false);
  private readonly chosen = new SvelteMap<Id, Row>();
  /** Where a range starts, and what was chosen besides it. */
  private anchor: Id = '';
  private besides: ReadonlyMap<Id, Row> = new Map();

  get count(): number {
    return this.chosen.size;
  }

  get active(): boolean {
    return this.started || this.count > 0;
  }

  get rows(): Row[] {
    return [...this.chosen.values()];
  }

  has(threadId: Id): boolean {
    return this.chosen.has(threadId);
  }

  toggle(row: Row): void {
    if (!this.chosen.delete(row.threadId)) this.chosen.set(row.threadId, row);
    this.anchor = row.threadId;
    this.besides = new Map(this.chosen);
    this.say();
  }

  /** Chooses all from the last one toggled (else from the row `from`) up to the row `to`. */
  async extend(from: number, to: number): Promise<void> {
    if (list.indexOf(this.anchor) < 0) {
      this.anchor = list.rows[from]?.threadId ?? '';
      this.besides = new Map(this.chosen);
    }
    const anchor = list.indexOf(this.anchor);
    if (anchor < 0) return;
    const { besides } = this;
    const range = await list.stretch(Math.min(anchor, to), Math.max(anchor, to) + 1);
    if (besides === this.besides) this.replace([...besides.values(), ...range]);
  }

  /** Chooses the whole list, as far as one action reaches. */
  async all(): Promise<void> {
    this.started = true;
    this.put(await list.stretch(0, list.total));
  }

  put(rows: Row[]): void {
    this.replace(rows);
    this.besides = new Map(this.chosen);
  }

  clear(): void {
    this.started = false;
    this.anchor = '';
    this.besides = new Map();
    this.chosen.clear();
  }

  /** Hands over what was chosen, for an action after which nothing is chosen any more. */
  take(): Row[] {
    const { rows } = this;
    this.clear();
    return rows;
  }

  /** After a change elsewhere: what has left the mailbox shown is no longer chosen. */
  async follow(): Promise<void> {
    const { scope } = list;
    const before = this.rows;
    const ids = before.flatMap((row) => row.members.map((member) => member.id)).slice(0, MAX_LOOKED_UP);
    if (ids.length === 0) return;
    const batch = new Batch();
    const get = batch.call<GetResult<Member>>('Email/get', { ids, properties: MEMBER_PROPERTIES });
    await jmap.send(batch);
    const found = new Map(get.value.list.map((member) => [member.id, member]));
    const asked = new Set(ids);
    for (const row of before) {
      const members = row.members.map((member) => (asked.has(member.id) ? found.get(member.id) : member)).filter((member) => member !== undefined);
      const here = members.some((member) => scope?.kind !== 'mailbox' || member.mailboxIds[scope.mailboxId]);
      if (!this.chosen.has(row.threadId) || scope !== list.scope) continue;
      if (here) this.chosen.set(row.threadId, withFlags({ ...row, members }));
      else this.chosen.delete(row.threadId);
    }
    if (this.count < before.length) this.say();
  }

  private replace(rows: Row[]): void {
    const wanted = new Map(rows.map((row) => [row.threadId, row]));
    for (const threadId of this.chosen.keys()) if (!wanted.has(threadId)) this.chosen.delete(threadId);
    for (const [threadId, row] of wanted) this.chosen.set(threadId, row);
    this.say();
  }

  private say(): void {
    notices.announce(tn('selection.count', this.count));
  }
}

export const selection = new Selection();
