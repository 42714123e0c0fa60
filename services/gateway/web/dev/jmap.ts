// The part of JMAP that the page uses, over the mock's store.
import type { Item, Store } from './store.ts';

type Args = Record<string, unknown>;
type Invocation = [name: string, args: Args, id: string];

const SERVICE_OF: Record<string, string> = { Calendar: 'calendar', CalendarEvent: 'calendar', AddressBook: 'contacts', ContactCard: 'contacts' };

function pointer(value: unknown, path: string[]): unknown {
  if (path.length === 0) return value;
  const [step, ...rest] = path;
  if (step === '*') return (value as unknown[]).flatMap((item) => pointer(item, rest));
  return pointer((value as Args)[step as string], rest);
}

function resolve(args: Args, done: Invocation[]): Args {
  const resolved: Args = {};
  for (const [key, value] of Object.entries(args)) {
    if (!key.startsWith('#')) {
      resolved[key] = value;
      continue;
    }
    const { resultOf, name, path } = value as { resultOf: string; name: string; path: string };
    const source = done.find(([response, , id]) => id === resultOf && response === name);
    if (!source) throw new Error('invalidResultReference');
    resolved[key.slice(1)] = [...new Set(pointer(source[1], path.split('/').slice(1)) as string[])];
  }
  return resolved;
}

function matches(store: Store, email: Item, filter: Args): boolean {
  if (Array.isArray(filter['conditions'])) {
    const each = (filter['conditions'] as Args[]).map((condition) => matches(store, email, condition));
    return filter['operator'] === 'NOT' ? !each.some(Boolean) : each.every(Boolean);
  }
  const from = filter['from'];
  if (typeof from === 'string' && !JSON.stringify(email['from']).toLowerCase().includes(from.toLowerCase())) return false;
  if (typeof filter['after'] === 'string' && String(email['receivedAt']) < filter['after']) return false;
  if (typeof filter['before'] === 'string' && String(email['receivedAt']) >= filter['before']) return false;
  const text = typeof filter['text'] === 'string' ? filter['text'].toLowerCase().replaceAll('"', '') : '';
  const boxes = email['mailboxIds'] as Record<string, true>;
  const keywords = email['keywords'] as Record<string, true>;
  if (filter['inMailbox'] && !boxes[filter['inMailbox'] as string]) return false;
  if (Array.isArray(filter['inMailboxOtherThan']) && Object.keys(boxes).every((id) => (filter['inMailboxOtherThan'] as string[]).includes(id))) return false;
  if (filter['hasKeyword'] && !keywords[filter['hasKeyword'] as string]) return false;
  if (filter['notKeyword'] && keywords[filter['notKeyword'] as string]) return false;
  if (filter['hasAttachment'] && !email['hasAttachment']) return false;
  return !text || store.textOf(email).toLowerCase().includes(text);
}

function queryEmails(store: Store, args: Args): Args {
  const filter = (args['filter'] ?? {}) as Args;
  const found = [...store.emails.values()].filter((email) => matches(store, email, filter)).sort((a, b) => String(b['receivedAt']).localeCompare(String(a['receivedAt'])));
  const threads = new Set<unknown>();
  const all = found.filter((email) => !threads.has(email['threadId']) && threads.add(email['threadId']));
  const position = Number(args['position'] ?? 0);
  return { queryState: String(store.state), position, ids: all.slice(position, position + Number(args['limit'] ?? 50)).map((email) => email.id), total: all.length };
}

function snippets(store: Store, args: Args): Args {
  const text = String((args['filter'] as Args)['text'] ?? '');
  const mark = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replace(new RegExp(text.replace(/\W/g, '.'), 'gi'), '<mark>$&</mark>');
  const list = (args['emailIds'] as string[]).map((emailId) => {
    const email = store.emails.get(emailId);
    return { emailId, subject: mark(String(email?.['subject'] ?? '')), preview: mark(String(email?.['preview'] ?? '')) };
  });
  return { list, notFound: [] };
}

function set(store: Store, type: string, args: Args): Args {
  const created: Record<string, unknown> = {};
  for (const [key, value] of Object.entries((args['create'] ?? {}) as Record<string, Args>)) created[key] = { id: store.create(type, value) };
  const updated: Record<string, null> = {};
  for (const [id, patch] of Object.entries((args['update'] ?? {}) as Record<string, Args>)) {
    store.patch(type, id, patch);
    updated[id] = null;
  }
  const destroyed = (args['destroy'] ?? []) as string[];
  for (const id of destroyed) store.destroy(type, id);
  for (const patch of Object.values((args['onSuccessUpdateEmail'] ?? {}) as Record<string, Args>)) store.patch('Email', store.lastCreated, patch);
  store.state++;
  return { oldState: '', newState: String(store.state), created, updated, destroyed, notCreated: null, notUpdated: null, notDestroyed: null };
}

function call(store: Store, name: string, args: Args): Args {
  const [type = '', verb] = name.split('/');
  if (store.down.has(SERVICE_OF[type] ?? 'mail')) throw new Error('serverUnavailable');
  if (name === 'SearchSnippet/get') return snippets(store, args);
  if (verb === 'set') return set(store, type, args);
  if (name === 'Email/query') return queryEmails(store, args);
  if (name === 'CalendarEvent/query') return { queryState: '', position: 0, ids: store.occurrences(args['filter'] as { after: string; before: string }).map((event) => event.id) };
  if (name === 'ContactCard/query') return store.queryCards((args['filter'] ?? {}) as { inAddressBook?: string; text?: string }, Number(args['limit'] ?? 50));
  const list = store.list(type, (args['ids'] ?? null) as string[] | null);
  return { state: String(store.state), list, notFound: [] };
}

export function answer(store: Store, calls: Invocation[]): Invocation[] {
  const done: Invocation[] = [];
  for (const [name, args, id] of calls) {
    try {
      done.push([name, call(store, name, resolve(args, done)), id]);
    } catch (error) {
      done.push(['error', { type: (error as Error).message }, id]);
    }
  }
  return done;
}
