/** A load that heals by itself: while a service is away it is tried again with a growing pause. */
import { backoff } from '../jmap/backoff';
import { isTemporary, SessionExpired } from '../jmap/errors';

export type Health = 'loading' | 'ready' | 'unavailable' | 'failed';

export class Recovery {
  health = $state<Health>('loading');
  /** The last failure that will not heal by itself. */
  error = $state.raw<unknown>(null);
  private attempt = 0;
  /** Of the run whose outcome counts: one that another has overtaken says nothing any more. */
  private latest = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly load: () => Promise<void>) {}

  async run(): Promise<void> {
    clearTimeout(this.timer);
    const run = ++this.latest;
    try {
      await this.load();
      if (run !== this.latest) return;
      this.attempt = 0;
      this.health = 'ready';
    } catch (error) {
      if (run !== this.latest || error instanceof SessionExpired) return;
      if (error instanceof DOMException && error.name === 'AbortError') return;
      if (isTemporary(error)) {
        this.health = 'unavailable';
        this.timer = setTimeout(() => void this.run(), backoff(this.attempt++));
      } else {
        this.error = error;
        this.health = 'failed';
      }
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.latest++;
    this.attempt = 0;
    this.health = 'loading';
  }
}
