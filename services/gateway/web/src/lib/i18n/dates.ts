/** French dates and sizes, always in the time zone of the académie. */
export const TIME_ZONE = 'Europe/Paris';

const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('fr-FR', { timeZone: TIME_ZONE, ...options });

const clock = format({ hour: '2-digit', minute: '2-digit' });
const weekday = format({ weekday: 'long' });
const dayMonth = format({ day: 'numeric', month: 'short' });
const dayMonthYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
const dayMonthNameYear = format({ day: 'numeric', month: 'long', year: 'numeric' });
const weekdayDate = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const monthYear = format({ month: 'long', year: 'numeric' });
const isoDay = new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE, year: 'numeric', month: '2-digit', day: '2-digit' });

/** « 1er novembre »: only the first of a month is an ordinal. */
function ordinal(date: string): string {
  return date.replace(/\b1 (?=\p{L})/u, '1er ');
}

function longDate(date: Date): string {
  return ordinal(weekdayDate.format(date));
}

/** The calendar day in Paris, "2026-11-23". */
export function dayOf(date: Date): string {
  return isoDay.format(date);
}

/** The instant at which a day, "2026-11-23", begins in Paris. */
export function beginningOf(day: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const [winter, summer] = [new Date(midnight - 3_600_000), new Date(midnight - 7_200_000)];
  return dayOf(summer) === day ? summer : winter;
}

function daysBetween(earlier: string, later: string): number {
  return Math.round((Date.parse(`${later}T00:00:00Z`) - Date.parse(`${earlier}T00:00:00Z`)) / 86_400_000);
}

export function time(date: Date): string {
  return clock.format(date);
}

/** Beside a row of the list, whose heading names the day of the last week: the hour, then the date. */
export function rowMoment(date: Date, now: Date): string {
  const age = daysBetween(dayOf(date), dayOf(now));
  if (age < 7) return time(date);
  return dayOf(date).slice(0, 4) === dayOf(now).slice(0, 4) ? dayMonth.format(date) : dayMonthYear.format(date);
}

/** « 30 nov. à 08:00 »: of a time to come. */
export function shortDate(date: Date): string {
  return `${ordinal(dayMonth.format(date))} à ${time(date)}`;
}

/** Beside a folded message: the hour today, "hier", the weekday this week, then the date. */
export function shortMoment(date: Date, now: Date): string {
  const age = daysBetween(dayOf(date), dayOf(now));
  if (age <= 0) return time(date);
  if (age === 1) return 'hier';
  if (age < 7) return weekday.format(date);
  return dayOf(date).slice(0, 4) === dayOf(now).slice(0, 4) ? dayMonth.format(date) : dayMonthYear.format(date);
}

/** In the heading of a message: « aujourd’hui à 10:42 », « hier à 17:30 », « lundi 23 novembre 2026 à 08:00 ». */
export function longMoment(date: Date, now: Date): string {
  const age = daysBetween(dayOf(date), dayOf(now));
  const day = age === 0 ? 'aujourd’hui' : age === 1 ? 'hier' : longDate(date);
  return `${day} à ${time(date)}`;
}

/** The full date and hour, for quotations: « lundi 23 novembre 2026 à 08:00 ». */
export function fullMoment(date: Date): string {
  return `${longDate(date)} à ${time(date)}`;
}

/** The heading above the lines of one day: « Aujourd’hui », « Hier », « Lundi 23 novembre 2026 ». */
export function dayHeading(date: Date, now: Date): string {
  const age = daysBetween(dayOf(date), dayOf(now));
  if (age <= 0) return 'Aujourd’hui';
  return age === 1 ? 'Hier' : capitalise(longDate(date));
}

/** « 23 novembre 2026 » */
export function plainDate(date: Date): string {
  return ordinal(dayMonthNameYear.format(date));
}

/** The heading above a group of the list. */
export function dayGroup(date: Date, now: Date): string {
  const age = daysBetween(dayOf(date), dayOf(now));
  if (age <= 0) return 'Aujourd’hui';
  if (age === 1) return 'Hier';
  if (age < 7) return capitalise(weekday.format(date));
  return capitalise(monthYear.format(date));
}

export function capitalise(text: string): string {
  return text.charAt(0).toLocaleUpperCase('fr') + text.slice(1);
}

/** « 184 Ko », « 2,4 Mo », « 3,2 Go ». */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes}\u00a0o`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)}\u00a0Ko`;
  const [divisor, unit] = bytes < 1_000_000_000 ? [1_000_000, 'Mo'] : [1_000_000_000, 'Go'];
  return `${new Intl.NumberFormat('fr', { maximumFractionDigits: 1 }).format(bytes / divisor)}\u00a0${unit}`;
}
