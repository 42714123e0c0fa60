/** The commands of the reading pane, from its toolbar or a key. */

export type ConversationCommand = 'archive' | 'trash' | 'destroy' | 'flag' | 'unread' | 'junk' | 'notJunk' | 'move' | 'reply' | 'replyAll' | 'forward' | 'next' | 'previous';

const KEYS: Record<string, ConversationCommand> = {
  e: 'archive',
  '#': 'trash',
  Delete: 'trash',
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
