import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jmap } from '../src/lib/jmap/client';
import { MethodError, ObjectRefused } from '../src/lib/jmap/errors';
import type { Mailbox } from '../src/lib/jmap/types';
import { folderProblem, folderTree, placesFor, removeFolder } from '../src/lib/mail/folders';
import { mailboxes } from '../src/lib/mail/mailboxes.svelte';

type Args = Record<string, unknown>;
type Invocation = [string, Args, string];

const folder = (id: string, parentId: string | null = null): Mailbox => ({ id, name: id, parentId, role: null }) as Mailbox;
const FOLDERS = [folder('a'), folder('b', 'a'), folder('c'), folder('d', 'b'), folder('e', 'elsewhere')];
const drawn = (branches: { mailbox: Mailbox; depth: number }[]): string[] => branches.map(({ mailbox, depth }) => '-'.repeat(depth) + mailbox.id);

describe('folders', () => {
  it('stand below their parents; those whose parent is not shown, at the top', () => {
    expect(drawn(folderTree(FOLDERS))).toEqual(['a', '-b', '--d', 'c', 'e']);
  });

  it('may go anywhere but below themselves', () => {
    expect(drawn(placesFor(FOLDERS[1], FOLDERS))).toEqual(['a', 'c', 'e']);
    expect(drawn(placesFor(FOLDERS[0], FOLDERS))).toEqual(['c', 'e']);
    expect(drawn(placesFor(undefined, FOLDERS))).toHaveLength(5);
  });

  it('say in French why the server refused', () => {
    expect(folderProblem(new ObjectRefused({ type: 'invalidProperties', properties: ['name'], existingId: 'a' }))).toContain('porte déjà ce nom');
    expect(folderProblem(new ObjectRefused({ type: 'invalidProperties', properties: ['name'] }))).toContain('Ce nom n’est pas accepté');
    expect(folderProblem(new ObjectRefused({ type: 'invalidProperties', properties: ['parentId'] }))).toContain('dans lui-même');
    expect(folderProblem(new ObjectRefused({ type: 'mailboxHasChild' }))).toContain('en contient d’autres');
    expect(folderProblem(new MethodError('serverUnavailable', undefined))).toContain('momentanément indisponible');
  });
});

describe('removing a folder', () => {
  beforeEach(() => {
    jmap.signIn({ accountId: 'a1', csrf: 'token' });
    mailboxes.all = [{ id: 'trash', role: 'trash' } as Mailbox, folder('f')];
  });
  afterEach(() => vi.unstubAllGlobals());

  /** The folder holds one message of its own and one that stands elsewhere too; another comes in while it is emptied. */
  function gateway(): Invocation[] {
    const calls: Invocation[] = [];
    const waiting = [[{ id: 'e1', mailboxIds: { f: true } }, { id: 'e2', mailboxIds: { f: true, inbox: true } }], [], [{ id: 'e3', mailboxIds: { f: true } }], []];
    let destroyed = 0;
    vi.stubGlobal('fetch', vi.fn(async (path: string, init: RequestInit) => {
      if (path === '/.well-known/jmap') return new Response(JSON.stringify({ accounts: {} }));
      const { methodCalls } = JSON.parse(String(init.body)) as { methodCalls: Invocation[] };
      calls.push(...methodCalls);
      const responses = methodCalls.map(([name, args, id]): Invocation => {
        if (name === 'Email/get') return [name, { list: waiting.shift() ?? [] }, id];
        if (name === 'Mailbox/get') return [name, { list: mailboxes.all }, id];
        const refused = name === 'Mailbox/set' && destroyed++ === 0;
        return [name, refused ? { notDestroyed: { f: { type: 'mailboxHasEmail' } } } : args, id];
      });
      return new Response(JSON.stringify({ methodResponses: responses }));
    }));
    return calls;
  }

  it('moves to the trash what would be lost with it, and tries again when mail came in meanwhile', async () => {
    const calls = gateway();
    await removeFolder('f');
    const updates = calls.filter(([name]) => name === 'Email/set').map(([, args]) => args['update']);
    expect(updates).toEqual([
      { e1: { 'mailboxIds/f': null, 'mailboxIds/trash': true }, e2: { 'mailboxIds/f': null } },
      { e3: { 'mailboxIds/f': null, 'mailboxIds/trash': true } },
    ]);
    const destructions = calls.filter(([name]) => name === 'Mailbox/set').map(([, args]) => args);
    expect(destructions).toHaveLength(2);
    expect(destructions.every((args) => !args['onDestroyRemoveEmails'])).toBe(true);
  });
});
