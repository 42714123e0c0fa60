/** What the list shows: a mailbox, the followed conversations, or what a search finds; narrowed by a chip. */
import type { Id } from '../jmap/types';
import type { Filter } from '../search/filter';

export type Chip = 'all' | 'unread' | 'flagged' | 'attachment';
export type Scope =
  | { kind: 'mailbox'; mailboxId: Id }
  | { kind: 'flagged'; hidden: Id[] }
  | { kind: 'search'; filter: Filter };

/** The Email/query filter (RFC 8621 §4.4.1) of a scope and a chip. */
export function filterOf(scope: Scope, chip: Chip): Filter {
  const filter: Record<string, unknown> = {};
  if (scope.kind === 'mailbox') filter['inMailbox'] = scope.mailboxId;
  if (scope.kind === 'flagged') filter['inMailboxOtherThan'] = scope.hidden;
  if (scope.kind === 'flagged' || chip === 'flagged') filter['hasKeyword'] = '$flagged';
  if (chip === 'unread') filter['notKeyword'] = '$seen';
  if (chip === 'attachment') filter['hasAttachment'] = true;
  if (scope.kind !== 'search') return filter;
  return chip === 'all' ? scope.filter : { operator: 'AND', conditions: [scope.filter, filter] };
}
