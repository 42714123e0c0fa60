/** When what is sent leaves: after the while in which it can be called back, or at a time that the agent chose (RFC 4865). */
import { DAY, HOUR, dayStart, mondayOf, parisStamp } from '../calendar/localtime';
import { instantOf } from '../shell/moment';
import { preference, remember } from '../shell/preferences';

/** null: as the institution says. */
export type Release = { holdFor: number } | { until: Date } | null;

/** The parameters of envelope.mailFrom (RFC 8621 §7). */
export function parametersOf(release: Exclude<Release, null>): Record<string, string> {
  return 'until' in release ? { HOLDUNTIL: release.until.toISOString().replace(/\.\d+Z$/, 'Z') } : { HOLDFOR: String(release.holdFor) };
}

const PREFERENCE = 'webmail.undo-send';
/** Seconds that an agent may choose; 0: at once. */
export const DELAYS = [0, 5, 15, 30] as const;

/** The agent's choice, in seconds; null while there is none. */
export function chosenDelay(): number | null {
  const chosen = Number(preference(PREFERENCE) ?? NaN);
  return DELAYS.find((delay) => delay === chosen) ?? null;
}

export function chooseDelay(seconds: number): void {
  remember(PREFERENCE, String(seconds));
}

export function usualRelease(): Release {
  const delay = chosenDelay();
  return delay === null ? null : { holdFor: delay };
}

export const MAX_DAYS = 30;
const MORNING = 8 * HOUR;

export interface Proposal {
  name: 'tomorrow' | 'monday';
  at: Date;
}

/** Tomorrow and next Monday at eight, in Paris; once where they are the same day. */
export function proposals(now: Date): Proposal[] {
  const today = dayStart(parisStamp(now));
  const tomorrow: Proposal = { name: 'tomorrow', at: instantOf(today + DAY + MORNING) };
  const monday: Proposal = { name: 'monday', at: instantOf(mondayOf(today) + 7 * DAY + MORNING) };
  return tomorrow.at.getTime() === monday.at.getTime() ? [tomorrow] : [tomorrow, monday];
}
