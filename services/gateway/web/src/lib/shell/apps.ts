/** The applications of the page. The rail and the bottom bar offer the first three, the agent's menu « Mon compte »; all but mail are loaded when first opened. */
import type { MessageKey } from '../i18n/catalogue';
import type { IconName } from './icon-names';

export type AppName = 'courrier' | 'agenda' | 'contacts' | 'compte';

export const apps: { name: AppName; text: MessageKey; icon: IconName }[] = [
  { name: 'courrier', text: 'app.mail', icon: 'inbox' },
  { name: 'agenda', text: 'app.calendar', icon: 'calendar-days' },
  { name: 'contacts', text: 'app.contacts', icon: 'users' },
];

export function appOf(path: readonly string[]): AppName {
  if (path[0] === 'compte') return 'compte';
  return apps.find((app) => app.name === path[0])?.name ?? 'courrier';
}
