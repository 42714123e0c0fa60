/** What an agent does to a conversation. Each is one request that also brings the list and the counts up to date. */
import { t, type MessageKey } from '../i18n/catalogue';
import { assertSet, Batch, jmap } from '../jmap/client';
import type { Id, SetResult } from '../jmap/types';
import { explain } from '../shell/explain';
import { notices } from '../shell/notices.svelte';
import { list } from './list.svelte';
import { mailboxes } from './mailboxes.svelte';
import type { Member } from './rows';

type Patch = Record<string, unknown>;

/** The messages that an action on the conversation touches: those in the mailbox shown; elsewhere all but sent and drafts. */
function touched(members: Member[]): Member[] {
  const scope = list.scope;
  if (scope?.kind === 'mailbox') {
    const here = members.filter((member) => member.mailboxIds[scope.mailboxId]);
    if (here.length > 0) return here;
  }
  const own = [mailboxes.role('sent')?.id, mailboxes.role('drafts')?.id];
  const received = members.filter((member) => !own.some((id) => id && member.mailboxIds[id]));
  return received.length > 0 ? received : members;
}

async function apply(update: Record<Id, Patch>, destroy: Id[] = []): Promise<void> {
  const batch = new Batch();
  const set = batch.call<SetResult>('Email/set', { update, ...(destroy.length > 0 ? { destroy } : {}) });
  const applyBoxes = mailboxes.refreshIn(batch);
  const applyList = list.refreshIn(batch);
  await jmap.send(batch);
  applyBoxes();
  applyList();
  assertSet(set.value);
}

async function attempt(action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    notices.error(explain(error));
    void list.recovery.run();
    return false;
  }
}

async function move(threadId: Id, members: Member[], target: Id, done: string, extra: Patch = {}): Promise<void> {
  const moved = touched(members);
  const update = Object.fromEntries(moved.map((member) => [member.id, { mailboxIds: { [target]: true }, ...extra }]));
  const back = Object.fromEntries(moved.map((member) => [member.id, { mailboxIds: member.mailboxIds, keywords: member.keywords }]));
  if (list.scope?.kind === 'mailbox') list.remove(threadId);
  if (await attempt(() => apply(update))) {
    notices.done(done, { label: t('action.undo'), run: () => void attempt(() => apply(back)) });
  }
}

function moveToRole(role: 'archive' | 'trash' | 'junk' | 'inbox', done: MessageKey, extra: Patch = {}) {
  return async (threadId: Id, members: Member[]): Promise<void> => {
    const target = mailboxes.role(role);
    if (target) await move(threadId, members, target.id, t(done), extra);
  };
}

export const mailActions = {
  archive: moveToRole('archive', 'done.archived'),
  trash: moveToRole('trash', 'done.trashed'),
  junk: moveToRole('junk', 'done.junk', { 'keywords/$junk': true, 'keywords/$notjunk': null }),
  notJunk: moveToRole('inbox', 'done.notJunk', { 'keywords/$junk': null, 'keywords/$notjunk': true }),

  async moveTo(threadId: Id, members: Member[], target: Id, name: string): Promise<void> {
    await move(threadId, members, target, t('done.moved', { name }));
  },

  async destroy(threadId: Id, members: Member[]): Promise<void> {
    const ids = touched(members).map((member) => member.id);
    list.remove(threadId);
    if (await attempt(() => apply({}, ids))) notices.done(t('done.destroyed'));
  },

  /** The flag stands on the last message; taking it off takes it off all. */
  async flag(threadId: Id, members: Member[], on: boolean): Promise<void> {
    const last = members.at(-1);
    const ids = on ? (last ? [last.id] : []) : members.filter((member) => member.keywords['$flagged']).map((member) => member.id);
    list.mark(threadId, new Set(ids), '$flagged', on);
    await attempt(() => apply(Object.fromEntries(ids.map((id) => [id, { 'keywords/$flagged': on || null }]))));
  },

  async markUnread(threadId: Id, members: Member[]): Promise<void> {
    const last = touched(members).at(-1);
    if (!last) return;
    list.mark(threadId, new Set([last.id]), '$seen', false);
    if (await attempt(() => apply({ [last.id]: { 'keywords/$seen': null } }))) notices.done(t('done.unread'));
  },
};
