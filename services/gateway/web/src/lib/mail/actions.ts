/** What an agent does to conversations, to one or to many. What is shown changes at once; what was refused is shown again as it was. */
import { t, tn, type PluralKey } from '../i18n/catalogue';
import { fullMoment } from '../i18n/dates';
import { assertSet, Batch, jmap } from '../jmap/client';
import type { Id, SetResult } from '../jmap/types';
import { explain } from '../shell/explain';
import { notices } from '../shell/notices.svelte';
import { inPieces, type Changes, type Patch } from './changes';
import type { ActionCommand } from './commands';
import { list } from './list.svelte';
import { mailboxes, mailboxName } from './mailboxes.svelte';
import type { Member, Row } from './rows';

/** A conversation, with the messages that are known of it. */
export type Target = Pick<Row, 'threadId' | 'members'>;

/** What some commands need besides: where « move » goes, how long « snooze » lasts. */
export interface Details {
  mailboxId?: Id;
  until?: Date;
}

/** The messages that an action on the conversation touches: those in the mailbox shown; elsewhere all but sent and drafts. */
function touched({ members }: Target): Member[] {
  const scope = list.scope;
  if (scope?.kind === 'mailbox') {
    const here = members.filter((member) => member.mailboxIds[scope.mailboxId]);
    if (here.length > 0) return here;
  }
  const own = [mailboxes.role('sent')?.id, mailboxes.role('drafts')?.id];
  const received = members.filter((member) => !own.some((id) => id && member.mailboxIds[id]));
  return received.length > 0 ? received : members;
}

/** One Email/set for all, or as few as the server takes; the last request also brings the list and the counts up to date. */
async function apply(changes: Changes): Promise<void> {
  const pieces = inPieces(changes, await jmap.maxObjectsInSet());
  for (const piece of pieces) {
    const batch = new Batch();
    const set = batch.call<SetResult>('Email/set', { ...piece });
    const last = piece === pieces.at(-1);
    const refreshed = last ? [mailboxes.refreshIn(batch), list.refreshIn(batch)] : [];
    await jmap.send(batch);
    for (const show of refreshed) show();
    assertSet(set.value);
  }
}

/** `restore` shows again what was there before. */
async function attempt(changes: Changes, restore: () => void = () => {}): Promise<boolean> {
  try {
    await apply(changes);
    return true;
  } catch (error) {
    restore();
    notices.error(explain(error));
    void list.recovery.run();
    return false;
  }
}

const patching = (members: Member[], patch: Patch): Changes => ({ update: Object.fromEntries(members.map(({ id }) => [id, patch])) });
const threadIds = (targets: Target[]): Set<Id> => new Set(targets.map((target) => target.threadId));

async function move(targets: Target[], mailboxId: Id, done: string, extra: Patch = {}): Promise<boolean> {
  const moved = targets.flatMap(touched);
  const back = Object.fromEntries(moved.map(({ id, mailboxIds, keywords }) => [id, { mailboxIds, keywords }]));
  const restore = list.scope?.kind === 'mailbox' ? list.remove(threadIds(targets)) : undefined;
  if (!(await attempt(patching(moved, { mailboxIds: { [mailboxId]: true }, ...extra }), restore))) return false;
  // What waited has stopped to: moved back, it would wait for ever.
  const undo = { label: t('action.undo'), run: () => void attempt({ update: back }) };
  notices.done(done, list.mailbox?.role === 'snoozed' ? undefined : undo);
  return true;
}

async function moveToRole(targets: Target[], role: 'archive' | 'trash' | 'junk' | 'inbox', done: PluralKey, extra: Patch = {}): Promise<boolean> {
  const target = mailboxes.role(role);
  return target !== undefined && (await move(targets, target.id, tn(done, targets.length), extra));
}

const JUNK: Patch = { 'keywords/$junk': true, 'keywords/$notjunk': null };
const NOT_JUNK: Patch = { 'keywords/$junk': null, 'keywords/$notjunk': true };

