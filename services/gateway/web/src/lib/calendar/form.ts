/** The event form: what it holds, how it is checked, and the JMAP object it makes. */
import { t } from '../i18n/catalogue';
import type { CalendarEvent, Id } from '../jmap/types';
import type { FormStart } from './editing.svelte';
import { DAY, localOf, stampOf } from './localtime';
import { occurrenceOf, placement } from './occurrences';
import { endOf, weeklyRule, type RuleEnd } from './recurrence';

export interface EventForm {
  title: string;
  calendarId: Id;
  allDay: boolean;
  startDay: string;
  startTime: string;
  endDay: string;
  endTime: string;
  place: string;
  description: string;
  weekly: boolean;
  ending: RuleEnd['kind'];
  untilDay: string;
  count: number;
}

export function formFrom(start: FormStart, calendarId: Id): EventForm {
  const { occurrence, series } = start;
  // The whole series is edited with its own words, not with those of the one occurrence it was opened from.
  const words = series && start.reach === 'all' ? occurrenceOf(series) : occurrence;
  const end = endOf(series?.recurrenceRule);
  const last = start.allDay ? start.end - DAY : start.end;
  return {
    title: words?.title ?? '',
    calendarId: words?.calendarId ?? calendarId,
    allDay: start.allDay,
    startDay: localOf(start.start).slice(0, 10),
    startTime: localOf(start.start).slice(11, 16),
    endDay: localOf(last).slice(0, 10),
    endTime: localOf(last).slice(11, 16),
    place: words?.place ?? '',
    description: words?.description ?? '',
    weekly: series?.recurrenceRule?.frequency === 'weekly',
    ending: end.kind,
    untilDay: end.kind === 'until' ? end.day : localOf(start.start + 70 * DAY).slice(0, 10),
    count: end.kind === 'count' ? end.count : 10,
  };
}

export function span(form: EventForm): { start: number; end: number } {
  if (form.allDay) return { start: stampOf(form.startDay), end: stampOf(form.endDay) + DAY };
  return { start: stampOf(`${form.startDay}T${form.startTime}:00`), end: stampOf(`${form.endDay}T${form.endTime}:00`) };
}

/** The first thing to correct: the field's name and a sentence. */
export function check(form: EventForm): { field: keyof EventForm; text: string } | null {
  if (!form.title.trim()) return { field: 'title', text: t('event.needsTitle') };
  const { start, end } = span(form);
  if (Number.isNaN(start)) return { field: 'startDay', text: t('event.needsStart') };
  if (Number.isNaN(end) || end <= start) return { field: form.allDay ? 'endDay' : 'endTime', text: t('event.endBeforeStart') };
  if (form.weekly && form.ending === 'until' && !(stampOf(form.untilDay) >= stampOf(form.startDay))) return { field: 'untilDay', text: t('event.untilBeforeStart') };
  if (form.weekly && form.ending === 'count' && !(form.count >= 1 && form.count <= 730)) return { field: 'count', text: t('event.badCount') };
  return null;
}

function ruleEnd(form: EventForm): RuleEnd {
  if (form.ending === 'until') return { kind: 'until', day: form.untilDay };
  return form.ending === 'count' ? { kind: 'count', count: Math.round(form.count) } : { kind: 'never' };
}

/** The properties to create an event with, or to patch it with. */
export function eventFrom(form: EventForm, from: FormStart): Record<string, unknown> {
  const { start, end } = span(form);
  const common: Record<string, unknown> = {
    ...placement(start, end, form.allDay),
    title: form.title.trim(),
    description: form.description.trim(),
    locations: form.place.trim() ? { '1': { '@type': 'Location', name: form.place.trim() } } : null,
  };
  // One occurrence of a series has neither a calendar nor a rule of its own (JSCalendar §4.3.5).
  if (from.occurrence?.recurring && from.reach === 'one') return common;
  const moved = from.series && from.occurrence ? stampOf(from.series.start) + (start - from.occurrence.start) : start;
  return { ...common, start: localOf(moved), calendarIds: { [form.calendarId]: true }, ...rule(form, from.series) };
}

/** A rule that the form cannot show (monthly…) is left as it is. */
function rule(form: EventForm, series: CalendarEvent | null): { recurrenceRule?: unknown } {
  const before = series?.recurrenceRule ?? null;
  if (before && before.frequency !== 'weekly' && !form.weekly) return {};
  if (!form.weekly) return before ? { recurrenceRule: null } : {};
  const kept = before?.frequency === 'weekly' ? Object.fromEntries(Object.entries(before).filter(([key]) => key !== 'until' && key !== 'count')) : {};
  return { recurrenceRule: { ...kept, ...weeklyRule(ruleEnd(form)) } };
}
