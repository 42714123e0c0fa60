/** The commands of the mail page, from its toolbars or a key. */

import type { MessageKey } from '../i18n/catalogue';
import type { MailboxRole } from '../jmap/types';
import type { IconName } from '../shell/icon-names';

/** What can be done to one conversation or to all that are chosen. */
export type ActionCommand = 'archive' | 'trash' | 'destroy' | 'flag' | 'read' | 'unread' | 'junk' | 'notJunk' | 'move' | 'snooze' | 'unsnooze';
export type AnswerCommand = 'reply' | 'replyAll' | 'forward';
export type ConversationCommand = ActionCommand | AnswerCommand | 'next' | 'previous';

export interface QuickAction {
  command: ActionCommand;
  icon: IconName;
  label: MessageKey;
}

/** What a pointer over a row of this mailbox offers. */
export function quickActions(role: MailboxRole | null): QuickAction[] {
  const away: QuickAction = { command: 'trash', icon: 'trash-2', label: role === 'trash' ? 'action.destroy' : 'action.delete' };
  if (role === 'scheduled') return [];
  if (role === 'drafts' || role === 'templates' || role === 'trash' || role === 'junk') return [away];
  const archive: QuickAction = { command: 'archive', icon: 'archive', label: 'action.archive' };
  const snooze: QuickAction = { command: 'snooze', icon: 'clock', label: 'action.snooze' };
  return [...(role === 'archive' ? [] : [archive]), away, ...(role === 'sent' ? [] : [snooze])];
}

/** After these the conversation is no longer where it was. */
export const LEAVING: readonly ConversationCommand[] = ['archive', 'trash', 'destroy', 'junk', 'notJunk', 'move', 'snooze', 'unsnooze'];

const KEYS: Record<string, ConversationCommand> = {
  e: 'archive',
  '#': 'trash',
  Delete: 'trash',
  b: 'snooze',
  s: 'flag',
  u: 'unread',
  r: 'reply',
  a: 'replyAll',
  f: 'forward',
  j: 'next',
  k: 'previous',
};

export function commandFor(key: string): ConversationCommand | undefined {
  return KEYS[key];
}

export function isAction(command: ConversationCommand): command is ActionCommand {
  return !['reply', 'replyAll', 'forward', 'next', 'previous'].includes(command);
}
