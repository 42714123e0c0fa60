// The mock's side of « Mon compte »: what is enrolled, the sessions, the trail and a new activation that was asked for.
import type { Answer, Door } from './door.ts';
import type { Store } from './store.ts';

interface Holder {
  session: Store['session'];
  door: Door;
}

const HOUR = 3600;
const now = (): number => Date.now() / 1000;
const SCHOOL = { source: '10.34.2.17', place: 'Collège Jules-Fictif' };
const HOME = { source: '203.0.113.24', place: '' };
const FIREFOX = { browser: 'Firefox', system: 'Windows' };
const PHONE = { browser: 'Chrome Mobile', system: 'Android' };
const NOBODY = { browser: '', system: '', source: '', place: '' };

function openSessions(): Record<string, unknown>[] {
  return [
    { session_id: 's1', current: true, ...FIREFOX, ...SCHOOL, shared: false, opened_at: now() - 26 * HOUR, used_at: now() - 40 },
    { session_id: 's2', current: false, ...PHONE, ...HOME, shared: false, opened_at: now() - 9 * 24 * HOUR, used_at: now() - 3 * HOUR },
    { session_id: 's3', current: false, browser: 'Chrome', system: 'Linux', source: '10.34.2.80', place: 'Collège Jules-Fictif, salle des professeurs', shared: true, opened_at: now() - 5 * HOUR, used_at: now() - 4 * HOUR },
    { session_id: 's4', current: false, browser: '', system: '', source: '2001:db8:85a3:8d3:1319:8a2e:370:7348', place: '', shared: false, opened_at: now() - 30 * 24 * HOUR, used_at: now() - 20 * 24 * HOUR },
  ];
}

const SKETCHES: [hours: number, action: string, by: string, device: object, place: object][] = [
  [0.1, 'signed-in', 'agent', FIREFOX, SCHOOL],
  [0.2, 'password-reset', 'agent', FIREFOX, SCHOOL],
  [0.4, 'recovery-link-sent', 'unknown', FIREFOX, SCHOOL],
  [0.5, 'recovery-asked', 'unknown', FIREFOX, SCHOOL],
  [1, 'sign-in-failed', 'unknown', { browser: 'Edge', system: 'Windows' }, { source: '198.51.100.7', place: '' }],
  [26, 'recovery-codes-made', 'agent', FIREFOX, SCHOOL],
  [27, 'session-ended', 'agent', FIREFOX, SCHOOL],
  [28, 'slowed-down', 'unknown', { browser: '', system: '' }, { source: '198.51.100.7', place: '' }],
  [75, 'recovery-email-confirmed', 'agent', PHONE, HOME],
  [76, 'recovery-email-changed', 'agent', FIREFOX, SCHOOL],
  [400, 'account-changed', 'administration', NOBODY, {}],
  [900, 'activated', 'agent', FIREFOX, SCHOOL],
  [901, 'activation-started', 'unknown', FIREFOX, SCHOOL],
  [1500, 'a-word-of-tomorrow', 'administration', NOBODY, {}],
  [1600, 'activation-opened', 'administration', NOBODY, {}],
  [1601, 'account-created', 'administration', NOBODY, {}],
];

export class MockAccount {
  reopening: { asked_at: number; opens_at: number } | null = null;
  means = { email: 's•••@courriel.example', email_confirmed: true, email_waiting: '', codes_left: 7 };
  private sessions = openSessions();
  private changedAt = now() - 900 * HOUR;

  /** `path`: what follows /api/v1/account. */
  answer(method: string, path: string[], query: URLSearchParams, body: Record<string, string>, holder: Holder): Answer {
    const guarded = (change: () => Answer): Answer => (body['current'] === holder.door.password ? change() : { status: 401, body: { code: 'bad-credentials' } });
    switch (`${method} ${path[0] ?? ''}`) {
      case 'GET ':
        return { status: 200, body: this.view(holder) };
      case 'POST password':
        return guarded(() => this.changePassword(body['password'] ?? '', holder));
      case 'PUT recovery-email':
        return guarded(() => this.setEmail(body['address'] ?? ''));
      case 'POST recovery-codes':
        return guarded(() => this.makeCodes());
      case 'GET sessions':
        return { status: 200, body: { sessions: this.sessions } };
      case 'DELETE sessions':
        this.sessions = this.sessions.filter((session) => session['current'] || (path[1] && session['session_id'] !== path[1]));
        return { status: 204 };
      case 'GET activity':
        return { status: 200, body: this.activity(Number(query.get('before') || 0), Number(query.get('limit') ?? 50)) };
      case 'DELETE reopening':
        this.reopening = null;
        return { status: 204 };
      default:
        return { status: 404, body: { code: 'not-found' } };
    }
  }

  askReopening(): void {
    this.reopening = { asked_at: now() - HOUR, opens_at: now() + 23 * HOUR };
  }

  private view({ session: { address, given_name, family_name, category } }: Holder): unknown {
    return { address, short_login: 'stournes', given_name, family_name, category, password_changed_at: this.changedAt, means: this.means, reopening: this.reopening };
  }

  private changePassword(password: string, holder: Holder): Answer {
    if (/tournesol/i.test(password)) return { status: 422, body: { code: 'weak-password', advice: ['too-personal'] } };
    holder.door.password = password;
    holder.session.csrf = `csrf-${Date.now()}`;
    this.changedAt = now();
    this.sessions = this.sessions.filter((session) => session['current']);
    return { status: 200, body: { state: 'signed-in', session: holder.session } };
  }

  private setEmail(address: string): Answer {
    if (address.endsWith('@ac-montpellier.example')) return { status: 400, body: { code: 'invalid-request', fields: ['address'] } };
    const masked = address.replace(/^(.)[^@]*/, '$1•••');
    if (masked && this.means.email_confirmed) this.means = { ...this.means, email_waiting: masked };
    else this.means = { ...this.means, email: masked, email_confirmed: false, email_waiting: '' };
    return { status: 200, body: this.means };
  }

  private makeCodes(): Answer {
    const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
    const word = (): string => Array.from({ length: 5 }, () => letters[Math.floor(Math.random() * letters.length)]).join('');
    const codes = Array.from({ length: 10 }, () => `${word()}-${word()}`);
    this.means = { ...this.means, codes_left: codes.length };
    return { status: 200, body: { codes } };
  }

  /** Twelve lines at most, so that there is something older. */
  private activity(before: number, limit: number): unknown {
    const end = before + Math.min(limit, 12);
    const lines = SKETCHES.slice(before, end).map(([hours, action, by, device, place]) => ({ at: now() - hours * HOUR, action, by, ...NOBODY, ...device, ...place, details: {} }));
    return { lines, next: end < SKETCHES.length ? String(end) : '' };
  }
}
