/** The folders that agents make themselves: as a tree, and what can be done to them (Mailbox/set, RFC 8621 §2.5). */
import { t, type MessageKey } from '../i18n/catalogue';
import { assertSet, Batch, created, jmap } from '../jmap/client';
import { ObjectRefused } from '../jmap/errors';
import type { Id, Mailbox, SetResult } from '../jmap/types';
import { explain } from '../shell/explain';
import { moveAll } from './emptying';
import { mailboxes } from './mailboxes.svelte';

export interface Branch {
  mailbox: Mailbox;
  /** 0 at the top. */
  depth: number;
}

/** Each folder followed by those below it. One whose parent is not among them stands at the top. */
export function folderTree(folders: readonly Mailbox[]): Branch[] {
  const known = new Set(folders.map((folder) => folder.id));
  const children = Map.groupBy(folders, (folder) => (folder.parentId && known.has(folder.parentId) ? folder.parentId : ''));
  const below = (parent: Id, depth: number): Branch[] =>
    (children.get(parent) ?? []).flatMap((mailbox) => [{ mailbox, depth }, ...below(mailbox.id, depth + 1)]);
  return below('', 0);
}

/** Where the folder may go: not below itself. */
export function placesFor(folder: Mailbox | undefined, folders: readonly Mailbox[]): Branch[] {
  const tree = folderTree(folders);
  const start = tree.findIndex((branch) => branch.mailbox.id === folder?.id);
  if (start < 0) return tree;
  const depth = tree[start]?.depth ?? 0;
  const after = tree.findIndex((branch, index) => index > start && branch.depth <= depth);
  return [...tree.slice(0, start), ...(after < 0 ? [] : tree.slice(after))];
}

async function set(args: Record<string, unknown>): Promise<SetResult> {
  const batch = new Batch();
  const call = batch.call<SetResult>('Mailbox/set', args);
  const show = mailboxes.refreshIn(batch);
  await jmap.send(batch);
  show();
  assertSet(call.value);
  return call.value;
}

export async function createFolder(name: string, parentId: Id | null): Promise<Id> {
  return created(await set({ create: { folder: { name, parentId } } }), 'folder').id;
}

export async function renameFolder(id: Id, name: string): Promise<void> {
  await set({ update: { [id]: { name } } });
}

export async function placeFolder(id: Id, parentId: Id | null): Promise<void> {
  await set({ update: { [id]: { parentId } } });
}

/** Times that a folder is emptied again because mail still came in. */
const ATTEMPTS = 3;

/** Puts its messages into the trash, then destroys the folder: onDestroyRemoveEmails would destroy them for good. */
export async function removeFolder(id: Id): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await moveAll(id, mailboxes.role('trash')?.id ?? '');
    try {
      await set({ destroy: [id] });
      return;
    } catch (error) {
      const filled = error instanceof ObjectRefused && error.error.type === 'mailboxHasEmail';
      if (!filled || attempt === ATTEMPTS) throw error;
    }
  }
}

const REFUSALS: Partial<Record<string, MessageKey>> = {
  mailboxHasChild: 'folder.hasChild',
  mailboxHasEmail: 'folder.hasEmail',
  overQuota: 'folder.tooMany',
};

/** Why a folder could not be changed, and what to do. */
export function folderProblem(error: unknown): string {
  if (!(error instanceof ObjectRefused)) return explain(error);
  const { type, properties, existingId } = error.error;
  if (existingId) return t('folder.exists');
  if (type === 'invalidProperties') return t(properties?.includes('parentId') ? 'folder.badPlace' : 'folder.badName');
  const known = REFUSALS[type];
  return known ? t(known) : explain(error);
}