/** Into junk or out of it says what the messages are, whichever way they go there. */
async function moveTo(targets: Target[], mailboxId: Id): Promise<boolean> {
  const target = mailboxes.find(mailboxId);
  if (!target) return false;
  const verdict = target.role === 'junk' ? JUNK : list.mailbox?.role === 'junk' && target.role !== 'trash' ? NOT_JUNK : {};
  return move(targets, target.id, tn('done.moved', targets.length, { name: mailboxName(target) }), verdict);
}

/** Until then they wait out of sight. Those that wait already stay where they are, for longer or for less. */
async function snooze(targets: Target[], until: Date): Promise<boolean> {
  const put = targets.flatMap(touched);
  const waiting = list.mailbox?.role === 'snoozed';
  const restore = list.scope?.kind === 'mailbox' && !waiting ? list.remove(threadIds(targets)) : undefined;
  if (!(await attempt(patching(put, { snoozed: { until: until.toISOString().replace(/\.\d+Z$/, 'Z') } }), restore))) return false;
  const undo = { label: t('action.undo'), run: () => void attempt(patching(put, { snoozed: null })) };
  notices.done(tn('done.snoozed', targets.length, { moment: fullMoment(until) }), waiting ? undefined : undo);
  return true;
}

async function unsnooze(targets: Target[]): Promise<boolean> {
  if (!(await attempt(patching(targets.flatMap(touched), { snoozed: null }), list.remove(threadIds(targets))))) return false;
  notices.done(tn('done.unsnoozed', targets.length));
  return true;
}

async function destroy(targets: Target[]): Promise<boolean> {
  const ids = targets.flatMap(touched).map((member) => member.id);
  if (!(await attempt({ destroy: ids }, list.remove(threadIds(targets))))) return false;
  notices.done(tn('done.destroyed', targets.length));
  return true;
}

/** Puts a keyword on these messages, or takes it off. */
function mark(members: Member[], keyword: string, on: boolean): Promise<boolean> {
  const restore = list.mark(new Set(members.map((member) => member.id)), keyword, on);
  return attempt(patching(members, { [`keywords/${keyword}`]: on || null }), restore);
}

const isFlagged = (target: Target): boolean => target.members.some((member) => member.keywords['$flagged']);

/** The flag stands on the last message of each conversation; where all have it, it is taken off all their messages. */
function flag(targets: Target[]): Promise<boolean> {
  const on = !targets.every(isFlagged);
  const without = targets.filter((target) => !isFlagged(target));
  const members = on ? without.flatMap((target) => target.members.slice(-1)) : targets.flatMap((target) => target.members.filter((member) => member.keywords['$flagged']));
  return mark(members, '$flagged', on);
}

async function markRead(targets: Target[], read: boolean): Promise<boolean> {
  const unread = targets.flatMap((target) => target.members.filter((member) => !member.keywords['$seen']));
  const members = read ? unread : targets.flatMap((target) => touched(target).slice(-1));
  if (!(await mark(members, '$seen', read))) return false;
  notices.done(tn(read ? 'done.read' : 'done.unread', targets.length));
  return true;
}

/** Does what the command says. Resolves to whether it was done; what happened was said. */
export function perform(command: ActionCommand, targets: Target[], { mailboxId = '', until = new Date() }: Details = {}): Promise<boolean> {
  switch (command) {
    case 'archive':
      return moveToRole(targets, 'archive', 'done.archived');
    case 'trash':
      return moveToRole(targets, 'trash', 'done.trashed');
    case 'junk':
      return moveToRole(targets, 'junk', 'done.junk', JUNK);
    case 'notJunk':
      return moveToRole(targets, 'inbox', 'done.notJunk', NOT_JUNK);
    case 'move':
      return moveTo(targets, mailboxId);
    case 'snooze':
      return snooze(targets, until);
    case 'unsnooze':
      return unsnooze(targets);
    case 'destroy':
      return destroy(targets);
    case 'flag':
      return flag(targets);
    case 'read':
    case 'unread':
      return markRead(targets, command === 'read');
  }
}
