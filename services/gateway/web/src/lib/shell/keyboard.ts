/** Single-key shortcuts: off while the agent types, and while a dialog is open. */
import type { MessageKey } from '../i18n/catalogue';
import { preference, remember } from './preferences';

export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

const PREFERENCE = 'webmail.single-key-shortcuts';

/** Agents who dictate or use assistive keyboards can turn single keys off (WCAG 2.1.4). */
export function singleKeysEnabled(): boolean {
  return preference(PREFERENCE) !== 'off';
}

export function enableSingleKeys(on: boolean): void {
  remember(PREFERENCE, on ? 'on' : 'off');
}

/** The single key pressed, or "" when it is not for the page's shortcuts. */
export function shortcutOf(event: KeyboardEvent): string {
  if (!singleKeysEnabled()) return '';
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return '';
  if (document.querySelector('dialog[open]')) return '';
  return event.key;
}

export interface ShortcutHelp {
  keys: string[];
  text: MessageKey;
}

export const shortcuts: { title: MessageKey; list: ShortcutHelp[] }[] = [
  {
    title: 'shortcuts.everywhere',
    list: [
      { keys: ['/'], text: 'shortcuts.search' },
      { keys: ['c'], text: 'shortcuts.compose' },
      { keys: ['z'], text: 'shortcuts.undo' },
      { keys: ['?'], text: 'shortcuts.help' },
    ],
  },
  {
    title: 'shortcuts.mail',
    list: [
      { keys: ['j', 'k'], text: 'shortcuts.nextPrevious' },
      { keys: ['↑', '↓'], text: 'shortcuts.moveInList' },
      { keys: ['Entrée'], text: 'shortcuts.open' },
      { keys: ['x'], text: 'shortcuts.choose' },
      { keys: ['Maj', '↑ ↓'], text: 'shortcuts.chooseRange' },
      { keys: ['Ctrl', 'a'], text: 'shortcuts.chooseAll' },
      { keys: ['Échap'], text: 'shortcuts.chooseNone' },
      { keys: ['r', 'a', 'f'], text: 'shortcuts.reply' },
      { keys: ['e'], text: 'shortcuts.archive' },
      { keys: ['#'], text: 'shortcuts.delete' },
      { keys: ['b'], text: 'shortcuts.snooze' },
      { keys: ['s'], text: 'shortcuts.flag' },
      { keys: ['u'], text: 'shortcuts.unread' },
      { keys: ['Ctrl', 'Entrée'], text: 'shortcuts.send' },
    ],
  },
  {
    title: 'shortcuts.calendar',
    list: [
      { keys: ['t'], text: 'shortcuts.today' },
      { keys: ['j', 'k'], text: 'shortcuts.week' },
      { keys: ['Alt', '↑ ↓ ← →'], text: 'shortcuts.moveEvent' },
    ],
  },
];
