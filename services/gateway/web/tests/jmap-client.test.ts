import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assertSet, Batch, created, JmapClient, USING } from '../src/lib/jmap/client';
import { isTemporary, MethodError, ObjectRefused, RequestProblem, SessionExpired, Unreachable } from '../src/lib/jmap/errors';
import type { SetResult } from '../src/lib/jmap/types';

function respond(status: number, body: unknown): void {
  vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify(body), { status })));
}

function sent(): { init: RequestInit; body: { using: string[]; methodCalls: [string, Record<string, unknown>, string][] } } {
  const [, init] = vi.mocked(fetch).mock.calls[0] as [string, RequestInit];
  return { init, body: JSON.parse(String(init.body)) };
}

describe('JmapClient', () => {
  let client: JmapClient;
  beforeEach(() => {
    client = new JmapClient();
    client.signIn({ accountId: 'a1', csrf: 'token' });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('sends the calls of a batch in one request, with references, the account and the CSRF token', async () => {
    respond(200, { methodResponses: [['Email/query', { ids: ['e1'] }, 'c0'], ['Email/get', { list: [{ id: 'e1' }] }, 'c1']] });
    const batch = new Batch();
    const query = batch.call<{ ids: string[] }>('Email/query', { limit: 1 });
    const get = batch.call<{ list: unknown[] }>('Email/get', { '#ids': query.ref('/ids') });
    await client.send(batch);
    const { init, body } = sent();
    expect(vi.mocked(fetch)).toHaveBeenCalledTimes(1);
    expect(body.using).toEqual(USING);
    expect(body.methodCalls[1]).toEqual(['Email/get', { accountId: 'a1', '#ids': { resultOf: 'c0', name: 'Email/query', path: '/ids' } }, 'c1']);
    expect(new Headers(init.headers).get('X-CSRF-Token')).toBe('token');
    expect(query.value.ids).toEqual(['e1']);
    expect(get.value.list).toHaveLength(1);
  });

  it('keeps the first response of a call: the implicit Email/set of a submission does not replace it', async () => {
    respond(200, { methodResponses: [['EmailSubmission/set', { created: { s: { id: 's1' } } }, 'c0'], ['Email/set', { updated: {} }, 'c0']] });
    const batch = new Batch();
    const submit = batch.call<SetResult>('EmailSubmission/set', {});
    await client.send(batch);
    expect(created(submit.value, 's').id).toBe('s1');
  });

  it('raises a method error where its value is read, and leaves the other calls alone', async () => {
    respond(200, { methodResponses: [['error', { type: 'serverUnavailable' }, 'c0'], ['Mailbox/get', { list: [] }, 'c1']] });
    const batch = new Batch();
    const failing = batch.call('CalendarEvent/get', {});
    const working = batch.call<{ list: unknown[] }>('Mailbox/get', {});
    await client.send(batch);
    expect(() => failing.value).toThrow(MethodError);
    expect(working.value.list).toEqual([]);
  });

  it('treats a call without response as a failure of the server', async () => {
    respond(200, { methodResponses: [] });
    const batch = new Batch();
    const call = batch.call('Mailbox/get', {});
    await client.send(batch);
    expect(() => call.value).toThrow('serverFail');
  });

  it('says that the session has ended on 401', async () => {
    respond(401, { code: 'not-signed-in' });
    client.onExpired = vi.fn();
    await expect(client.send(new Batch())).rejects.toThrow(SessionExpired);
    expect(client.onExpired).toHaveBeenCalledOnce();
  });

  it('tells a refusal from an absence of network', async () => {
    respond(503, { code: 'service-unavailable' });
    const refusal: unknown = await client.send(new Batch()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RequestProblem);
    expect(isTemporary(refusal)).toBe(true);
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('Failed to fetch'))));
    await expect(client.send(new Batch())).rejects.toThrow(Unreachable);
  });

  it('escapes what it puts into download addresses', () => {
    expect(client.downloadUrl('B/1', 'Élève n° 1/2.pdf', 'application/pdf')).toBe('/jmap/download/a1/B%2F1/%C3%89l%C3%A8ve%20n%C2%B0%201%2F2.pdf?type=application%2Fpdf');
  });
});

describe('results of /set', () => {
  const empty: SetResult = { oldState: null, newState: '', created: null, updated: null, destroyed: null, notCreated: null, notUpdated: null, notDestroyed: null };

  it('raises the refusal of an object', () => {
    expect(() => created({ ...empty, notCreated: { d: { type: 'tooLarge' } } }, 'd')).toThrow(ObjectRefused);
    expect(() => assertSet({ ...empty, notUpdated: { e1: { type: 'forbidden' } } })).toThrow('forbidden');
  });

  it('does not mind that what was to be destroyed is gone', () => {
    expect(() => assertSet({ ...empty, notDestroyed: { e1: { type: 'notFound' } } })).not.toThrow();
  });
});
