/** What was read, as a filter of Email/query (RFC 8621 §4.4.1). */
import { beginningOf } from '../i18n/dates';
import type { Criterion, Field } from './read';

type Condition = Record<string, unknown>;
export type Filter = Condition | { operator: 'AND' | 'NOT'; conditions: Filter[] };

/** `hidden`: mailboxes that are searched only when they are named (junk, trash). */
export function filterOfSearch(criteria: Criterion[], hidden: string[]): Filter {
  const wanted = criteria.filter((criterion) => !criterion.not);
  const conditions: Filter[] = [...fields(wanted), ...wanted.flatMap(others)];
  const unwanted = criteria.filter((criterion) => criterion.not).map((criterion) => all([...fields([criterion]), ...others(criterion)]));
  if (unwanted.length > 0) conditions.push({ operator: 'NOT', conditions: unwanted });
  if (!wanted.some((criterion) => criterion.kind === 'in')) conditions.push({ inMailboxOtherThan: hidden });
  return all(conditions);
}

/** One condition where it can be: its properties must all hold. */
function all(conditions: Filter[]): Filter {
  const flat: Condition = {};
  for (const condition of conditions) {
    if ('operator' in condition || Object.keys(condition).some((name) => name in flat)) return { operator: 'AND', conditions };
    Object.assign(flat, condition);
  }
  return flat;
}

/** All that is sought in one field is one condition: its words must all be found. */
function fields(criteria: Criterion[]): Condition[] {
  const sought = new Map<Field, string[]>();
  for (const criterion of criteria) {
    if (!isField(criterion)) continue;
    sought.set(criterion.kind, [...(sought.get(criterion.kind) ?? []), criterion.value]);
  }
  return [...sought].map(([kind, values]) => ({ [kind]: values.join(' ') }));
}

function others(criterion: Criterion): Condition[] {
  switch (criterion.kind) {
    case 'attachment': return [{ hasAttachment: true }];
    case 'unread': return [{ notKeyword: '$seen' }];
    case 'flagged': return [{ hasKeyword: '$flagged' }];
    case 'before': return [{ before: instantOf(criterion.days.start) }];
    case 'since': return [{ after: instantOf(criterion.days.start) }];
    case 'during': return [{ after: instantOf(criterion.days.start), before: instantOf(criterion.days.end) }];
    case 'in': return [{ inMailbox: criterion.mailboxId }];
    default: return [];
  }
}

/** A UTCDate (RFC 8620 §1.4). */
function instantOf(day: string): string {
  return beginningOf(day).toISOString().replace('.000', '');
}

function isField(criterion: Criterion): criterion is Criterion & { kind: Field; value: string } {
  return ['text', 'from', 'to', 'cc', 'subject', 'body'].includes(criterion.kind);
}
