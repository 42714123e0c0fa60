/** The sign-in endpoints of the gateway (/api/v1). */
import { request } from '../jmap/client';

export interface Session {
  account_id: string;
  address: string;
  given_name: string;
  family_name: string;
  category: string;
  csrf: string;
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
export type SignInResult = { state: 'signed-in'; session: Session } | { state: 'must-choose-password'; ticket: string };

function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

async function json<T>(response: Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

export const authApi = {
  settings: () => json<Settings>(request('/api/v1/settings')),
  services: () => json<ServiceStates>(request('/api/v1/services')),
  session: () => json<Session>(request('/api/v1/session')),
  signIn: (login: string, password: string) => json<SignInResult>(request('/api/v1/session', post({ login, password }))),
  activate: (ticket: string, password: string) =>
    json<{ state: 'signed-in'; session: Session }>(request('/api/v1/activation', post({ ticket, password }))),
  signOut: (csrf: string) => request('/api/v1/session', { method: 'DELETE', headers: { 'X-CSRF-Token': csrf } }),
};
