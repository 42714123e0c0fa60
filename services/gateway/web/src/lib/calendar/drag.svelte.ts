/** Dragging on the week grid: to create on empty paper, to move an event, to lengthen it by its lower edge. */
import { snap } from './layout';
import { DAY, MINUTE } from './localtime';
import type { Occurrence } from './occurrences';

export interface GridMeasure {
  /** Where each day column begins and ends, px in the viewport. */
  columns: { left: number; right: number }[];
  /** Top of midnight, px in the viewport. */
  top: number;
  pixelsPerHour: number;
}
export interface Span {
  start: number;
  end: number;
}
type Mode = 'create' | 'move' | 'resize';

const THRESHOLD_PX = 5;
const DEFAULT_MINUTES = 60;

export class Drag {
  /** What is being drawn, or null while nothing was dragged far enough. */
  span = $state.raw<Span | null>(null);
  occurrence = $state.raw<Occurrence | null>(null);
  private mode: Mode = 'create';
  private grab = { x: 0, y: 0, at: 0 };

  constructor(
    private readonly measure: () => GridMeasure,
    private readonly monday: () => number,
  ) {}

  begin(mode: Mode, event: PointerEvent, occurrence: Occurrence | null): void {
    this.mode = mode;
    this.occurrence = occurrence;
    this.span = null;
    this.grab = { x: event.clientX, y: event.clientY, at: this.stampAt(event, false) };
  }

  update(event: PointerEvent): void {
    const far = Math.abs(event.clientX - this.grab.x) > THRESHOLD_PX || Math.abs(event.clientY - this.grab.y) > THRESHOLD_PX;
    if (!this.span && !far) return;
    this.span = this.spanAt(event);
  }

  /** The span drawn, or null when this was a mere click; `clicked` is then the place of the click. */
  finish(): { span: Span | null; clicked: Span } {
    const { span } = this;
    const start = Math.floor((this.grab.at - this.monday()) / (30 * MINUTE)) * 30 * MINUTE + this.monday();
    this.cancel();
    return { span, clicked: { start, end: start + DEFAULT_MINUTES * MINUTE } };
  }

  cancel(): void {
    this.span = null;
    this.occurrence = null;
  }

  private spanAt(event: PointerEvent): Span {
    const { occurrence } = this;
    if (this.mode === 'create' || !occurrence) {
      const here = this.sameDay(this.stampAt(event, false));
      const [start, end] = [this.round(Math.min(this.grab.at, here)), this.round(Math.max(this.grab.at, here))];
      return { start, end: Math.max(end, start + 15 * MINUTE) };
    }
    if (this.mode === 'resize') {
      return { start: occurrence.start, end: Math.max(this.round(this.stampAt(event, false)), occurrence.start + 15 * MINUTE) };
    }
    const start = this.round(occurrence.start + this.stampAt(event, true) - this.grab.at);
    return { start, end: start + (occurrence.end - occurrence.start) };
  }

  /** A drawn appointment stays within the day where it began. */
  private sameDay(stamp: number): number {
    const day = Math.floor(this.grab.at / DAY) * DAY;
    return day + (((stamp % DAY) + DAY) % DAY);
  }

  private round(stamp: number): number {
    const day = Math.floor(stamp / DAY) * DAY;
    return day + snap((stamp - day) / MINUTE) * MINUTE;
  }

  private stampAt(event: PointerEvent, clampDay: boolean): number {
    const { columns, top, pixelsPerHour } = this.measure();
    const found = columns.findIndex((column) => event.clientX < column.right);
    const day = found >= 0 ? found : columns.length - 1;
    const minutes = ((event.clientY - top) / pixelsPerHour) * 60;
    const within = clampDay ? minutes : Math.max(0, Math.min(24 * 60 - 1, minutes));
    return this.monday() + day * DAY + within * MINUTE;
  }
}
