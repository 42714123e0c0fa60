/** The agenda: calendars, the occurrences of the week shown, and what the agent does to them. */
import { assertSet, Batch, created, jmap } from '../jmap/client';
import { TIME_ZONE } from '../i18n/dates';
import type { Calendar, CalendarEvent, GetResult, Id, QueryResult, SetResult } from '../jmap/types';
import { explain } from '../shell/explain';
import { notices } from '../shell/notices.svelte';
import { Recovery } from '../shell/recovery.svelte';
import { DAY, localOf, mondayOf, parisStamp } from './localtime';
import { occurrenceOf, type Occurrence } from './occurrences';

const OCCURRENCE_PROPERTIES = [
  'id', 'baseEventId', 'recurrenceId', 'calendarIds', 'title', 'description', 'start', 'timeZone', 'duration', 'showWithoutTime', 'locations', 'status', 'utcStart', 'utcEnd',
];
const MAX_OCCURRENCES = 500;

class Agenda {
  monday = $state(mondayOf(parisStamp(new Date())));
  calendars = $state.raw<Calendar[]>([]);
  occurrences = $state.raw<Occurrence[]>([]);
  readonly recovery = new Recovery(() => this.load());
  private abort = new AbortController();

  readonly visible = $derived.by(() => {
    const shown = new Set(this.calendars.filter((calendar) => calendar.isVisible).map((calendar) => calendar.id));
    return this.occurrences.filter((occurrence) => shown.has(occurrence.calendarId));
  });
  readonly writable = $derived(this.calendars.filter((calendar) => calendar.myRights?.mayWriteAll !== false));

  get defaultCalendar(): Calendar | undefined {
    return this.writable.find((calendar) => calendar.isDefault) ?? this.writable[0];
  }

  show(monday: number): void {
    this.abort.abort();
    if (monday !== this.monday) this.occurrences = [];
    this.monday = monday;
    void this.recovery.run();
  }

  mayWrite(occurrence: Occurrence): boolean {
    return this.writable.some((calendar) => calendar.id === occurrence.calendarId);
  }

  /** The token of the hue of a calendar: its colour when it is one of ours, else by its rank. */
  hue(calendarId: Id): string {
    const index = this.calendars.findIndex((calendar) => calendar.id === calendarId);
    const colour = this.calendars[index]?.color?.toLowerCase() ?? '';
    const known = OUR_COLOURS.indexOf(colour);
    return `c${(known >= 0 ? known : Math.max(0, index) % 8) + 1}`;
  }

  async setVisible(calendar: Calendar, isVisible: boolean): Promise<void> {
    this.calendars = this.calendars.map((other) => (other.id === calendar.id ? { ...other, isVisible } : other));
    await this.attempt(async () => {
      const batch = new Batch();
      const set = batch.call<SetResult>('Calendar/set', { update: { [calendar.id]: { isVisible } } });
      await jmap.send(batch);
      assertSet(set.value);
    });
  }

  async event(id: Id): Promise<CalendarEvent> {
    const batch = new Batch();
    const get = batch.call<GetResult<CalendarEvent>>('CalendarEvent/get', { ids: [id], properties: [...OCCURRENCE_PROPERTIES, 'recurrenceRule'] });
    await jmap.send(batch);
    const [event] = get.value.list;
    if (!event) throw new Error('no such event');
    return event;
  }

  /** The methods below say themselves what went wrong; true when done. */
  create(event: Record<string, unknown>): Promise<boolean> {
    return this.write((batch) => {
      // null takes a property away from an event that is there; a new one simply goes without.
      const given = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
      const set = batch.call<SetResult>('CalendarEvent/set', { create: { event: { '@type': 'Event', ...given } } });
      return () => void created(set.value, 'event');
    });
  }

  update(id: Id, patch: Record<string, unknown>): Promise<boolean> {
    return this.write((batch) => {
      const set = batch.call<SetResult>('CalendarEvent/set', { update: { [id]: patch } });
      return () => assertSet(set.value);
    });
  }

  destroy(id: Id): Promise<boolean> {
    return this.write((batch) => {
      const set = batch.call<SetResult>('CalendarEvent/set', { destroy: [id] });
      return () => assertSet(set.value);
    });
  }

  /** Draws an occurrence elsewhere at once, before the server agrees. */
  place(id: Id, start: number, end: number): void {
    this.occurrences = this.occurrences.map((occurrence) => (occurrence.id === id ? { ...occurrence, start, end } : occurrence));
  }

  private async write(add: (batch: Batch) => () => void): Promise<boolean> {
    return this.attempt(async () => {
      const batch = new Batch();
      const check = add(batch);
      const read = this.readIn(batch);
      await jmap.send(batch);
      check();
      read();
    });
  }

  private async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      notices.error(explain(error));
      void this.recovery.run();
      return false;
    }
  }

  private async load(): Promise<void> {
    this.abort = new AbortController();
    const { signal } = this.abort;
    const batch = new Batch();
    const read = this.readIn(batch);
    await jmap.send(batch, signal);
    if (!signal.aborted) read();
  }

  private readIn(batch: Batch): () => void {
    const { monday } = this;
    const calendars = batch.call<GetResult<Calendar>>('Calendar/get', { ids: null });
    const query = batch.call<QueryResult>('CalendarEvent/query', {
      filter: { after: localOf(monday), before: localOf(monday + 7 * DAY) },
      sort: [{ property: 'start', isAscending: true }],
      expandRecurrences: true,
      timeZone: TIME_ZONE,
      limit: MAX_OCCURRENCES,
    });
    const events = batch.call<GetResult<CalendarEvent>>('CalendarEvent/get', { '#ids': query.ref('/ids'), properties: OCCURRENCE_PROPERTIES });
    return () => {
      this.calendars = calendars.value.list.toSorted((a, b) => a.sortOrder - b.sortOrder || a.name.localeCompare(b.name, 'fr'));
      if (monday === this.monday) this.occurrences = events.value.list.map(occurrenceOf);
    };
  }
}

/** The light values of the tokens --c1 … --c8, which the services may store as a calendar's colour. */
const OUR_COLOURS = ['#2b41b3', '#a81e36', '#14623f', '#7a4e00', '#74308f', '#0b5f73', '#96401a', '#3d4763'];

export const agenda = new Agenda();
