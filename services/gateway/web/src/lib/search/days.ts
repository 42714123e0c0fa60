/** Days as people write them, as stretches of calendar days: "12/09/2026", "2026-09", "hier", "la semaine dernière". */

/** Days as "2026-09-12"; `end` is the day after the last one. */
export interface Stretch {
  start: string;
  end: string;
}

const DAY = 86_400_000;
const MONTHS = ['janvier', 'fevrier', 'mars', 'avril', 'mai', 'juin', 'juillet', 'aout', 'septembre', 'octobre', 'novembre', 'decembre'];
const WEEKDAYS = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'];

/** What was written, seen from `today`; null when it is no day. */
export function readDays(written: string, today: string): Stretch | null {
  const text = plain(written).replace(/^(le|la|l') ?/, '');
  const now = stampOf(today);
  return numeric(text, now) ?? spelled(text, now) ?? relative(text, now);
}

/** Without case and accents. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase().trim();
}

function numeric(text: string, now: number): Stretch | null {
  let match = /^(\d{4})$/.exec(text);
  if (match) return year(num(match[1]));
  match = /^(\d{4})-(\d{1,2})$/.exec(text);
  if (match) return month(num(match[1]), num(match[2]) - 1);
  match = /^(\d{1,2})[/.-](\d{4})$/.exec(text);
  if (match) return month(num(match[2]), num(match[1]) - 1);
  match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (match) return day(num(match[1]), num(match[2]) - 1, num(match[3]));
  match = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})$/.exec(text);
  if (match) return day(century(num(match[3])), num(match[2]) - 1, num(match[1]));
  match = /^(\d{1,2})[/.](\d{1,2})$/.exec(text);
  return match ? past(num(match[2]) - 1, num(match[1]), now) : null;
}

/** "12 septembre 2026", "1er septembre", "septembre 2026", "septembre". */
function spelled(text: string, now: number): Stretch | null {
  const match = /^(?:(\d{1,2})(?:er)? )?([a-z]+)(?: (\d{4}))?$/.exec(text);
  const index = MONTHS.indexOf(match?.[2] ?? '');
  if (!match || index < 0) return null;
  if (match[1]) return match[3] ? day(num(match[3]), index, num(match[1])) : past(index, num(match[1]), now);
  const date = new Date(now);
  const year = match[3] ? num(match[3]) : date.getUTCFullYear() - (index > date.getUTCMonth() ? 1 : 0);
  return month(year, index);
}

function relative(text: string, now: number): Stretch | null {
  const date = new Date(now);
  const monday = now - ((date.getUTCDay() + 6) % 7) * DAY;
  const [thisYear, index] = [date.getUTCFullYear(), date.getUTCMonth()];
  const days = /^il y a (\d{1,3}) jours?$/.exec(text);
  if (days) return stretch(now - num(days[1]) * DAY, now - (num(days[1]) - 1) * DAY);
  switch (text) {
    case "aujourd'hui": return stretch(now, now + DAY);
    case 'hier': return stretch(now - DAY, now);
    case 'avant-hier': return stretch(now - 2 * DAY, now - DAY);
    case 'semaine': case 'cette semaine': return stretch(monday, monday + 7 * DAY);
    case 'semaine derniere': case 'semaine passee': return stretch(monday - 7 * DAY, monday);
    case 'mois': case 'ce mois': case 'ce mois-ci': return month(thisYear, index);
    case 'mois dernier': case 'mois passe': return month(thisYear, index - 1);
    case 'annee': case 'cette annee': return year(thisYear);
    case 'annee derniere': case 'an dernier': return year(thisYear - 1);
  }
  const weekday = WEEKDAYS.indexOf(text.replace(/ dernier$/, ''));
  if (weekday < 0) return null;
  const last = monday + weekday * DAY;
  const start = last < now ? last : last - 7 * DAY;
  return stretch(start, start + DAY);
}

const num = (text: string | undefined): number => Number(text);
const utc = (year: number, index: number, date: number): number => Date.UTC(year, index, date);
const stampOf = (written: string): number => Date.parse(`${written}T00:00:00Z`);
const century = (year: number): number => (year < 100 ? 2000 + year : year);

function stretch(start: number, end: number): Stretch {
  return { start: new Date(start).toISOString().slice(0, 10), end: new Date(end).toISOString().slice(0, 10) };
}

function year(number: number): Stretch | null {
  return number < 1900 || number > 2999 ? null : stretch(utc(number, 0, 1), utc(number + 1, 0, 1));
}

/** Months count from 0, and may be −1; others are no month. */
function month(year: number, index: number): Stretch | null {
  return index < -1 || index > 11 || year < 1900 || year > 2999 ? null : stretch(utc(year, index, 1), utc(year, index + 1, 1));
}

/** Null for the 31st of a month that has none. */
function day(year: number, index: number, date: number): Stretch | null {
  const start = utc(year, index, date);
  const same = new Date(start).getUTCMonth() === index && new Date(start).getUTCDate() === date;
  return same && year >= 1900 && year <= 2999 ? stretch(start, start + DAY) : null;
}

/** The last such day, today included. */
function past(index: number, date: number, now: number): Stretch | null {
  const year = new Date(now).getUTCFullYear();
  const found = day(year, index, date);
  return found && stampOf(found.start) > now ? day(year - 1, index, date) : found;
}
