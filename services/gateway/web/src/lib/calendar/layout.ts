/** Where events stand within a day of the grid: side by side when they overlap. */
import { DAY, MINUTE } from './localtime';
import type { Occurrence } from './occurrences';

export interface Placed {
  occurrence: Occurrence;
  /** Minutes from midnight. */
  top: number;
  /** Minutes, at least MINIMUM. */
  height: number;
  column: number;
  columns: number;
}

const MINIMUM = 30;

/** Lays out the timed events of the day that begins at `day`; what overflows midnight is cut. */
export function layoutDay(occurrences: readonly Occurrence[], day: number): Placed[] {
  const placed = occurrences
    .map((occurrence): Placed => {
      const top = Math.max(0, (occurrence.start - day) / MINUTE);
      const end = Math.min(DAY / MINUTE, (occurrence.end - day) / MINUTE);
      const height = Math.max(MINIMUM, end - top);
      return { occurrence, top: Math.min(top, DAY / MINUTE - height), height, column: 0, columns: 1 };
    })
    .sort((a, b) => a.top - b.top || b.height - a.height || a.occurrence.title.localeCompare(b.occurrence.title, 'fr'));
  let group: Placed[] = [];
  let groupEnd = 0;
  for (const item of placed) {
    if (item.top >= groupEnd) {
      spread(group);
      group = [];
    }
    group.push(item);
    groupEnd = Math.max(groupEnd, item.top + item.height);
  }
  spread(group);
  return placed;
}

/** Gives each event of an overlapping group the first column that is free at its start. */
function spread(group: Placed[]): void {
  const ends: number[] = [];
  for (const item of group) {
    const free = ends.findIndex((end) => end <= item.top);
    item.column = free >= 0 ? free : ends.length;
    ends[item.column] = item.top + item.height;
  }
  for (const item of group) item.columns = ends.length;
}

/** The nearest quarter of an hour: one line of the Seyès ruling. */
export function snap(minutes: number): number {
  return Math.round(minutes / 15) * 15;
}
