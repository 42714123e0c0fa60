import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ActivityLine, Session } from '../src/lib/auth/api';
import { meansState } from '../src/lib/account/account.svelte';
import { ActivityStore } from '../src/lib/account/activity.svelte';
import { readScripts } from '../src/lib/account/diversions';
import { partOf } from '../src/lib/account/parts';
import { isPutOff, putOff } from '../src/lib/account/reminder';
import { byDay, byWhom, circumstances, deviceName, isHandheld, placeName, sentence } from '../src/lib/account/trail';
import { session } from '../src/lib/auth/session.svelte';
import { jmap } from '../src/lib/jmap/client';
import { RequestProblem, SessionExpired } from '../src/lib/jmap/errors';
import { router } from '../src/lib/shell/router.svelte';

const line = (at: string, action = 'signed-in'): ActivityLine => ({ at: Date.parse(at) / 1000, action, by: 'agent', browser: 'Firefox', system: 'Windows', source: '', place: '', details: {} });
const answers = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

afterEach(() => vi.unstubAllGlobals());

describe('the trail in plain French', () => {
  it('has a sentence for a word of the auth service', () => {
    expect(sentence('password-changed')).toBe('Votre mot de passe a été changé.');
    expect(byWhom('administration')).toBe('par l’administration');
  });

  it('still says something of a word that it does not know', () => {
    expect(sentence('token-made')).toBe('Une opération a été faite sur votre compte (token-made).');
    expect(sentence('toString')).toContain('(toString)');
    expect(byWhom('robot')).toBe('par une personne non identifiée');
  });

  it('groups lines by the days of Paris, newest first', () => {
    const days = byDay([line('2026-11-24T09:00:00Z'), line('2026-11-23T23:30:00Z'), line('2026-11-23T22:30:00Z'), line('2026-10-01T08:00:00Z')], new Date('2026-11-24T12:00:00Z'));
    expect(days.map((day) => [day.heading, day.lines.length])).toEqual([['Aujourd’hui', 2], ['Hier', 1], ['Jeudi 1er octobre 2026', 1]]);
  });

  it('names device and place by what is known', () => {
    expect(deviceName({ browser: 'Firefox', system: 'Windows' })).toBe('Firefox sur Windows');
    expect(deviceName({ browser: '', system: 'Windows' })).toBe('Windows');
    expect(deviceName({ browser: '', system: '' })).toBe('');
    expect(placeName({ place: 'Collège Jules-Fictif', source: '10.1.2.3' })).toBe('Collège Jules-Fictif');
    expect(placeName({ place: '', source: '192.0.2.1' })).toBe('adresse 192.0.2.1');
    expect(isHandheld({ system: 'Android' })).toBe(true);
    expect(isHandheld({ system: 'Windows' })).toBe(false);
  });

  it('says by whom unless the system did it by itself', () => {
    expect(circumstances({ ...line('2026-11-24T09:00:00Z'), place: 'Collège' })).toBe('Depuis votre compte · Firefox sur Windows · Collège');
    const nowhere = { ...line('2026-11-24T09:00:00Z'), browser: '', system: '' };
    expect(circumstances({ ...nowhere, by: 'administration' })).toBe('Par l’administration');
    expect(circumstances({ ...nowhere, by: 'unknown' })).toBe('');
  });

  it('reads older lines after the newest', async () => {
    jmap.signIn({ accountId: 'a1', csrf: 'c' });
    const pages = [{ lines: [line('2026-11-24T09:00:00Z')], next: '41' }, { lines: [line('2026-11-01T09:00:00Z')], next: '' }];
    const fetched = vi.fn(async (_path: string) => answers(pages.shift()));
    vi.stubGlobal('fetch', fetched);
    const activity = new ActivityStore(1);
    await activity.recovery.run();
    expect(await activity.older()).toBe(1);
    expect(fetched.mock.calls[1]?.[0]).toContain('before=41');
    expect(activity.lines).toHaveLength(2);
    expect(activity.next).toBe('');
  });
});

