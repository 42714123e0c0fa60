/** One appointment on one day, as the pages draw it; times are floating stamps on the clocks of Paris. */
import { TIME_ZONE } from '../i18n/dates';
import type { CalendarEvent, Id } from '../jmap/types';
import { DAY, durationOf, durationText, localOf, parisStamp, stampOf } from './localtime';

export interface Occurrence {
  id: Id;
  /** The whole series, or the event itself when it does not recur. */
  seriesId: Id;
  recurring: boolean;
  calendarId: Id;
  title: string;
  start: number;
  end: number;
  allDay: boolean;
  place: string;
  description: string;
  cancelled: boolean;
}

export function occurrenceOf(event: CalendarEvent): Occurrence {
  const foreign = event.timeZone !== null && event.timeZone !== TIME_ZONE && event.utcStart && event.utcEnd;
  const start = foreign ? parisStamp(new Date(event.utcStart as string)) : stampOf(event.start);
  const end = foreign ? parisStamp(new Date(event.utcEnd as string)) : start + durationOf(event.duration);
  return {
    id: event.id,
    seriesId: event.baseEventId ?? event.id,
    recurring: Boolean(event.baseEventId),
    calendarId: Object.keys(event.calendarIds)[0] ?? '',
    title: event.title,
    start,
    end,
    allDay: event.showWithoutTime === true,
    place: Object.values(event.locations ?? {})[0]?.name ?? '',
    description: event.description ?? '',
    cancelled: event.status === 'cancelled',
  };
}

/** Timed events of less than a day are drawn in the grid; the others above it. */
export function isBanner(occurrence: Occurrence): boolean {
  return occurrence.allDay || occurrence.end - occurrence.start >= DAY;
}

/** Whether an occurrence touches the day that begins at `day`. */
export function touches(occurrence: Occurrence, day: number): boolean {
  return occurrence.start < day + DAY && (occurrence.end > day || (occurrence.end === occurrence.start && occurrence.start >= day));
}

/** The properties that place an event in time. */
export function placement(start: number, end: number, allDay: boolean): Partial<CalendarEvent> {
  return {
    start: localOf(start),
    duration: durationText(end - start),
    timeZone: allDay ? null : TIME_ZONE,
    showWithoutTime: allDay,
  };
}
