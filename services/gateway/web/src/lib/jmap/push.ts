/** Live state changes over EventSource (RFC 8620 §7.3), reconnecting by itself. */
import { backoff } from './backoff';

export type TypeStates = Record<string, string>;

export interface PushEvents {
  /** New states of the account, by type; null after a reconnection: anything may have changed. */
  changed(states: TypeStates | null): void;
  /** Whether the connection is up. */
  connected(up: boolean): void;
}

const PING_SECONDS = 30;
const SILENCE_MS = (PING_SECONDS * 2 + 15) * 1000;

export class Push {
  private source: EventSource | undefined;
  private attempt = 0;
  private wasConnected = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly accountId: string,
    private readonly events: PushEvents,
  ) {}

  open(): void {
    this.close();
    const source = new EventSource(`/jmap/eventsource?types=*&closeafter=no&ping=${PING_SECONDS}`);
    this.source = source;
    source.onopen = () => {
      this.attempt = 0;
      this.heard();
      this.events.connected(true);
      if (this.wasConnected) this.events.changed(null);
      this.wasConnected = true;
    };
    source.addEventListener('ping', () => this.heard());
    source.addEventListener('state', (event) => {
      this.heard();
      const { changed } = JSON.parse((event as MessageEvent<string>).data) as { changed: Record<string, TypeStates> };
      const states = changed[this.accountId];
      if (states) this.events.changed(states);
    });
    source.onerror = () => this.retry();
  }

  close(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    this.source?.close();
    this.source = undefined;
  }

  private heard(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.retry(), SILENCE_MS);
  }

  private retry(): void {
    this.close();
    this.events.connected(false);
    this.retryTimer = setTimeout(() => this.open(), backoff(this.attempt++));
  }
}
