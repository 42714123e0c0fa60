/** How long the mailbox says nothing more of missing recovery means, once it was put off. */
import { preference, remember } from '../shell/preferences';

const PREFERENCE = 'webmail.means-reminder-after';
const SILENCE_MS = 30 * 86_400_000;

export function isPutOff(now: Date): boolean {
  const until = Date.parse(preference(PREFERENCE) ?? '');
  return until > now.getTime() && until <= now.getTime() + SILENCE_MS;
}

export function putOff(now: Date): void {
  remember(PREFERENCE, new Date(now.getTime() + SILENCE_MS).toISOString());
}
