/** Which conversation is open, and moving from one to the next, in terms of the page's addresses. */
import type { Id } from '../jmap/types';
import { narrow } from '../shell/narrow';
import { routeTo, router } from '../shell/router.svelte';
import { list } from './list.svelte';
import type { Row } from './rows';

/** « #/courrier/inbox », with the search of the present address kept. */
export function listRoute(): string {
  const { path, query } = router.current;
  return routeTo(['courrier', path[1]], Object.fromEntries(query));
}

export function conversationRoute(threadId: Id): string {
  const { path, query } = router.current;
  return routeTo(['courrier', path[1] ?? 'inbox', threadId], Object.fromEntries(query));
}

/** The row before (-1) or after (+1) the conversation. */
export function neighbour(threadId: Id, step: 1 | -1): Row | undefined {
  const index = list.indexOf(threadId);
  return index < 0 ? undefined : list.rows[index + step];
}

/** Where to go once conversations left the list: the nearest one that stays where both panes show, else the list. */
export function routeAfterRemoval(threadId: Id, leaving: Pick<Row, 'threadId'>[]): string {
  const gone = new Set(leaving.map((row) => row.threadId));
  const index = list.indexOf(threadId);
  const stays = (row: Row | undefined): boolean => row !== undefined && !gone.has(row.threadId);
  const next = index < 0 ? undefined : (list.rows.slice(index + 1).find(stays) ?? list.rows.slice(0, index).findLast(stays));
  return next && !narrow.current ? conversationRoute(next.threadId) : listRoute();
}
