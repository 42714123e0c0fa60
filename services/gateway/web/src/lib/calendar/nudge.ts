/** Moves by key come in runs: they are gathered, and sent once the keys rest. */
import type { Occurrence } from './occurrences';

const REST_MS = 900;

export class NudgeQueue {
  private pending: { origin: Occurrence; shift: number } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly commit: (origin: Occurrence, start: number, end: number) => void) {}

  /** Adds a step, ms; gives where the occurrence stands now. The occurrence given may be drawn in its new place already. */
  push(occurrence: Occurrence, step: number): { start: number; end: number } {
    if (this.pending && this.pending.origin.id !== occurrence.id) this.flush();
    this.pending ??= { origin: occurrence, shift: 0 };
    this.pending.shift += step;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), REST_MS);
    const { origin, shift } = this.pending;
    return { start: origin.start + shift, end: origin.end + shift };
  }

  flush(): void {
    clearTimeout(this.timer);
    const { pending } = this;
    this.pending = null;
    if (pending && pending.shift !== 0) this.commit(pending.origin, pending.origin.start + pending.shift, pending.origin.end + pending.shift);
  }
}
