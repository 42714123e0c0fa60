/** The live connection to the server, shared by the applications: each subscribes to the JMAP types it shows. */
import { Push, type TypeStates } from '../jmap/push';

export type Connection = 'connecting' | 'live' | 'lost';
type Listener = { types: readonly string[]; run: () => void };

/** Several notices for one change come in a burst: they make one refresh. */
const SETTLE_MS = 40;

class Live {
  connection = $state<Connection>('connecting');
  private push: Push | undefined;
  private readonly listeners = new Set<Listener>();
  private readonly pending = new Set<Listener>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  start(accountId: string): void {
    this.connection = 'connecting';
    this.push = new Push(accountId, {
      changed: (states) => this.notify(states),
      connected: (up) => {
        this.connection = up ? 'live' : 'lost';
      },
    });
    this.push.open();
  }

  /** Opens the stream anew, for a session that replaces another. */
  reopen(): void {
    this.push?.open();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.pending.clear();
    this.push?.close();
    this.push = undefined;
  }

  /** Runs `run` soon after an object of one of the `types` changed, or after a reconnection. Returns how to stop. */
  subscribe(types: readonly string[], run: () => void): () => void {
    const listener = { types, run };
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      this.pending.delete(listener);
    };
  }

  private notify(states: TypeStates | null): void {
    for (const listener of this.listeners) {
      if (states === null || listener.types.some((type) => type in states)) this.pending.add(listener);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const due = [...this.pending];
      this.pending.clear();
      for (const listener of due) listener.run();
    }, SETTLE_MS);
  }
}

export const live = new Live();
