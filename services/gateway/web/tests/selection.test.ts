import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jmap } from '../src/lib/jmap/client';
import type { Mailbox } from '../src/lib/jmap/types';
import { perform } from '../src/lib/mail/actions';
import { inPieces } from '../src/lib/mail/changes';
import { list } from '../src/lib/mail/list.svelte';
import { mailboxes } from '../src/lib/mail/mailboxes.svelte';
import type { Row } from '../src/lib/mail/rows';
import { selection } from '../src/lib/mail/selection.svelte';
import { notices } from '../src/lib/shell/notices.svelte';

type Args = Record<string, unknown>;
type Invocation = [string, Args, string];

const BOXES = ['inbox', 'archive', 'trash', 'sent', 'drafts', 'junk'].map((role) => ({ id: role, name: role, role, parentId: null })) as unknown as Mailbox[];

const row = (n: number): Row => {
  const members = [{ id: `e${n}`, threadId: `t${n}`, mailboxIds: { inbox: true as const }, keywords: {}, hasAttachment: false }];
  return { emailId: `e${n}`, threadId: `t${n}`, members, from: null, to: [], subject: '', preview: '', date: new Date(0), unread: true, flagged: false, attachment: false, draft: false, template: false, until: null, snippet: null };
};

/** A gateway that takes two objects a set, and refuses the messages named. */
function gateway(refused: string[] = []): Invocation[] {
  const calls: Invocation[] = [];
  vi.stubGlobal('fetch', vi.fn(async (path: string, init: RequestInit) => {
    if (path === '/.well-known/jmap') return new Response(JSON.stringify({ capabilities: { 'urn:ietf:params:jmap:core': { maxObjectsInSet: 2 } }, accounts: {} }));
    const { methodCalls } = JSON.parse(String(init.body)) as { methodCalls: Invocation[] };
    calls.push(...methodCalls);
    const methodResponses = methodCalls.map(([name, args, id]): Invocation => {
      if (name === 'Mailbox/get') return [name, { list: BOXES }, id];
      if (name === 'Email/query') return ['error', { type: 'serverUnavailable' }, id];
      if (name !== 'Email/set') return [name, { list: [] }, id];
      const ids = Object.keys((args['update'] ?? {}) as Args).filter((one) => refused.includes(one));
      return [name, { notUpdated: Object.fromEntries(ids.map((one) => [one, { type: 'forbidden' }])) }, id];
    });
    return new Response(JSON.stringify({ methodResponses }));
  }));
  return calls;
}

const sets = (calls: Invocation[]): Args[] => calls.filter(([name]) => name === 'Email/set').map(([, args]) => args);
const shown = (): string[] => list.rows.map((one) => one?.threadId ?? '');

beforeEach(() => {
  jmap.signOut();
  jmap.signIn({ accountId: 'a1', csrf: 'token' });
  mailboxes.all = BOXES;
  list.scope = { kind: 'mailbox', mailboxId: 'inbox' };
  list.rows = [1, 2, 3, 4, 5].map(row);
  selection.clear();
});
afterEach(() => {
  list.recovery.stop();
  vi.unstubAllGlobals();
});

describe('choosing', () => {
  it('ranges from the last one toggled, and shrinks again', async () => {
    selection.toggle(row(5));
    selection.toggle(row(1));
    await selection.extend(0, 2);
    expect(selection.rows.map((one) => one.threadId)).toEqual(['t5', 't1', 't2', 't3']);
    await selection.extend(2, 1);
    expect(selection.rows.map((one) => one.threadId)).toEqual(['t5', 't1', 't2']);
  });

  it('ranges from the row of the keyboard when nothing was chosen yet', async () => {
    await selection.extend(3, 2);
    expect(selection.rows.map((one) => one.threadId).toSorted()).toEqual(['t3', 't4']);
  });

  it('says how many', async () => {
    await selection.all();
    expect(notices.announcement).toContain('5 sélectionnées');
  });

  it('lets go of what another device has moved away, and keeps what another arrival moved down', async () => {
    selection.put([row(1), row(2)]);
    vi.stubGlobal('fetch', vi.fn(async (_: string, init: RequestInit) => {
      const [[name, , id]] = (JSON.parse(String(init.body)) as { methodCalls: [Invocation] }).methodCalls;
      const members = [{ ...row(1).members[0], mailboxIds: { archive: true } }, row(2).members[0]];
      return new Response(JSON.stringify({ methodResponses: [[name, { list: members }, id]] }));
    }));
    list.rows = [row(9), row(2)];
    await selection.follow();
    expect(selection.rows.map((one) => one.threadId)).toEqual(['t2']);
  });
});

describe('one action on many conversations', () => {
  it('names as many objects at once as the server takes', async () => {
    const calls = gateway();
    void perform('archive', [1, 2, 3].map(row));
    await vi.waitFor(() => expect(sets(calls)).toHaveLength(2));
    expect(sets(calls).map((args) => Object.keys(args['update'] as Args))).toEqual([['e1', 'e2'], ['e3']]);
  });

  it('takes them off the list at once, and shows them again when it was refused', async () => {
    gateway(['e1']);
    const done = perform('trash', [1, 2].map(row));
    expect(shown()).toEqual(['t3', 't4', 't5']);
    expect(await done).toBe(false);
    expect(shown()).toEqual(['t1', 't2', 't3', 't4', 't5']);
    expect(notices.current?.kind).toBe('error');
  });

  it('flags those that have no flag, and takes it off when all have', async () => {
    const calls = gateway();
    const flagged = { ...row(1), members: row(1).members.map((member) => ({ ...member, keywords: { $flagged: true as const } })) };
    void perform('flag', [flagged, row(2)]);
    await vi.waitFor(() => expect(sets(calls)).toHaveLength(1));
    void perform('flag', [flagged]);
    await vi.waitFor(() => expect(sets(calls)).toHaveLength(2));
    expect(sets(calls).map((args) => args['update'])).toEqual([{ e2: { 'keywords/$flagged': true } }, { e1: { 'keywords/$flagged': null } }]);
  });

  it('cuts destructions too', () => {
    expect(inPieces({ destroy: ['a', 'b', 'c'] }, 2)).toEqual([{ destroy: ['a', 'b'] }, { destroy: ['c'] }]);
    expect(inPieces({}, 2)).toEqual([{}]);
  });
});
