import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jmap } from '../src/lib/jmap/client';
import { ObjectRefused } from '../src/lib/jmap/errors';
import { destroyAll } from '../src/lib/mail/emptying';

type Args = Record<string, unknown>;
type Invocation = [string, Args, string];

/** A gateway that shows these messages, page after page. */
function gateway(pages: Args[][], refused: Args | null = null): Args[] {
  const sets: Args[] = [];
  vi.stubGlobal('fetch', vi.fn(async (path: string, init: RequestInit) => {
    if (path === '/.well-known/jmap') return new Response(JSON.stringify({ accounts: {}, capabilities: { 'urn:ietf:params:jmap:core': { maxObjectsInSet: 2 } } }));
    const { methodCalls } = JSON.parse(String(init.body)) as { methodCalls: Invocation[] };
    const methodResponses = methodCalls.map(([name, args, id]): Invocation => {
      if (name === 'Email/query') expect(args['limit']).toBe(2);
      if (name === 'Email/set') sets.push(args);
      return [name, name === 'Email/get' ? { list: pages.shift() ?? [] } : { list: [], notDestroyed: refused }, id];
    });
    return new Response(JSON.stringify({ methodResponses }));
  }));
  return sets;
}

describe('emptying a mailbox', () => {
  beforeEach(() => jmap.signIn({ accountId: 'a1', csrf: 'token' }));
  afterEach(() => {
    jmap.signOut();
    vi.unstubAllGlobals();
  });

  it('destroys page after page; what stands elsewhere too only leaves', async () => {
    const sets = gateway([[{ id: 'e1', mailboxIds: { trash: true } }, { id: 'e2', mailboxIds: { trash: true, inbox: true } }], [{ id: 'e3', mailboxIds: { trash: true } }]]);
    await destroyAll('trash');
    expect(sets).toEqual([
      { accountId: 'a1', update: { e2: { 'mailboxIds/trash': null } }, destroy: ['e1'] },
      { accountId: 'a1', update: {}, destroy: ['e3'] },
    ]);
  });

  it('ends with the first refusal, and does not ask again and again', async () => {
    const sets = gateway([[{ id: 'e1', mailboxIds: { trash: true } }], [{ id: 'e1', mailboxIds: { trash: true } }]], { e1: { type: 'forbidden' } });
    await expect(destroyAll('trash')).rejects.toThrow(ObjectRefused);
    expect(sets).toHaveLength(1);
  });
});
