/** Who is signed in. When the session ends by itself the state becomes "expired" and what is being written stays in memory. */
import { jmap } from '../jmap/client';
import { RequestProblem } from '../jmap/errors';
import { live } from '../shell/live.svelte';
import { authApi, type Session, type SignInResult } from './api';

export type SessionState = 'unknown' | 'signed-out' | 'must-choose-password' | 'signed-in' | 'expired';

class SessionStore {
  state = $state<SessionState>('unknown');
  current = $state.raw<Session | null>(null);
  private ticket = '';

  constructor() {
    jmap.onExpired = () => this.expire();
  }

  /** Finds the session that the cookie may hold. Throws when the server cannot be reached. */
  async restore(): Promise<void> {
    try {
      this.enter(await authApi.session());
    } catch (error) {
      if (!(error instanceof RequestProblem) || error.status !== 401) throw error;
      this.state = 'signed-out';
    }
  }

  async signIn(login: string, password: string): Promise<void> {
    this.accept(await authApi.signIn(login, password));
  }

  async choosePassword(password: string): Promise<void> {
    this.accept(await authApi.activate(this.ticket, password));
  }

  /** Back to the first page, giving up the activation under way. */
  startAgain(): void {
    this.ticket = '';
    this.state = 'signed-out';
  }

  async signOut(): Promise<void> {
    await authApi.signOut(jmap.csrf);
    location.replace('/');
  }

  private accept(result: SignInResult): void {
    if (result.state === 'signed-in') {
      this.enter(result.session);
    } else {
      this.ticket = result.ticket;
      this.state = 'must-choose-password';
    }
  }

  private enter(session: Session): void {
    if (this.current && this.current.account_id !== session.account_id) {
      location.replace('/');
      return;
    }
    this.ticket = '';
    this.current = session;
    jmap.signIn({ accountId: session.account_id, csrf: session.csrf });
    live.start(session.account_id);
    this.state = 'signed-in';
  }

  private expire(): void {
    if (this.state !== 'signed-in') return;
    live.stop();
    jmap.signOut();
    this.state = 'expired';
  }
}

export const session = new SessionStore();
