import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { composer } from '../src/lib/compose/composer.svelte';
import { jmap } from '../src/lib/jmap/client';
import { notices } from '../src/lib/shell/notices.svelte';

type Args = Record<string, unknown>;
type Invocation = [string, Args, string];
type Answer = (args: Args) => Args | 'partial';

const MAILBOXES = ['drafts', 'sent', 'trash'].map((role) => ({ id: role, name: role, role, parentId: null, sortOrder: 0, totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 }));

/** A gateway in memory; `lose` answers whether the reply of this request gets lost after the server did the work. */
function gateway(answers: Record<string, Answer>, lose: (names: string[]) => boolean = () => false): Invocation[] {
  const calls: Invocation[] = [];
  const standard: Record<string, Answer> = {
    'Identity/get': () => ({ list: [{ id: 'i1', name: 'Solène', email: 'solene@ac.example', replyTo: null, bcc: null, textSignature: '', htmlSignature: '', mayDelete: false }] }),
    'Mailbox/get': () => ({ state: '1', list: MAILBOXES }),
    'Email/set': ({ create }) => ({ created: create ? { draft: { id: 'e1' } } : {} }),
    'EmailSubmission/set': () => ({ created: { submission: { id: 's1' } } }),
    ...answers,
  };
  vi.stubGlobal('fetch', vi.fn(async (_: string, init: RequestInit) => {
    const { methodCalls } = JSON.parse(String(init.body)) as { methodCalls: Invocation[] };
    calls.push(...methodCalls);
    if (lose(methodCalls.map(([name]) => name))) throw new TypeError('Failed to fetch');
    const methodResponses = methodCalls.map(([name, args, id]): Invocation => {
      const answer = standard[name]?.(args) ?? {};
      return answer === 'partial' ? ['error', { type: 'serverPartialFail' }, id] : [name, answer, id];
    });
    return new Response(JSON.stringify({ methodResponses }));
  }));
  return calls;
}

const named = (calls: Invocation[], wanted: string): Args[] => calls.filter(([name]) => name === wanted).map(([, args]) => args);
const messageIds = (calls: Invocation[]): unknown[] =>
  named(calls, 'Email/set').map(({ create }) => (create as { draft?: { messageId?: string[] } } | undefined)?.draft?.messageId).filter(Boolean);

