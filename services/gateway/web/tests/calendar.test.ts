import { describe, expect, it } from 'vitest';
import { check, eventFrom, formFrom } from '../src/lib/calendar/form';
import { layoutDay, snap } from '../src/lib/calendar/layout';
import { DAY, durationOf, durationText, HOUR, isoWeek, localOf, mondayOf, monthWeeks, parisStamp, stampOf, weekTitle } from '../src/lib/calendar/localtime';
import { NudgeQueue } from '../src/lib/calendar/nudge';
import { isBanner, occurrenceOf, touches, type Occurrence } from '../src/lib/calendar/occurrences';
import { describeRule, endOf, weeklyRule } from '../src/lib/calendar/recurrence';
import type { CalendarEvent } from '../src/lib/jmap/types';

const day = stampOf('2026-11-24');

function occurrence(start: string, end: string, title = 'x'): Occurrence {
  return { id: title + start, seriesId: 's', recurring: false, calendarId: 'c', title, start: stampOf(`2026-11-24T${start}:00`), end: stampOf(`2026-11-24T${end}:00`), allDay: false, place: '', description: '', cancelled: false };
}

describe('local time', () => {
  it('knows weeks and their French titles', () => {
    expect(localOf(mondayOf(stampOf('2026-11-29')))).toBe('2026-11-23T00:00:00');
    expect(isoWeek(stampOf('2026-11-25'))).toBe(48);
    expect(isoWeek(stampOf('2027-01-01'))).toBe(53);
    expect(weekTitle(stampOf('2026-11-23'))).toBe('23 – 29 novembre 2026');
    expect(weekTitle(stampOf('2026-09-28'))).toBe('28 septembre – 4 octobre 2026');
    expect(weekTitle(stampOf('2026-12-28'))).toBe('28 décembre 2026 – 3 janvier 2027');
  });

  it('reads the clocks of Paris, in winter and in summer', () => {
    expect(localOf(parisStamp(new Date('2026-11-23T09:42:00Z')))).toBe('2026-11-23T10:42:00');
    expect(localOf(parisStamp(new Date('2026-07-14T22:30:00Z')))).toBe('2026-07-15T00:30:00');
  });

  it('reads and writes durations', () => {
    expect(durationOf('PT1H30M')).toBe(1.5 * HOUR);
    expect(durationOf('P1DT2H')).toBe(DAY + 2 * HOUR);
    expect(durationOf('P1W')).toBe(7 * DAY);
    expect(durationOf('nonsense')).toBe(0);
    for (const text of ['PT15M', 'PT1H', 'PT2H45M', 'P1D', 'P2DT3H']) expect(durationText(durationOf(text))).toBe(text);
  });

  it('draws a month from the Monday before its first day', () => {
    const weeks = monthWeeks(stampOf('2026-11-25'));
    expect(localOf(weeks[0]![0]!)).toBe('2026-10-26T00:00:00');
    expect(weeks).toHaveLength(6);
  });
});

describe('the layout of a day', () => {
  it('gives the whole width to what overlaps nothing, and shares it otherwise', () => {
    const placed = layoutDay([occurrence('08:30', '10:30'), occurrence('10:30', '11:30', 'a'), occurrence('10:45', '12:00', 'b'), occurrence('14:00', '15:00')], day);
    expect(placed.map(({ column, columns }) => [column, columns])).toEqual([[0, 1], [0, 2], [1, 2], [0, 1]]);
    expect(placed[0]).toMatchObject({ top: 510, height: 120 });
  });

  it('uses a column again once it is free, within one group', () => {
    const placed = layoutDay([occurrence('08:00', '12:00', 'long'), occurrence('08:00', '09:00', 'b'), occurrence('10:00', '11:00', 'c')], day);
    expect(placed.map(({ occurrence: { title }, column, columns }) => [title, column, columns])).toEqual([['long', 0, 2], ['b', 1, 2], ['c', 1, 2]]);
  });

  it('cuts at midnight and keeps the shortest event legible', () => {
    const late = { ...occurrence('23:00', '23:59'), end: day + DAY + 2 * HOUR };
    expect(layoutDay([late], day)[0]).toMatchObject({ top: 23 * 60, height: 60 });
    expect(layoutDay([late], day + DAY)[0]).toMatchObject({ top: 0, height: 120 });
    expect(layoutDay([occurrence('23:55', '23:59')], day)[0]!.top).toBe(24 * 60 - 30);
    expect(snap(52)).toBe(45);
  });
});

describe('occurrences', () => {
  const event: CalendarEvent = { id: 'e@1', baseEventId: 'e', calendarIds: { c1: true }, title: 'Cours', start: '2026-11-23T08:30:00', timeZone: 'Europe/Paris', duration: 'PT2H', locations: { l: { name: 'Salle 112' } } };

  it('reads instances of a series', () => {
    expect(occurrenceOf(event)).toMatchObject({ id: 'e@1', seriesId: 'e', recurring: true, place: 'Salle 112', calendarId: 'c1' });
  });

  it('shows an event of another zone at its hour in Paris', () => {
    const far = occurrenceOf({ ...event, timeZone: 'America/Martinique', utcStart: '2026-11-23T12:30:00Z', utcEnd: '2026-11-23T14:30:00Z' });
    expect(localOf(far.start)).toBe('2026-11-23T13:30:00');
  });

  it('knows whole days and what they touch', () => {
    const wholeDay = occurrenceOf({ ...event, start: '2026-11-24T00:00:00', duration: 'P1D', timeZone: null, showWithoutTime: true });
    expect(isBanner(wholeDay)).toBe(true);
    expect(touches(wholeDay, day)).toBe(true);
    expect(touches(wholeDay, day + DAY)).toBe(false);
  });
});

