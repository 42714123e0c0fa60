/** The endpoints of the gateway that are about people: /api/v1. What goes wrong is thrown (lib/jmap/errors.ts). */
import { jmap, request } from '../jmap/client';

export interface Session {
  account_id: string;
  address: string;
  given_name: string;
  family_name: string;
  category: string;
  csrf: string;
  /** Others use this computer too: nothing may stay on it. */
  shared: boolean;
}
export interface HelpContact {
  status: string;
  label: string;
  contact: string;
  phone: string;
  email: string;
}
export interface Settings {
  institution: { name: string; short: string; domain: string };
  help: HelpContact[];
  colours: Record<string, string>;
}
export type ServiceName = 'auth' | 'mail' | 'calendar' | 'contacts';
export type ServiceStates = Record<ServiceName, 'up' | 'down'>;

export interface SignedIn {
  state: 'signed-in';
  session: Session;
}
/** The NUMEN was right: `ticket` serves once, within ten minutes, to choose a password. */
export interface MustChoosePassword {
  state: 'must-choose-password';
  ticket: string;
  /** The administration's one-time code is asked for as well. */
  needs_code: boolean;
}
export type SignInResult = SignedIn | MustChoosePassword;

/** A displayed code and a proof of work (proof.ts). Times, here and below: seconds since the epoch. */
export interface Challenge {
  token: string;
  difficulty: number;
  expires_at: number;
}
export interface SolvedChallenge {
  token: string;
  typed: string;
  nonce: string;
}
export interface SignInRequest {
  login: string;
  password: string;
  shared: boolean;
  solved?: SolvedChallenge;
}
export interface ActivationRequest {
  ticket: string;
  password: string;
  code?: string;
  recovery_email?: string;
  shared: boolean;
}
export interface RecoveryRequest {
  numen: string;
  birth_date: string;
  solved: SolvedChallenge;
}
/** Says nothing of whether the person exists. `recovery` lets a printed code be used. */
export interface RecoveryStarted {
  recovery: string;
  expires_at: number;
}

export interface RecoveryMeans {
  /** Masked, "" for none. */
  email: string;
  email_confirmed: boolean;
  /** A newer one, masked, that takes its place once it is confirmed; "" for none. */
  email_waiting: string;
  codes_left: number;
}
/** The administration was asked for a new activation, which opens at `opens_at` unless the holder stops it. */
export interface Reopening {
  asked_at: number;
  opens_at: number;
}
export interface Account {
  address: string;
  short_login: string;
  given_name: string;
  family_name: string;
  category: string;
  password_changed_at: number;
  means: RecoveryMeans;
  reopening: Reopening | null;
}
export interface OpenSession {
  session_id: string;
  current: boolean;
  browser: string;
  system: string;
  source: string;
  /** The institution's name for the network, "" when it has none. */
  place: string;
  shared: boolean;
  opened_at: number;
  used_at: number;
}
export interface ActivityLine {
  at: number;
  action: string;
  by: 'agent' | 'administration' | 'unknown';
  browser: string;
  system: string;
  source: string;
  place: string;
  details: Record<string, string | number>;
}
/** Newest first; `next` asks for the lines before them, "" when there are none. */
export interface Activity {
  lines: ActivityLine[];
  next: string;
}

type Method = 'POST' | 'PUT' | 'DELETE';

function sent(method: Method, body?: unknown, headers: Record<string, string> = {}): RequestInit {
  if (body === undefined) return { method, headers };
  return { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

async function json<T>(response: Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

async function nothing(response: Promise<Response>): Promise<void> {
  await response;
}

/** By the holder of the session: notices when it has ended. */
function own(path: string, method?: Method, body?: unknown): Promise<Response> {
  return jmap.guarded(async () => request(path, method ? sent(method, body, { 'X-CSRF-Token': jmap.csrf }) : {}));
}

const challenge = (token: string): string => `/api/v1/challenges/${encodeURIComponent(token)}`;

export const authApi = {
  settings: () => json<Settings>(request('/api/v1/settings')),
  services: () => json<ServiceStates>(request('/api/v1/services')),
  session: () => json<Session>(request('/api/v1/session')),

  /** Problems: bad-credentials, challenge-required, slow-down. */
  signIn: (asked: SignInRequest) => json<SignInResult>(request('/api/v1/session', sent('POST', asked))),
  signOut: () => nothing(own('/api/v1/session', 'DELETE')),
  /** Problems: ticket-expired, weak-password, bad-code, invalid-request. */
  activate: (asked: ActivationRequest) => json<SignedIn>(request('/api/v1/activation', sent('POST', asked))),

  newChallenge: (signal?: AbortSignal) => json<Challenge>(request('/api/v1/challenges', { ...sent('POST', {}), signal: signal ?? null })),
  challengeImage: (token: string) => `${challenge(token)}/image`,
  challengeSound: (token: string) => `${challenge(token)}/sound`,

  /** Problems: challenge-required, invalid-request, slow-down. */
  recover: (asked: RecoveryRequest) => json<RecoveryStarted>(request('/api/v1/recovery', sent('POST', asked))),
  /** Problems: bad-code, slow-down. */
  redeemCode: (recovery: string, code: string) => json<{ ticket: string }>(request('/api/v1/recovery/code', sent('POST', { recovery, code }))),
  /** Problems: ticket-expired, weak-password. */
  resetPassword: (asked: { ticket: string; password: string; shared: boolean }) =>
    json<SignedIn>(request('/api/v1/recovery/password', sent('POST', asked))),
  /** Problems: ticket-expired. */
  confirmRecoveryEmail: (token: string) => nothing(request('/api/v1/recovery/email', sent('POST', { token }))),
};

/** For whoever is signed in. A wrong `current` password: bad-credentials, or slow-down after too many. */
export const accountApi = {
  view: () => json<Account>(own('/api/v1/account')),
  /** Gives a new session in place of this one: session.renew() runs it. Problems: weak-password. */
  changePassword: (current: string, password: string) => json<SignedIn>(own('/api/v1/account/password', 'POST', { current, password })),
  /** "" removes the address. Problems: invalid-request. */
  setRecoveryEmail: (current: string, address: string) => json<RecoveryMeans>(own('/api/v1/account/recovery-email', 'PUT', { current, address })),
  makeRecoveryCodes: (current: string) => json<{ codes: string[] }>(own('/api/v1/account/recovery-codes', 'POST', { current })),
  sessions: async () => (await json<{ sessions: OpenSession[] }>(own('/api/v1/account/sessions'))).sessions,
  endSession: (id: string) => nothing(own(`/api/v1/account/sessions/${encodeURIComponent(id)}`, 'DELETE')),
  endOtherSessions: () => nothing(own('/api/v1/account/sessions', 'DELETE')),
  activity: (before = '', limit = 50) => json<Activity>(own(`/api/v1/account/activity?${new URLSearchParams({ limit: String(limit), ...(before ? { before } : {}) })}`)),
  stopReopening: () => nothing(own('/api/v1/account/reopening', 'DELETE')),
};
