/**
 * Wall-clock arithmetic on "floating" stamps: the milliseconds that the local date-time would have if it were UTC.
 * Days are then always 24 h long, which is what a week grid draws.
 */
import { TIME_ZONE } from '../i18n/dates';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** "2026-11-23T08:30:00" or "2026-11-23" → stamp. */
export function stampOf(local: string): number {
  return Date.parse(`${local.length === 10 ? `${local}T00:00:00` : local}Z`);
}

/** Stamp → "2026-11-23T08:30:00", a JSCalendar LocalDateTime. */
export function localOf(stamp: number): string {
  return new Date(stamp).toISOString().slice(0, 19);
}

export function dayStart(stamp: number): number {
  return Math.floor(stamp / DAY) * DAY;
}

/** The Monday of the week of a stamp. */
export function mondayOf(stamp: number): number {
  const weekday = (new Date(stamp).getUTCDay() + 6) % 7;
  return dayStart(stamp) - weekday * DAY;
}

/** ISO 8601 week number. */
export function isoWeek(stamp: number): number {
  const thursday = mondayOf(stamp) + 3 * DAY;
  const firstOfYear = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday - firstOfYear) / (7 * DAY));
}

const parts = new Intl.DateTimeFormat('sv-SE', {
  timeZone: TIME_ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
});

/** An instant → the stamp of the clocks in Paris at that instant. */
export function parisStamp(instant: Date): number {
  return stampOf(parts.format(instant).replace(' ', 'T'));
}

/** ISO 8601 duration → ms; weeks, days, hours, minutes, seconds. */
export function durationOf(text: string): number {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (!match) return 0;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number];
  return (weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds * 1000;
}

/** ms → ISO 8601 duration, whole minutes. */
export function durationText(ms: number): string {
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}`;
  if (!days && !time) return 'PT0S';
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}

const floating = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat('fr-FR', { timeZone: 'UTC', ...options });
const clock = floating({ hour: '2-digit', minute: '2-digit' });
const shortDay = floating({ weekday: 'short' });
const longDay = floating({ weekday: 'long', day: 'numeric', month: 'long' });
const fullDay = floating({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const monthYear = floating({ month: 'long', year: 'numeric' });
const dayMonth = floating({ day: 'numeric', month: 'long' });

export const formats = {
  clock: (stamp: number): string => clock.format(stamp),
  shortDay: (stamp: number): string => shortDay.format(stamp),
  longDay: (stamp: number): string => longDay.format(stamp),
  fullDay: (stamp: number): string => fullDay.format(stamp),
  monthYear: (stamp: number): string => monthYear.format(stamp),
  dayNumber: (stamp: number): number => new Date(stamp).getUTCDate(),
};

/** « 23 – 29 novembre 2026 », « 28 septembre – 4 octobre 2026 ». */
export function weekTitle(monday: number): string {
  const sunday = monday + 6 * DAY;
  const [first, last] = [new Date(monday), new Date(sunday)];
  const year = last.getUTCFullYear();
  if (first.getUTCMonth() === last.getUTCMonth()) return `${first.getUTCDate()} – ${dayMonth.format(sunday)} ${year}`;
  const firstYear = first.getUTCFullYear() === year ? '' : ` ${first.getUTCFullYear()}`;
  return `${dayMonth.format(monday)}${firstYear} – ${dayMonth.format(sunday)} ${year}`;
}

/** The six weeks around a month, from the Monday before its first day. */
export function monthWeeks(stamp: number): number[][] {
  const date = new Date(stamp);
  const first = mondayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
  return Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (_, day) => first + (week * 7 + day) * DAY));
}

/** The first day of the month `step` months away. */
export function otherMonth(stamp: number, step: number): number {
  const date = new Date(stamp);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + step, 1);
}
