/** What is open over the agenda: a card, the form, the question « this one or the whole series ». */
import { t } from '../i18n/catalogue';
import type { CalendarEvent } from '../jmap/types';
import { explain } from '../shell/explain';
import { notices } from '../shell/notices.svelte';
import { agenda } from './calendar.svelte';
import { DAY, dayStart, formats, HOUR, localOf, parisStamp, stampOf } from './localtime';
import { placement, type Occurrence } from './occurrences';

export type Reach = 'one' | 'all';
export interface FormStart {
  /** The occurrence to change; null for a new event. */
  occurrence: Occurrence | null;
  /** The event behind the occurrence, with its rule. */
  series: CalendarEvent | null;
  reach: Reach;
  start: number;
  end: number;
  allDay: boolean;
}

class Editing {
  card = $state.raw<{ occurrence: Occurrence; anchor: DOMRect } | null>(null);
  form = $state.raw<FormStart | null>(null);
  /** Where the grid should scroll to: what was just written. */
  revealed = $state.raw<{ at: number } | null>(null);
  question = $state.raw<{ title: string; answer: (reach: Reach) => void; cancel: () => void } | null>(null);

  /** The single event about to be deleted, until the agent has answered. */
  deletion = $state.raw<{ title: string; answer: (sure: boolean) => void } | null>(null);

  create(start: number, end: number, allDay = false): void {
    this.card = null;
    this.form = { occurrence: null, series: null, reach: 'one', start, end, allDay };
  }

  /** At the next full hour of today, not before 8 h; or at 9 h on the first day of another week. */
  createSoon(): void {
    const now = parisStamp(new Date());
    const thisWeek = now >= agenda.monday && now < agenda.monday + 7 * DAY;
    const start = thisWeek ? Math.max(Math.ceil(now / HOUR) * HOUR, dayStart(now) + 8 * HOUR) : agenda.monday + 9 * HOUR;
    this.create(start, start + HOUR);
  }

  /** Asks which part of a series is meant; the event itself otherwise. Null when the agent gives up. */
  ask(occurrence: Occurrence, title: string): Promise<Reach | null> {
    if (!occurrence.recurring) return Promise.resolve('all');
    return new Promise((resolve) => {
      const close = (reach: Reach | null): void => {
        this.question = null;
        resolve(reach);
      };
      this.question = { title, answer: close, cancel: () => close(null) };
    });
  }

  async edit(occurrence: Occurrence): Promise<void> {
    this.card = null;
    const reach = await this.ask(occurrence, t('series.edit'));
    if (!reach) return;
    try {
      const series = await agenda.event(occurrence.seriesId);
      const { start, end, allDay } = occurrence;
      this.form = { occurrence, series, reach, start, end, allDay };
    } catch (error) {
      notices.error(explain(error));
    }
  }

  async remove(occurrence: Occurrence): Promise<void> {
    this.card = null;
    // For a series, the question which part is meant is the confirmation.
    const reach = await this.ask(occurrence, t('series.delete'));
    if (!reach || (!occurrence.recurring && !(await this.confirmDeletion(occurrence)))) return;
    if (await agenda.destroy(reach === 'one' ? occurrence.id : occurrence.seriesId)) notices.done(t('event.deleted'));
  }

  private confirmDeletion(occurrence: Occurrence): Promise<boolean> {
    return new Promise((resolve) => {
      const answer = (sure: boolean): void => {
        this.deletion = null;
        resolve(sure);
      };
      this.deletion = { title: occurrence.title || t('event.untitled'), answer };
    });
  }

  /** Moves an occurrence that is drawn in its new place already; puts it back when the agent gives up. */
  async move(occurrence: Occurrence, start: number, end: number): Promise<void> {
    agenda.place(occurrence.id, start, end);
    const reach = await this.ask(occurrence, t('series.move'));
    if (!reach) {
      agenda.place(occurrence.id, occurrence.start, occurrence.end);
      return;
    }
    const done = reach === 'one' ? await agenda.update(occurrence.id, placement(start, end, occurrence.allDay)) : await this.moveSeries(occurrence, start, end);
    if (done) notices.done(t('event.moved', { day: formats.longDay(start), time: formats.clock(start) }));
  }

  /** The whole series moves by as much as the occurrence did. */
  private async moveSeries(occurrence: Occurrence, start: number, end: number): Promise<boolean> {
    if (!occurrence.recurring) return agenda.update(occurrence.seriesId, placement(start, end, occurrence.allDay));
    try {
      const series = await agenda.event(occurrence.seriesId);
      const moved = stampOf(series.start) + (start - occurrence.start);
      return await agenda.update(occurrence.seriesId, { start: localOf(moved), duration: placement(start, end, occurrence.allDay).duration });
    } catch (error) {
      notices.error(explain(error));
      agenda.place(occurrence.id, occurrence.start, occurrence.end);
      return false;
    }
  }
}

export const editing = new Editing();
