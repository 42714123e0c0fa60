import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { composer } from '../src/lib/compose/composer.svelte';
import { pending } from '../src/lib/compose/pending.svelte';
import { chooseDelay } from '../src/lib/compose/release';
import { jmap } from '../src/lib/jmap/client';
import { notices } from '../src/lib/shell/notices.svelte';

type Args = Record<string, unknown>;
type Invocation = [string, Args, string];

const mailbox = (role: string): Args => ({ id: role, name: role, role, parentId: null, sortOrder: 0, totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 });
const HTML = { partId: 'html', blobId: 'b1', size: 9, type: 'text/html', name: null, cid: null, disposition: null };
const SENT = { id: 'e1', threadId: 't1', mailboxIds: { drafts: true }, keywords: { $draft: true }, from: [{ name: 'Solène', email: 'solene@ac.example' }], to: [{ name: null, email: 'camille@ac.example' }], cc: null, bcc: [{ name: null, email: 'cache@ac.example' }], subject: 'Sortie', textBody: [HTML], htmlBody: [HTML], attachments: [], bodyValues: {}, safeHtml: { html: '<p>Bonjour</p>', blockedRemote: 0 } };

/** A gateway that holds what is submitted for 15 s; `late` refuses to call back. */
function gateway(late = false): Invocation[] {
  const calls: Invocation[] = [];
  const roles = ['drafts', 'sent', 'trash'];
  const sendAt = new Date(Date.now() + 15_500).toISOString();
  const answers: Record<string, (args: Args) => Args> = {
    'Identity/get': () => ({ list: [{ id: 'i1', name: 'Solène', email: 'solene@ac.example', replyTo: null, bcc: null, textSignature: '', htmlSignature: '', mayDelete: false }] }),
    'Mailbox/get': () => ({ list: roles.map(mailbox) }),
    'Mailbox/set': () => (roles.push('scheduled'), { created: { scheduled: { id: 'scheduled' } } }),
    'Email/set': ({ create }) => ({ created: create ? { draft: { id: 'e1' } } : {} }),
    'Email/get': () => ({ list: [SENT] }),
    'EmailSubmission/query': () => ({ ids: [] }),
    'EmailSubmission/get': () => ({ list: [] }),
    'EmailSubmission/set': ({ create, update }) => {
      if (create) return { created: { submission: { id: 's1', sendAt, undoStatus: 'pending' } } };
      return late ? { notUpdated: { s1: { type: 'cannotUnsend' } } } : { updated: Object.fromEntries(Object.keys(update as Args).map((id) => [id, null])) };
    },
  };
  vi.stubGlobal('fetch', vi.fn(async (_: string, init: RequestInit) => {
    const { methodCalls } = JSON.parse(String(init.body)) as { methodCalls: Invocation[] };
    calls.push(...methodCalls);
    return new Response(JSON.stringify({ methodResponses: methodCalls.map(([name, args, id]): Invocation => [name, answers[name]?.(args) ?? {}, id]) }));
  }));
  return calls;
}

const submissions = (calls: Invocation[]): Args[] => calls.filter(([name]) => name === 'EmailSubmission/set').map(([, args]) => args);

describe('what was just sent', () => {
  beforeEach(() => {
    localStorage.clear();
    jmap.signIn({ accountId: 'a1', csrf: 'token' });
    composer.write([{ name: null, email: 'camille@ac.example' }]);
  });
  afterEach(async () => {
    for (let tries = 0; composer.isOpen && tries < 2; tries++) await composer.discard();
    notices.dismiss();
    pending.all = [];
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('can be called back, and opens again with everything', async () => {
    const calls = gateway();
    await composer.send();
    expect(composer.isOpen).toBe(false);
    expect(notices.current?.text).toMatch(/^Le message partira dans 15 secondes/);
    notices.act();
    await vi.waitFor(() => expect(composer.isOpen).toBe(true));
    const [, undo] = submissions(calls);
    expect(undo).toMatchObject({ update: { s1: { undoStatus: 'canceled' } }, onSuccessUpdateEmail: { s1: { mailboxIds: { drafts: true }, 'keywords/$draft': true } } });
    expect([composer.to, composer.bcc, composer.subject, composer.html].map((value) => JSON.stringify(value)).join()).toMatch(/camille.*cache.*Sortie.*Bonjour/);
  });

  it('is said to be sent once it cannot be called back any more', async () => {
    gateway();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await composer.send();
    vi.advanceTimersByTime(15_100);
    expect(notices.current).toMatchObject({ text: 'Message envoyé' });
    expect(notices.current?.action).toBeUndefined();
  });

  it('stays sent where the agent was too late, who is told', async () => {
    gateway(true);
    await composer.send();
    notices.act();
    await vi.waitFor(() => expect(notices.current?.text).toMatch(/^Trop tard/));
    expect(composer.isOpen).toBe(false);
  });

  it('waits as long as the agent chose, for all recipients', async () => {
    const calls = gateway();
    chooseDelay(30);
    composer.bcc = [{ name: null, email: 'cache@ac.example' }];
    await composer.send();
    const envelope = { mailFrom: { email: 'solene@ac.example', parameters: { HOLDFOR: '30' } }, rcptTo: [{ email: 'camille@ac.example' }, { email: 'cache@ac.example' }] };
    expect(submissions(calls)[0]).toMatchObject({ create: { submission: { envelope } } });
  });

  it('goes later from a mailbox of its own', async () => {
    const calls = gateway();
    await composer.send({ until: new Date('2026-11-30T07:00:00Z') });
    expect(calls.filter(([name]) => name === 'Mailbox/set')).toHaveLength(1);
    const [submission] = submissions(calls);
    expect(submission).toMatchObject({ create: { submission: { envelope: { mailFrom: { parameters: { HOLDUNTIL: '2026-11-30T07:00:00Z' } } } } } });
    expect(submission?.['onSuccessUpdateEmail']).toEqual({ '#submission': { 'mailboxIds/drafts': null, 'mailboxIds/scheduled': true, 'keywords/$draft': null } });
    expect(notices.current?.text).toMatch(/^Envoi programmé/);
  });
});
