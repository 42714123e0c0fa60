/** Who is signed in. When the session ends by itself the state becomes "expired" and what is being written stays in memory. */
import { jmap } from '../jmap/client';
import { RequestProblem } from '../jmap/errors';
import { live } from '../shell/live.svelte';
import { authApi, type MustChoosePassword, type Session, type SignedIn, type SignInRequest } from './api';

export type SessionState = 'unknown' | 'signed-out' | 'must-choose-password' | 'signed-in' | 'expired';

class SessionStore {
  state = $state<SessionState>('unknown');
  current = $state.raw<Session | null>(null);
  /** What the NUMEN opened, while a password is to be chosen, and for whom. */
  activation = $state.raw<(MustChoosePassword & { login: string }) | null>(null);
  /** Others use this computer too: nothing may stay on it. As ticked at sign-in, then as the server says. */
  shared = $state(false);
  private renewing = false;

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

  async signIn(asked: Omit<SignInRequest, 'shared'>): Promise<void> {
    const result = await authApi.signIn({ ...asked, shared: this.shared });
    if (result.state === 'signed-in') return this.enter(result.session);
    this.activation = { ...result, login: asked.login };
    this.state = 'must-choose-password';
  }

  async activate(asked: { password: string; code?: string; recovery_email?: string }): Promise<void> {
    if (!this.activation) throw new Error('no activation under way');
    this.enter((await authApi.activate({ ticket: this.activation.ticket, ...asked, shared: this.shared })).session);
  }

  async resetPassword(ticket: string, password: string): Promise<void> {
    await this.renew(() => authApi.resetPassword({ ticket, password, shared: this.shared }));
  }

  /** Runs what ends this session and gives another in its place. That the old one ends meanwhile surprises nobody. */
  async renew(change: () => Promise<SignedIn>): Promise<void> {
    this.renewing = true;
    try {
      this.enter((await change()).session);
    } finally {
      this.renewing = false;
    }
  }

  /** Back to the first page, giving up the activation under way. */
  startAgain(): void {
    this.activation = null;
    this.state = 'signed-out';
  }

  async signOut(): Promise<void> {
    await authApi.signOut();
    location.replace('/');
  }

  private enter(session: Session): void {
    if (this.current && this.current.account_id !== session.account_id) {
      location.replace('/');
      return;
    }
    this.activation = null;
    this.current = session;
    this.shared = session.shared;
    jmap.signIn({ accountId: session.account_id, csrf: session.csrf });
    if (this.state === 'signed-in') live.reopen();
    else live.start(session.account_id);
    this.state = 'signed-in';
  }

  private expire(): void {
    if (this.state !== 'signed-in' || this.renewing) return;
    live.stop();
    jmap.signOut();
    this.state = 'expired';
  }
}

export const session = new SessionStore();
