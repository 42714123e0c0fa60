import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jmap } from '../src/lib/jmap/client';
import type { EmailSummary, Mailbox } from '../src/lib/jmap/types';
import { perform } from '../src/lib/mail/actions';
import { list } from '../src/lib/mail/list.svelte';
import { mailboxes } from '../src/lib/mail/mailboxes.svelte';
import { returned } from '../src/lib/mail/returned.svelte';
import { buildRows } from '../src/lib/mail/rows';
import { reminders } from '../src/lib/mail/snooze';
import { instantOf, momentChosen } from '../src/lib/shell/moment';
import { notices } from '../src/lib/shell/notices.svelte';
import { stampOf } from '../src/lib/calendar/localtime';

type Args = Record<string, unknown>;
type Invocation = [string, Args, string];

const proposed = (now: string): string[] => reminders(new Date(now)).map(({ name, at }) => `${name} ${at.toISOString().slice(0, 16)}`);

describe('reminders', () => {
  it('are those of a school day, by the clocks in Paris', () => {
    expect(proposed('2026-11-24T06:40:00Z')).toEqual(['afternoon 2026-11-24T13:00', 'tomorrow 2026-11-25T07:00', 'monday 2026-11-30T07:00']);
    expect(proposed('2026-11-24T14:00:00Z')).toEqual(['evening 2026-11-24T17:00', 'tomorrow 2026-11-25T07:00', 'monday 2026-11-30T07:00']);
    expect(proposed('2026-11-24T19:00:00Z')).toEqual(['tomorrow 2026-11-25T07:00', 'monday 2026-11-30T07:00']);
  });

  it('name Monday once on a Sunday, and keep eight o’clock over the change of the hour', () => {
    expect(proposed('2026-11-29T20:00:00Z')).toEqual(['tomorrow 2026-11-30T07:00']);
    expect(proposed('2026-03-28T20:00:00Z')).toEqual(['tomorrow 2026-03-29T06:00', 'monday 2026-03-30T06:00']);
  });

  it('take only a moment to come', () => {
    const now = new Date('2026-11-24T08:00:00Z');
    expect(momentChosen('2026-11-25', '08:00', now, 30)?.toISOString()).toBe('2026-11-25T07:00:00.000Z');
    expect(momentChosen('2026-11-24', '08:00', now, 30)).toBeNull();
    expect(momentChosen('2027-11-24', '08:00', now, 30)).toBeNull();
    expect(momentChosen('', '08:00', now, 30)).toBeNull();
    expect(instantOf(stampOf('2026-03-29T02:30:00')).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  });
});

describe('snoozing', () => {
  const email: EmailSummary = { id: 'e1', threadId: 't1', mailboxIds: { inbox: true }, keywords: { $seen: true, $returned: true }, from: null, to: null, subject: 'Devis', receivedAt: '2026-11-01T09:00:00Z', preview: '', hasAttachment: false };
  const calls: Invocation[] = [];

  beforeEach(() => {
    calls.length = 0;
    jmap.signIn({ accountId: 'a1', csrf: 'token' });
    mailboxes.all = ['inbox', 'snoozed'].map((role) => ({ id: role, role }) as Mailbox);
    list.scope = { kind: 'mailbox', mailboxId: 'inbox' };
    list.rows = buildRows([email], [email], []);
    vi.stubGlobal('fetch', vi.fn(async (path: string, init: RequestInit) => {
      if (path === '/.well-known/jmap') return new Response(JSON.stringify({ accounts: {} }));
      const { methodCalls } = JSON.parse(String(init.body)) as { methodCalls: Invocation[] };
      calls.push(...methodCalls);
      const methodResponses = methodCalls.map(([name, , id]): Invocation => [name, { ids: [], total: 0, list: name === 'Mailbox/get' ? mailboxes.all : name === 'Email/get' ? [email] : [] }, id]);
      return new Response(JSON.stringify({ methodResponses }));
    }));
  });
  afterEach(() => vi.unstubAllGlobals());
  const updates = (): unknown[] => calls.filter(([name]) => name === 'Email/set').map(([, args]) => args['update']);

  it('puts off to the second, says until when, and can be undone', async () => {
    await perform('snooze', list.rows.filter((row) => row !== undefined), { until: new Date('2026-11-25T07:00:00Z') });
    expect(updates()).toEqual([{ e1: { snoozed: { until: '2026-11-25T07:00:00Z' } } }]);
    expect(notices.current?.text).toContain('mercredi 25 novembre 2026 à 08:00');
    notices.current?.action?.run();
    await vi.waitFor(() => expect(updates().at(-1)).toEqual({ e1: { snoozed: null } }));
  });

  it('shows what has come back until it is opened', async () => {
    await returned.recovery.run();
    expect(returned.all.map((one) => one.id)).toEqual(['e1']);
    await returned.seen('t1');
    expect(returned.all).toEqual([]);
    expect(updates()).toEqual([{ e1: { 'keywords/$returned': null } }]);
  });
});