describe('recovery means', () => {
  it('count once a code is left or the address was confirmed', () => {
    expect(meansState({ email: '', email_confirmed: false, email_waiting: '', codes_left: 0 })).toBe('none');
    expect(meansState({ email: 's•••@exemple.fr', email_confirmed: false, email_waiting: '', codes_left: 0 })).toBe('pending');
    expect(meansState({ email: 's•••@exemple.fr', email_confirmed: true, email_waiting: '', codes_left: 0 })).toBe('enrolled');
    expect(meansState({ email: '', email_confirmed: false, email_waiting: '', codes_left: 1 })).toBe('enrolled');
  });

  describe('the reminder', () => {
    const kept = new Map<string, string>();
    const today = new Date('2026-11-24T12:00:00Z');
    const days = (count: number): Date => new Date(today.getTime() + count * 86_400_000);
    beforeEach(() => {
      kept.clear();
      vi.stubGlobal('localStorage', { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => kept.set(name, value) });
    });

    it('is put off on a shared computer too, and leaves nothing there', () => {
      session.shared = true;
      putOff(today);
      session.shared = false;
      expect(isPutOff(today)).toBe(true);
      expect(kept.size).toBe(0);
    });

    it('comes back after a month', () => {
      putOff(today);
      expect(kept.size).toBe(1);
      expect(isPutOff(days(29))).toBe(true);
      expect(isPutOff(days(31))).toBe(false);
    });
  });
});

describe('a session that replaces another', () => {
  const before: Session = { account_id: 'a1', address: 'a@b.example', given_name: 'A', family_name: 'B', category: '', csrf: 'old', shared: false };

  beforeEach(async () => {
    vi.stubGlobal('EventSource', class { addEventListener(): void {} close(): void {} });
    vi.stubGlobal('fetch', vi.fn(async () => answers(before)));
    await session.restore();
  });

  it('is taken over at once, though requests of the old one are refused meanwhile and later', async () => {
    let late: (response: Response) => void = () => {};
    vi.stubGlobal('fetch', vi.fn(() => new Promise<Response>((resolve) => { late = resolve; })));
    const slow = jmap.guarded(async () => { throw new RequestProblem((await fetch('/x')).status, 'not-signed-in', ''); });
    await session.renew(async () => {
      await expect(jmap.guarded(() => Promise.reject(new RequestProblem(401, 'not-signed-in', '')))).rejects.toThrow(SessionExpired);
      return { state: 'signed-in', session: { ...before, csrf: 'new' } };
    });
    late(answers({}, 401));
    await expect(slow).rejects.toThrow(SessionExpired);
    expect(session.state).toBe('signed-in');
    expect(jmap.csrf).toBe('new');
  });

  it('ends like any other afterwards', async () => {
    await session.renew(async () => ({ state: 'signed-in', session: { ...before, csrf: 'new' } }));
    await expect(jmap.guarded(() => Promise.reject(new RequestProblem(401, 'not-signed-in', '')))).rejects.toThrow(SessionExpired);
    expect(session.state).toBe('expired');
  });

  it('leaves the old one where the change was refused', async () => {
    const refused = new RequestProblem(401, 'bad-credentials', '');
    await expect(session.renew(() => jmap.guarded(() => Promise.reject(refused)))).rejects.toBe(refused);
    expect(session.state).toBe('signed-in');
    expect(jmap.csrf).toBe('old');
  });
});

describe('forwards and filters', () => {
  const SIEVE = 'urn:ietf:params:jmap:sieve';
  const serve = (capabilities: object, methodResponses: unknown[] = []): void => {
    jmap.signOut();
    jmap.signIn({ accountId: 'a1', csrf: 'c' });
    vi.stubGlobal('fetch', vi.fn(async (path: string) => answers(path === '/jmap/api' ? { methodResponses } : { accounts: { a1: { accountCapabilities: capabilities } } })));
  };

  it('are none where the server has no such capability', async () => {
    serve({ 'urn:ietf:params:jmap:mail': {} });
    expect(await readScripts()).toBeNull();
  });

  it('are the scripts where it has', async () => {
    const script = { id: 's1', name: 'Listes', isActive: true };
    serve({ [SIEVE]: {} }, [['SieveScript/get', { list: [script] }, 'c0']]);
    expect(await readScripts()).toEqual([script]);
    const [, init] = vi.mocked(fetch).mock.calls[1] as unknown as [string, RequestInit];
    expect((JSON.parse(String(init.body)) as { using: string[] }).using).toContain(SIEVE);
  });
});

describe('addresses of « Mon compte »', () => {
  it('show security first, and what they name', () => {
    expect(partOf(['compte']).name).toBe('securite');
    expect(partOf(['compte', 'rien']).name).toBe('securite');
    expect(partOf(['compte', 'verification']).name).toBe('verification');
  });

  it('are not left while something is shown for the only time', async () => {
    router.go('#/compte/secours');
    await vi.waitFor(() => expect(router.current.path[1]).toBe('secours'));
    const asked = vi.fn();
    const letGo = router.hold(asked);
    location.hash = '#/courrier';
    await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());
    expect(location.hash).toBe('#/compte/secours');
    expect(router.current.path[1]).toBe('secours');
    letGo();
    location.hash = '#/agenda';
    await vi.waitFor(() => expect(router.current.path[0]).toBe('agenda'));
  });
});
