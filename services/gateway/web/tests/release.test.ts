import { describe, expect, it } from 'vitest';
import { parametersOf, proposals } from '../src/lib/compose/release';
import { instantOf, momentChosen } from '../src/lib/shell/moment';

const iso = (date: Date | null): string | null => date && date.toISOString().slice(0, 16);

describe('when a message leaves', () => {
  it('proposes tomorrow and next Monday at eight in Paris', () => {
    const wednesday = proposals(new Date('2026-11-25T09:00:00Z'));
    expect(wednesday.map(({ name, at }) => [name, iso(at)])).toEqual([['tomorrow', '2026-11-26T07:00'], ['monday', '2026-11-30T07:00']]);
  });

  it('proposes one of them where they are the same, and next week on a Monday', () => {
    expect(proposals(new Date('2026-11-29T10:00:00Z')).map(({ at }) => iso(at))).toEqual(['2026-11-30T07:00']);
    expect(proposals(new Date('2026-11-30T05:00:00Z')).map(({ at }) => iso(at))).toEqual(['2026-12-01T07:00', '2026-12-07T07:00']);
  });

  it('follows the clocks of Paris over their changes', () => {
    expect(proposals(new Date('2026-10-24T09:00:00Z')).map(({ at }) => iso(at))).toEqual(['2026-10-25T07:00', '2026-10-26T07:00']);
    expect(iso(momentChosen('2027-03-28', '08:00', new Date('2027-03-27T09:00:00Z'), 30))).toBe('2027-03-28T06:00');
    expect(iso(instantOf(Date.UTC(2027, 2, 28, 2, 30)))).toBe('2027-03-28T01:30');
  });

  it('takes a time to come within thirty days only', () => {
    const now = new Date('2026-11-25T09:00:00Z');
    expect(iso(momentChosen('2026-11-25', '10:01', now, 30))).toBe('2026-11-25T09:01');
    for (const [date, time] of [['2026-11-25', '10:00'], ['2026-12-26', '08:00'], ['', '08:00'], ['2026-11-30', ''], ['2026-02-30', '08:00']] as const) {
      expect(momentChosen(date, time, now, 30)).toBeNull();
    }
  });

  it('says so in the words of RFC 4865', () => {
    expect(parametersOf({ holdFor: 0 })).toEqual({ HOLDFOR: '0' });
    expect(parametersOf({ until: new Date('2026-11-30T07:00:00.250Z') })).toEqual({ HOLDUNTIL: '2026-11-30T07:00:00Z' });
  });
});
