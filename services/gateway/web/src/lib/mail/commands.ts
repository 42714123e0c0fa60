/** The commands of the mail page, from its toolbars or a key. */

/** What can be done to one conversation or to all that are chosen. */
export type ActionCommand = 'archive' | 'trash' | 'destroy' | 'flag' | 'read' | 'unread' | 'junk' | 'notJunk' | 'move' | 'snooze' | 'unsnooze';
export type AnswerCommand = 'reply' | 'replyAll' | 'forward';
export type ConversationCommand = ActionCommand | AnswerCommand | 'next' | 'previous';

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
