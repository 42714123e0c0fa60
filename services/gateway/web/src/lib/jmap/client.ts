/** A small JMAP client (RFC 8620): batches of typed calls with result references, one HTTP request each. */
import { MethodError, ObjectRefused, RequestProblem, SessionExpired, Unreachable, type ProblemMembers } from './errors';
import type { SetResult } from './types';

export const USING = [
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:jmap:submission',
  'urn:ietf:params:jmap:contacts',
  'urn:ietf:params:jmap:calendars',
  'urn:webmail-montpellier:safe-html',
  'urn:webmail-montpellier:snooze',
];

type Invocation = [name: string, args: Record<string, unknown>, callId: string];

export interface ResultReference {
  resultOf: string;
  name: string;
  path: string;
}

/** A method call of a batch. `value` is its response once the batch was sent; it throws what the call failed with. */
export class Call<T> {
  private response: { value: T } | { error: MethodError } | undefined;

  constructor(
    readonly id: string,
    readonly name: string,
    readonly args: Record<string, unknown>,
  ) {}

  /** A reference to a part of this call's future response (RFC 8620 §3.7), to give under a "#name" argument. */
  ref(path: string): ResultReference {
    return { resultOf: this.id, name: this.name, path };
  }

  settle(name: string, args: Record<string, unknown>): void {
    if (name === 'error') {
      this.response = { error: new MethodError(String(args['type']), args['description'] as string | undefined) };
    } else if (name === this.name && this.response === undefined) {
      this.response = { value: args as T };
    }
  }

  get value(): T {
    if (this.response === undefined) throw new MethodError('serverFail', `no response to ${this.name}`);
    if ('error' in this.response) throw this.response.error;
    return this.response.value;
  }
}

export class Batch {
  readonly calls: Call<unknown>[] = [];

  /** `using`: capabilities besides those of every request. */
  constructor(readonly using: readonly string[] = []) {}

  call<T>(name: string, args: Record<string, unknown>): Call<T> {
    const call = new Call<T>(`c${this.calls.length}`, name, args);
    this.calls.push(call as Call<unknown>);
    return call;
  }
}

/** Throws when the object was refused; returns what the server made of it otherwise. */
export function created<T>(result: SetResult<T>, key: string): T {
  const object = result.created?.[key];
  if (object !== undefined) return object;
  throw new ObjectRefused(result.notCreated?.[key] ?? { type: 'serverFail' });
}

/** Throws for the first update or destruction that was refused. */
export function assertSet(result: SetResult<unknown>): void {
  const refusal = Object.values({ ...result.notUpdated, ...result.notDestroyed })[0];
  if (refusal && refusal.type !== 'notFound') throw new ObjectRefused(refusal);
}

/** What this app reads of the session object (RFC 8620 §2). */
interface SessionObject {
  capabilities?: { 'urn:ietf:params:jmap:core'?: { maxObjectsInSet?: number } };
  accounts: Record<string, { accountCapabilities: Record<string, object> }>;
}

/** What a server takes at least, as RFC 8620 §2 suggests. */
const OBJECTS_IN_SET = 500;

export interface Principal {
  accountId: string;
  csrf: string;
}

/** The response of our own server, or an exception that says what happened. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Unreachable(path, { cause: error });
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { code?: string; type?: string; detail?: string } & ProblemMembers;
  throw new RequestProblem(response.status, problem.code ?? problem.type ?? 'unknown', problem.detail ?? '', problem);
}

export class JmapClient {
  private principal: Principal | undefined;
  private session: SessionObject | undefined;
  onExpired: () => void = () => {};

  signIn(principal: Principal): void {
    this.principal = principal;
  }

  signOut(): void {
    this.principal = undefined;
    this.session = undefined;
  }

  get accountId(): string {
    if (!this.principal) throw new SessionExpired('no session');
    return this.principal.accountId;
  }

  get csrf(): string {
    if (!this.principal) throw new SessionExpired('no session');
    return this.principal.csrf;
  }

  downloadUrl(blobId: string, name: string, type: string): string {
    const path = [this.accountId, blobId, name || 'fichier'].map(encodeURIComponent).join('/');
    return `/jmap/download/${path}?type=${encodeURIComponent(type)}`;
  }

  /** The `number`-th address that was taken out of the message's HTML, as the gateway fetches it. */
  remoteImageUrl(emailId: string, number: number): string {
    return `/jmap/image/${encodeURIComponent(this.accountId)}/${encodeURIComponent(emailId)}/${number}`;
  }

  get uploadUrl(): string {
    return `/jmap/upload/${encodeURIComponent(this.accountId)}`;
  }

  /** Ends the session when the server says that it has ended; rethrows. A wrong password (also 401) ends nothing. */
  async guarded<T>(action: () => Promise<T>): Promise<T> {
    const asker = this.principal;
    try {
      return await action();
    } catch (error) {
      if (error instanceof RequestProblem && error.status === 401 && error.code !== 'bad-credentials') {
        // A late answer to a session that another has replaced says nothing of that one.
        if (asker === this.principal) this.onExpired();
        throw new SessionExpired('401', { cause: error });
      }
      throw error;
    }
  }

  /** Bytes that the files of one message may have together (maxSizeAttachmentsPerEmail, RFC 8621 §1.3.1). */
  async maxAttachmentBytes(): Promise<number> {
    const capabilities = await this.accountCapabilities();
    return (capabilities['urn:ietf:params:jmap:mail'] as { maxSizeAttachmentsPerEmail?: number } | undefined)?.maxSizeAttachmentsPerEmail ?? Infinity;
  }

  /** What the server can do for this account (RFC 8620 §2). */
  async accountCapabilities(): Promise<Record<string, object>> {
    const { accounts } = await this.described();
    return accounts[this.accountId]?.accountCapabilities ?? {};
  }

  /** Objects that one /set call may name. */
  async maxObjectsInSet(): Promise<number> {
    const { capabilities } = await this.described();
    return capabilities?.['urn:ietf:params:jmap:core']?.maxObjectsInSet ?? OBJECTS_IN_SET;
  }

  /** The session object; asked for once. */
  private async described(): Promise<SessionObject> {
    if (this.session) return this.session;
    const response = await this.guarded(() => request('/.well-known/jmap'));
    this.session = (await response.json()) as SessionObject;
    return this.session;
  }

  async send(batch: Batch, signal?: AbortSignal): Promise<void> {
    const accountId = this.accountId;
    const methodCalls: Invocation[] = batch.calls.map((call) => [call.name, { accountId, ...call.args }, call.id]);
    const init: RequestInit = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': this.csrf },
      body: JSON.stringify({ using: [...USING, ...batch.using], methodCalls }),
    };
    if (signal) init.signal = signal;
    const response = await this.guarded(() => request('/jmap/api', init));
    const { methodResponses } = (await response.json()) as { methodResponses: Invocation[] };
    const calls = new Map(batch.calls.map((call) => [call.id, call]));
    for (const [name, args, id] of methodResponses) calls.get(id)?.settle(name, args);
  }
}

export const jmap = new JmapClient();
