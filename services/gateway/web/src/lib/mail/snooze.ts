/** When a conversation may come back (urn:webmail-montpellier:snooze): proposals for a school's day, in Paris. */
import { DAY, dayStart, HOUR, mondayOf, parisStamp } from '../calendar/localtime';
import { instantOf } from '../shell/moment';

/** How far ahead the server takes it. */
export const MAX_DAYS = 366;
const MORNING = 8 * HOUR;
const AFTERNOON = 14 * HOUR;
const EVENING = 18 * HOUR;
/** A reminder that close would be none. */
const AHEAD = HOUR / 2;

export interface Reminder {
  name: 'afternoon' | 'evening' | 'tomorrow' | 'monday';
  at: Date;
}

/** Later today while there is a later, tomorrow, and Monday where that is another day. */
export function reminders(now: Date): Reminder[] {
  const clock = parisStamp(now);
  const today = dayStart(clock);
  const monday = mondayOf(today) + 7 * DAY;
  const later = clock - today + AHEAD;
  const found: [Reminder['name'], number][] = [];
  if (later < AFTERNOON) found.push(['afternoon', today + AFTERNOON]);
  else if (later < EVENING) found.push(['evening', today + EVENING]);
  found.push(['tomorrow', today + DAY + MORNING]);
  if (monday !== today + DAY) found.push(['monday', monday + MORNING]);
  return found.map(([name, stamp]) => ({ name, at: instantOf(stamp) }));
}
