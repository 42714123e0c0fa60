/** A displayed code, and the proof of work that a worker looks for while the agent reads it. Each serves once. */
import { authApi, type Challenge, type SolvedChallenge } from './api';
import type { Task } from './proof';

function prove(task: Task, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./proof.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<string>) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(`proof of work: ${event.message}`));
    };
    signal.addEventListener('abort', () => {
      worker.terminate();
      reject(signal.reason as Error);
    });
    worker.postMessage(task);
  });
}

export class ChallengeStore {
  current = $state.raw<Challenge | null>(null);
  private work = new AbortController();
  private proof: Promise<string> | undefined;

  /** Another code in place of this one. `difficulty`: what its proof must reach at least. Throws when none can be had. */
  async renew(difficulty = 0): Promise<void> {
    this.stop();
    const { signal } = this.work;
    const challenge = await authApi.newChallenge(signal);
    signal.throwIfAborted();
    this.current = challenge;
    this.proof = prove({ token: challenge.token, difficulty: Math.max(difficulty, challenge.difficulty) }, signal);
    // Whoever asks for the solution is told; until then nobody listens.
    this.proof.catch(() => {});
  }

  /** What to send with `typed`, as soon as the proof is found. `signal` gives up waiting, not the search. */
  async solve(typed: string, signal: AbortSignal): Promise<SolvedChallenge> {
    if (!this.current || !this.proof) throw new Error('no challenge');
    const { token } = this.current;
    const given = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    return { token, typed, nonce: await Promise.race([this.proof, given]) };
  }

  stop(): void {
    this.work.abort();
    this.work = new AbortController();
    this.current = null;
    this.proof = undefined;
  }
}
