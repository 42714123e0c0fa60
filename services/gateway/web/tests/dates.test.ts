import { describe, expect, it } from 'vitest';
import { dayGroup, dayHeading, fileSize, fullMoment, longMoment, plainDate, rowMoment, shortMoment } from '../src/lib/i18n/dates';

const now = new Date('2026-11-25T09:42:00Z');
const at = (iso: string): Date => new Date(iso);

describe('dates', () => {
  it('groups the list by day, then by month', () => {
    expect(dayGroup(at('2026-11-25T07:00:00Z'), now)).toBe('Aujourd’hui');
    expect(dayGroup(at('2026-11-24T22:59:00Z'), now)).toBe('Hier');
    expect(dayGroup(at('2026-11-24T23:01:00Z'), now)).toBe('Aujourd’hui');
    expect(dayGroup(at('2026-11-21T10:00:00Z'), now)).toBe('Samedi');
    expect(dayGroup(at('2026-10-01T10:00:00Z'), now)).toBe('Octobre 2026');
  });

  it('is brief beside rows and complete in headings', () => {
    expect(rowMoment(at('2026-11-24T16:30:00Z'), now)).toBe('17:30');
    expect(rowMoment(at('2026-09-03T10:00:00Z'), now)).toBe('3 sept.');
    expect(rowMoment(at('2024-09-03T10:00:00Z'), now)).toBe('3 sept. 2024');
    expect(shortMoment(at('2026-11-24T16:30:00Z'), now)).toBe('hier');
    expect(longMoment(at('2026-11-25T09:42:00Z'), now)).toBe('aujourd’hui à 10:42');
    expect(fullMoment(at('2026-11-23T07:00:00Z'))).toBe('lundi 23 novembre 2026 à 08:00');
  });

  it('names days in full where there is room, the first of a month as an ordinal', () => {
    expect(dayHeading(at('2026-11-23T22:59:00Z'), now)).toBe('Lundi 23 novembre 2026');
    expect(dayHeading(at('2026-11-01T10:00:00Z'), now)).toBe('Dimanche 1er novembre 2026');
    expect(plainDate(at('2026-10-01T10:00:00Z'))).toBe('1er octobre 2026');
    expect(plainDate(at('2026-10-21T10:00:00Z'))).toBe('21 octobre 2026');
    expect(fullMoment(at('2026-11-01T07:00:00Z'))).toBe('dimanche 1er novembre 2026 à 08:00');
  });

  it('writes sizes the French way', () => {
    expect(fileSize(900)).toBe('900\u00a0o');
    expect(fileSize(184_320)).toBe('184\u00a0Ko');
    expect(fileSize(2_400_000)).toBe('2,4\u00a0Mo');
  });
});
