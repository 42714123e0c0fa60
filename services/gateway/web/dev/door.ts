// The mock's part for whoever is not signed in: displayed code, first password, lost password. Nothing of it is secret.
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { leadingZeroBits } from '../src/lib/auth/proof.ts';

export const NUMEN = '01E2345678ABC';
export const DISPLAYED = '314159';
export const PAPER_CODE = 'K7M2-P9HX-4TWD';
export const PRINTED_CODE = '7KQ2-M0XD-9RTE-4WZA';
const DIFFICULTY = 14;
/** Sign-in asks for more than the challenge says by itself, as for a login under attack. */
const UNDER_ATTACK = 2;
const GUESSES = 3;
const TRIES = 5;

interface Solved {
  token: string;
  typed: string;
  nonce: string;
}
type Body = Partial<Record<'login' | 'password' | 'ticket' | 'code' | 'recovery_email' | 'numen' | 'birth_date' | 'recovery' | 'token', string>> & { shared?: boolean; solved?: Solved };
export interface Answer {
  status: number;
  body?: unknown;
  type?: string;
}
export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

const problem = (status: number, code: string, members: object = {}): Answer => ({ status, body: { code, ...members } });

/** Two seconds of a tone, as WAV. */
function tone(): Buffer {
  const rate = 8_000;
  const samples = Buffer.alloc(rate * 2);
  for (let i = 0; i < samples.length; i++) samples[i] = 128 + 60 * Math.sin((2 * Math.PI * 440 * i) / rate);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 80"><rect width="240" height="80" fill="#fff"/><text x="20" y="54" font-size="42" font-family="monospace" letter-spacing="10" transform="rotate(-3)">${DISPLAYED}</text></svg>`;

export class Door {
  password = 'le-mot-de-passe';
  shared = false;
  private guesses = 0;
  private triesLeft = TRIES;
  private needsCode = false;
  private difficulty = DIFFICULTY;
  private readonly challenges = new Set<string>();

  /** `enter` opens the session. */
  constructor(private readonly enter: () => object) {}

  /** The answer to a request whose path begins with one of the door's, or undefined. */
  answer(method: string, path: string, body: Body): Answer | undefined {
    const [, , , part = '', second = '', third = ''] = path.split('/');
    if (method === 'GET' && part === 'challenges') {
      if (!this.challenges.has(second)) return problem(404, 'not-found');
      return third === 'sound' ? { status: 200, body: tone(), type: 'audio/wav' } : { status: 200, body: Buffer.from(PICTURE), type: 'image/svg+xml' };
    }
    if (method !== 'POST') return undefined;
    if (part === 'session') return this.signIn(body);
    if (part === 'activation') return this.activate(body);
    if (part === 'challenges') return this.challenge();
    if (part === 'recovery') return this.recover(second, body);
    return undefined;
  }

  /** For tests: what the next proofs of work cost. */
  setDifficulty(bits: number): void {
    this.difficulty = bits;
  }

  private challenge(): Answer {
    const token = randomUUID();
    this.challenges.add(token);
    return { status: 200, body: { token, difficulty: this.difficulty, expires_at: Date.now() / 1000 + 600 } };
  }

  private isSolved(solved: Solved | undefined, difficulty = this.difficulty): boolean {
    if (!solved || !this.challenges.delete(solved.token) || solved.typed !== DISPLAYED) return false;
    return leadingZeroBits(createHash('sha256').update(`${solved.token}:${solved.nonce}`).digest()) >= difficulty;
  }

  private signedIn(shared = false): Answer {
    this.guesses = 0;
    this.shared = shared;
    return { status: 200, body: { state: 'signed-in', session: this.enter() } };
  }

  private signIn({ login, password, shared, solved }: Body): Answer {
    const difficulty = this.difficulty + UNDER_ATTACK;
    if (this.guesses >= GUESSES && !this.isSolved(solved, difficulty)) return problem(428, 'challenge-required', { difficulty });
    if (password === NUMEN) {
      this.needsCode = login === 'direction';
      this.triesLeft = TRIES;
      return { status: 200, body: { state: 'must-choose-password', ticket: 'ticket', needs_code: this.needsCode } };
    }
    if (password === this.password) return this.signedIn(shared);
    this.guesses++;
    return problem(401, 'bad-credentials');
  }

  private activate({ password = '', code, recovery_email = '', shared }: Body): Answer {
    if (this.triesLeft === 0) return problem(410, 'ticket-expired');
    if (this.needsCode && code !== PAPER_CODE) return problem(422, 'bad-code', { tries_left: --this.triesLeft });
    if (recovery_email.endsWith('@ac-montpellier.example')) return problem(400, 'invalid-request', { fields: ['recovery_email'] });
    return this.setPassword(password, shared);
  }

  private setPassword(password: string, shared: boolean | undefined): Answer {
    if (/tournesol/i.test(password)) return problem(422, 'weak-password', { advice: ['too-personal'] });
    this.password = password;
    return this.signedIn(shared);
  }

  private recover(step: string, body: Body): Answer {
    if (step === 'code') return body.code === PRINTED_CODE ? { status: 200, body: { ticket: 'reset' } } : problem(422, 'bad-code');
    if (step === 'password') return body.ticket === 'reset' ? this.setPassword(body.password ?? '', body.shared) : problem(410, 'ticket-expired');
    if (step === 'email') return body.token === 'confirm' ? { status: 204 } : problem(410, 'ticket-expired');
    if (!this.isSolved(body.solved)) return problem(428, 'challenge-required', { difficulty: this.difficulty });
    return { status: 202, body: { recovery: 'recovery', expires_at: Date.now() / 1000 + 900 } };
  }
}
