/** Geometry of the virtual list: fixed-height rows with a heading before each group of days that is known so far. */

export interface Geometry {
  /** Height of a row, px. */
  row: number;
  /** Height of a heading, px. */
  heading: number;
  total: number;
  /** Sorted indexes of the rows that have a heading above them. */
  headings: readonly number[];
}

/** How many headings stand above or at the row `index`. */
function headingsUpTo(headings: readonly number[], index: number): number {
  let low = 0;
  let high = headings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((headings[middle] ?? Infinity) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Top of the row `index`, below its own heading, px. */
export function rowTop(geometry: Geometry, index: number): number {
  return index * geometry.row + headingsUpTo(geometry.headings, index) * geometry.heading;
}

export function totalHeight(geometry: Geometry): number {
  return geometry.total * geometry.row + geometry.headings.length * geometry.heading;
}

/** Index of the row at the height `y`, within the list. */
export function rowAt(geometry: Geometry, y: number): number {
  let low = 0;
  let high = Math.max(0, geometry.total - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rowTop(geometry, middle) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** First and one-past-last row to draw for what is visible, with `margin` rows on both sides. */
export function visibleRange(geometry: Geometry, scrollTop: number, height: number, margin: number): { first: number; end: number } {
  if (geometry.total === 0) return { first: 0, end: 0 };
  const first = Math.max(0, rowAt(geometry, scrollTop) - margin);
  const end = Math.min(geometry.total, rowAt(geometry, scrollTop + height) + 1 + margin);
  return { first, end };
}

/** Indexes at which the group changes; rows not loaded yet (undefined) start no group. */
export function findHeadings(groups: readonly (string | undefined)[]): number[] {
  const headings: number[] = [];
  let previous: string | undefined;
  groups.forEach((group, index) => {
    if (group !== undefined && group !== previous) headings.push(index);
    if (group !== undefined) previous = group;
  });
  return headings;
}
