/** What can go wrong between the page and the server, by what the agent can do about it. */
import type { SetError } from './types';

/** The server could not be reached at all. */
export class Unreachable extends Error {}

/** The session has ended: sign in again. */
export class SessionExpired extends Error {}

/** What a problem document may tell besides its code (RFC 9457 §3.2). */
export interface ProblemMembers {
  advice?: string[];
  fields?: string[];
  tries_left?: number;
  difficulty?: number;
}

/** The whole HTTP request was refused (RFC 9457 problem). */
export class RequestProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly members: ProblemMembers = {},
  ) {
    super(`${status} ${code}`);
  }
}

/** True for the refusal with this code (services/gateway/problems.py). */
export function isProblem(error: unknown, code: string): error is RequestProblem {
  return error instanceof RequestProblem && error.code === code;
}

/** One method call of a request failed (RFC 8620 §3.6.2). */
export class MethodError extends Error {
  constructor(
    readonly type: string,
    readonly description: string | undefined,
  ) {
    super(type);
  }
}

/** One object of a /set call was refused (RFC 8620 §5.3). */
export class ObjectRefused extends Error {
  constructor(readonly error: SetError) {
    super(error.type);
  }
}

/** True when the server may have done what was asked: no answer came, or none that says what became of it. */
export function outcomeUnknown(error: unknown): boolean {
  if (error instanceof ObjectRefused || error instanceof SessionExpired) return false;
  return !(error instanceof RequestProblem) || error.status >= 500;
}

/** True when the same request may succeed a little later without the agent doing anything. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  if (error instanceof MethodError) return error.type === 'serverUnavailable';
  return error instanceof RequestProblem && error.status >= 502;
}