describe('recurrence', () => {
  it('writes weekly rules and reads their end back', () => {
    expect(weeklyRule({ kind: 'until', day: '2027-07-02' })).toEqual({ '@type': 'RecurrenceRule', frequency: 'weekly', until: '2027-07-02T23:59:59' });
    expect(endOf(weeklyRule({ kind: 'count', count: 12 }))).toEqual({ kind: 'count', count: 12 });
    expect(endOf(weeklyRule({ kind: 'never' }))).toEqual({ kind: 'never' });
  });

  it('says rules in French', () => {
    expect(describeRule(weeklyRule({ kind: 'until', day: '2027-07-02' }))).toBe('Toutes les semaines, jusqu’au vendredi 2 juillet 2027');
    expect(describeRule({ '@type': 'RecurrenceRule', frequency: 'weekly', interval: 2, count: 5 })).toBe('Toutes les 2 semaines, 5 fois');
  });
});

describe('the event form', () => {
  const start = { occurrence: null, series: null, reach: 'one' as const, start: stampOf('2026-11-26T17:00:00'), end: stampOf('2026-11-26T18:30:00'), allDay: false };

  it('makes the event that was asked for', () => {
    const form = { ...formFrom(start, 'c1'), title: ' Conseil ', place: 'Salle 204', weekly: true, ending: 'count' as const, count: 4 };
    expect(check(form)).toBeNull();
    expect(eventFrom(form, start)).toEqual({
      title: 'Conseil', description: '', start: '2026-11-26T17:00:00', duration: 'PT1H30M', timeZone: 'Europe/Paris', showWithoutTime: false, calendarIds: { c1: true },
      locations: { '1': { '@type': 'Location', name: 'Salle 204' } }, recurrenceRule: { '@type': 'RecurrenceRule', frequency: 'weekly', count: 4 },
    });
  });

  it('refuses an end before the start and an empty title', () => {
    expect(check({ ...formFrom(start, 'c1'), title: 'x', endTime: '16:00' })?.field).toBe('endTime');
    expect(check(formFrom(start, 'c1'))?.field).toBe('title');
  });

  it('counts the last day of whole days in', () => {
    const form = { ...formFrom({ ...start, allDay: true, start: day, end: day + DAY }, 'c1'), title: 'x' };
    expect(form.endDay).toBe('2026-11-24');
    expect(eventFrom({ ...form, endDay: '2026-11-25' }, start)).toMatchObject({ duration: 'P2D', timeZone: null, showWithoutTime: true });
  });

  const series: CalendarEvent = { id: 'e', calendarIds: { c1: true }, title: 'Cours', start: '2026-09-07T08:30:00', timeZone: 'Europe/Paris', duration: 'PT2H', recurrenceRule: { '@type': 'RecurrenceRule', frequency: 'weekly', interval: 2 } };
  const instance = occurrenceOf({ ...series, id: 'e@x', baseEventId: 'e', start: '2026-11-23T08:30:00' });
  const editing = { occurrence: instance, series, start: instance.start, end: instance.end, allDay: false };

  it('changes one instance without touching the rule or the calendar', () => {
    const patch = eventFrom({ ...formFrom({ ...editing, reach: 'one' }, 'c1'), startTime: '09:00' }, { ...editing, reach: 'one' });
    expect(patch).toMatchObject({ start: '2026-11-23T09:00:00' });
    expect(patch).not.toHaveProperty('recurrenceRule');
    expect(patch).not.toHaveProperty('calendarIds');
  });

  it('edits a whole series with its own words, not those of the occurrence it was opened from', () => {
    const renamed = { ...editing, occurrence: { ...instance, title: 'Contrôle', place: 'CDI' } };
    expect(formFrom({ ...renamed, reach: 'all' }, 'c1')).toMatchObject({ title: 'Cours', place: '' });
    expect(formFrom({ ...renamed, reach: 'one' }, 'c1')).toMatchObject({ title: 'Contrôle', place: 'CDI' });
  });

  it('moves a whole series by as much as its instance, and keeps what the form does not show of the rule', () => {
    const patch = eventFrom({ ...formFrom({ ...editing, reach: 'all' }, 'c1'), startTime: '09:00', endTime: '11:00' }, { ...editing, reach: 'all' });
    expect(patch).toMatchObject({ start: '2026-09-07T09:00:00', recurrenceRule: { frequency: 'weekly', interval: 2 } });
  });
});

describe('moves by key', () => {
  it('gathers steps into one move from where the event began', () => {
    const moves: number[] = [];
    const queue = new NudgeQueue((origin, start) => moves.push((start - origin.start) / HOUR));
    const event = occurrence('08:00', '09:00');
    queue.push(event, HOUR);
    queue.push({ ...event, start: event.start + HOUR, end: event.end + HOUR }, HOUR);
    queue.flush();
    expect(moves).toEqual([2]);
    queue.push(event, HOUR);
    queue.push(event, -HOUR);
    queue.flush();
    expect(moves).toEqual([2]);
  });
});
