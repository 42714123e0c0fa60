/** The lines of an account's trail as an agent reads them: what, by whom, with what, from where. */
import type { ActivityLine } from '../auth/api';
import { isMessage, t } from '../i18n/catalogue';
import { capitalise, dayHeading, dayOf } from '../i18n/dates';
import { moment } from './moments';

/** What somebody who wants in would leave behind. */
const WORTH_A_LOOK = new Set(['sign-in-failed', 'slowed-down', 'password-check-failed', 'recovery-asked', 'recovery-failed', 'reopening-asked']);

/** `action`: a word of services/auth/domain/trail.py, or one of tomorrow. */
export function sentence(action: string): string {
  const key = `myAccount.did.${action}`;
  return isMessage(key) ? t(key) : t('myAccount.did.other', { action });
}

export function isWorthALook(action: string): boolean {
  return WORTH_A_LOOK.has(action);
}

export function byWhom(by: string): string {
  const key = `myAccount.by.${by}`;
  return t(isMessage(key) ? key : 'myAccount.by.unknown');
}

type Device = Pick<ActivityLine, 'browser' | 'system'>;
type Place = Pick<ActivityLine, 'place' | 'source'>;

/** « Firefox sur Windows », "" where nothing is known. */
export function deviceName({ browser, system }: Device): string {
  return browser && system ? t('myAccount.device', { browser, system }) : browser || system;
}

export function isHandheld({ system }: Pick<ActivityLine, 'system'>): boolean {
  return /android|ios|ipad/i.test(system);
}

/** The institution's name for the network, or else the address in it. */
export function placeName({ place, source }: Place): string {
  return place || (source ? t('myAccount.fromAddress', { source }) : '');
}

/** « Depuis votre compte · Firefox sur Windows · Collège Jules-Fictif »; "" for what the system did by itself. */
export function circumstances(line: ActivityLine): string {
  const where = [deviceName(line), placeName(line)].filter(Boolean);
  if (line.by === 'unknown' && where.length === 0) return '';
  return capitalise([byWhom(line.by), ...where].join(' · '));
}

export interface Day {
  /** "2026-11-23" */
  day: string;
  heading: string;
  lines: ActivityLine[];
}

/** Lines, newest first, under the days of Paris. */
export function byDay(lines: readonly ActivityLine[], now: Date): Day[] {
  const days: Day[] = [];
  for (const line of lines) {
    const at = moment(line.at);
    const day = dayOf(at);
    const last = days.at(-1);
    if (last?.day === day) last.lines.push(line);
    else days.push({ day, heading: dayHeading(at, now), lines: [line] });
  }
  return days;
}
