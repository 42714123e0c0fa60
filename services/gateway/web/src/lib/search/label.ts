/** What was understood, in words. */
import { beginningOf, plainDate } from '../i18n/dates';
import { t } from '../i18n/catalogue';
import type { Criterion } from './read';

const DAY = 86_400_000;

export function labelOf(criterion: Criterion): string {
  return criterion.not ? t('search.not', { what: affirmed(criterion) }) : affirmed(criterion);
}

function affirmed(criterion: Criterion): string {
  switch (criterion.kind) {
    case 'text': return criterion.value.replace(/^"(.*)"$/, '«\u202f$1\u202f»');
    case 'attachment': return t('search.understood.attachment');
    case 'unread': return t('search.understood.unread');
    case 'flagged': return t('search.understood.flagged');
    case 'before': return t('search.understood.before', { day: dateOf(criterion.days.start) });
    case 'since': return t('search.understood.since', { day: dateOf(criterion.days.start) });
    case 'during': return during(criterion.days.start, dayBefore(criterion.days.end));
    default: return t(`search.understood.${criterion.kind}`, { value: criterion.value.replaceAll('"', '') });
  }
}

function during(first: string, last: string): string {
  return first === last ? t('search.understood.day', { day: dateOf(first) }) : t('search.understood.days', { first: dateOf(first), last: dateOf(last) });
}

function dateOf(day: string): string {
  return plainDate(beginningOf(day));
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - DAY).toISOString().slice(0, 10);
}