describe('sending again after a lost answer', () => {
  beforeEach(() => {
    jmap.signIn({ accountId: 'a1', csrf: 'token' });
    composer.write([{ name: null, email: 'camille@ac.example' }]);
  });
  afterEach(async () => {
    for (let tries = 0; composer.isOpen && tries < 2; tries++) await composer.discard();
    vi.unstubAllGlobals();
  });

  it('finds the message that had left and does not send it twice', async () => {
    let lost = 0;
    const calls = gateway(
      { 'Email/query': () => ({ ids: ['e1'] }), 'Email/get': () => ({ list: [{ id: 'e1', mailboxIds: { sent: true } }] }) },
      (names) => names.includes('EmailSubmission/set') && lost++ === 0,
    );
    await composer.send();
    expect(composer.isOpen).toBe(true);
    await composer.send();
    expect(composer.isOpen).toBe(false);
    expect(named(calls, 'EmailSubmission/set')).toHaveLength(1);
    const [[id]] = messageIds(calls) as [[string]];
    expect(id).toMatch(/^[0-9a-f]{32}@ac\.example$/);
    expect(named(calls, 'Email/query')[0]?.['filter']).toEqual({ header: ['Message-ID', id] });
  });

  it('sends under the same Message-ID what had not left, without the copy left in Drafts', async () => {
    let tries = 0;
    const calls = gateway({
      'Email/query': () => ({ ids: ['e1'] }),
      'Email/get': () => ({ list: [{ id: 'e1', mailboxIds: { drafts: true } }] }),
      'EmailSubmission/query': () => ({ ids: [] }),
      'EmailSubmission/set': () => (tries++ === 0 ? 'partial' : { created: { submission: { id: 's1' } } }),
    });
    await composer.send();
    expect(named(calls, 'Email/set').some(({ destroy }) => destroy)).toBe(false);
    await composer.send();
    expect(composer.isOpen).toBe(false);
    expect(named(calls, 'Email/set').some(({ destroy }) => JSON.stringify(destroy) === '["e1"]')).toBe(true);
    const [first, second] = messageIds(calls);
    expect(second).toEqual(first);
  });

  it('moves to Sent the copy whose submission was accepted', async () => {
    const calls = gateway({
      'Email/query': () => ({ ids: ['e1'] }),
      'Email/get': () => ({ list: [{ id: 'e1', mailboxIds: { drafts: true } }] }),
      'EmailSubmission/query': () => ({ ids: ['s1'] }),
      'EmailSubmission/set': () => 'partial',
    });
    await composer.send();
    await composer.send();
    expect(composer.isOpen).toBe(false);
    expect(named(calls, 'EmailSubmission/set')).toHaveLength(1);
    expect(named(calls, 'Email/set').some(({ update }) => (update as Args | undefined)?.['e1'])).toBe(true);
  });

  it('does not upload what is too large for one message, and says so', async () => {
    gateway({});
    const session = { accounts: { a1: { accountCapabilities: { 'urn:ietf:params:jmap:mail': { maxSizeAttachmentsPerEmail: 19_660_800 } } } } };
    const reply = vi.mocked(fetch).getMockImplementation() as typeof fetch;
    vi.stubGlobal('fetch', vi.fn(async (path: string, init: RequestInit) => (path === '/.well-known/jmap' ? new Response(JSON.stringify(session)) : reply(path, init))));
    const upload = vi.fn();
    vi.stubGlobal('XMLHttpRequest', upload);
    const video = new File([''], 'film.mp4');
    Object.defineProperty(video, 'size', { value: 30_000_000 });
    composer.attach([video]);
    await vi.waitFor(() => expect(composer.files[0]?.error).toContain('(30\u00a0Mo) dépasse la limite de 19\u00a0Mo'));
    expect(upload).not.toHaveBeenCalled();
    expect(composer.obstacle()).toBe(composer.files[0]?.error);
  });

  it('warns before the page is left while something is not saved', () => {
    gateway({});
    const leave = (): boolean => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leave()).toBe(false);
    composer.touch();
    expect(leave()).toBe(true);
  });

  it('asks nothing after a refusal: nothing left', async () => {
    let tries = 0;
    const calls = gateway({
      'EmailSubmission/set': () => (tries++ === 0 ? { notCreated: { submission: { type: 'tooManyRecipients' } } } : { created: { submission: { id: 's1' } } }),
    });
    await composer.send();
    expect(composer.error).not.toBe('');
    await composer.send();
    expect(composer.isOpen).toBe(false);
    expect(named(calls, 'Email/query')).toHaveLength(0);
  });
});

describe('discarding', () => {
  beforeEach(() => {
    jmap.signIn({ accountId: 'a1', csrf: 'token' });
    composer.write([{ name: null, email: 'camille@ac.example' }]);
    composer.touch();
  });
  afterEach(() => vi.unstubAllGlobals());

  it('keeps what was written in the trash, and takes it back', async () => {
    const calls = gateway({ 'Email/set': ({ create }) => (create ? { created: { draft: { id: 'e1' } } } : { updated: { e1: null } }) });
    await composer.discard();
    expect(composer.isOpen).toBe(false);
    expect(named(calls, 'Email/set').at(-1)?.['update']).toEqual({ e1: { mailboxIds: { trash: true } } });
    notices.current?.action?.run();
    await vi.waitFor(() => expect(named(calls, 'Email/set').at(-1)?.['update']).toEqual({ e1: { mailboxIds: { drafts: true } } }));
  });

  it('drops only on a second demand what cannot be kept', async () => {
    gateway({ 'Email/set': () => ({ notCreated: { draft: { type: 'tooLarge' } } }) });
    await composer.discard();
    expect(composer.isOpen).toBe(true);
    expect(composer.saved).toBe(false);
    expect(composer.status).toBe('Brouillon non enregistré');
    await composer.discard();
    expect(composer.isOpen).toBe(false);
  });
});
