/** Whose remote pictures are shown without asking again: addresses kept in this browser, the newest last. */
import { jmap } from '../jmap/client';
import { preference, remember } from '../shell/preferences';

const MOST = 300;

const name = (): string => `webmail.pictures-of.${jmap.accountId}`;
const read = (): string[] => (preference(name()) ?? '').split('\n').filter((address) => address !== '');

export function isTrusted(sender: string): boolean {
  return sender !== '' && read().includes(sender.toLowerCase());
}

export function trust(sender: string, trusted: boolean): void {
  const address = sender.toLowerCase();
  const others = read().filter((known) => known !== address);
  remember(name(), [...others, ...(trusted ? [address] : [])].slice(-MOST).join('\n'));
}
