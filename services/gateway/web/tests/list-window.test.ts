import { describe, expect, it } from 'vitest';
import { findHeadings, rowAt, rowTop, totalHeight, visibleRange, type Geometry } from '../src/lib/mail/window';

const geometry: Geometry = { row: 84, heading: 34, total: 20_000, headings: [0, 3, 10] };

describe('the virtual list', () => {
  it('places rows below the headings above them', () => {
    expect(rowTop(geometry, 0)).toBe(34);
    expect(rowTop(geometry, 2)).toBe(2 * 84 + 34);
    expect(rowTop(geometry, 3)).toBe(3 * 84 + 2 * 34);
    expect(totalHeight(geometry)).toBe(20_000 * 84 + 3 * 34);
  });

  it('finds the row at a height, as the inverse of its place', () => {
    for (const index of [0, 2, 3, 4, 9, 10, 11, 777, 19_999]) {
      expect(rowAt(geometry, rowTop(geometry, index))).toBe(index);
      expect(rowAt(geometry, rowTop(geometry, index) + 83)).toBe(index);
    }
  });

  it('draws a screenful and its margins, never the whole list', () => {
    const range = visibleRange(geometry, 5_000, 800, 6);
    expect(range.end - range.first).toBeLessThan(30);
    expect(rowTop(geometry, range.first)).toBeLessThan(5_000);
    expect(rowTop(geometry, range.end)).toBeGreaterThan(5_800);
  });

  it('stays within the list at both ends', () => {
    expect(visibleRange(geometry, 0, 800, 6).first).toBe(0);
    expect(visibleRange(geometry, totalHeight(geometry), 800, 6).end).toBe(20_000);
    expect(visibleRange({ ...geometry, total: 0, headings: [] }, 0, 800, 6)).toEqual({ first: 0, end: 0 });
  });

  it('puts a heading where the day changes, over what is not loaded yet', () => {
    expect(findHeadings(['a', 'a', 'b', undefined, 'b', 'c'])).toEqual([0, 2, 5]);
    expect(findHeadings([undefined, undefined, 'b'])).toEqual([2]);
  });
});
