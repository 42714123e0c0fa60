/** Times to come, as the clocks in Paris will show them. */
import { DAY, parisStamp, stampOf } from '../calendar/localtime';

/** The instant at which the clocks in Paris show a stamp; one that they skip counts an hour later. */
export function instantOf(stamp: number): Date {
  const guess = new Date(stamp - (parisStamp(new Date(stamp)) - stamp));
  return new Date(guess.getTime() + stamp - parisStamp(guess));
}

/** What a date ("2026-11-30") and a time ("08:00") say; null where that is no moment of the next `days` days. */
export function momentChosen(date: string, time: string, now: Date, days: number): Date | null {
  const stamp = stampOf(`${date}T${time}:00`);
  if (Number.isNaN(stamp)) return null;
  const at = instantOf(stamp);
  return at > now && at.getTime() - now.getTime() <= days * DAY ? at : null;
}
