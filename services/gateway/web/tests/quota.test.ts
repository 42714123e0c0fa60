import { describe, expect, it } from 'vitest';
import { fileSize } from '../src/lib/i18n/dates';
import type { Quota } from '../src/lib/jmap/types';
import { amounts, fullness, shown } from '../src/lib/mail/quota.svelte';
import { keptDays, RETENTION } from '../src/lib/mail/retention';

const octets = (used: number): Quota => ({ id: 'q1', resourceType: 'octets', used, hardLimit: 10_000_000_000, warnLimit: 9_000_000_000 });
const count = (used: number): Quota => ({ id: 'q2', resourceType: 'count', used, hardLimit: 2_000_000, warnLimit: 1_800_000 });

describe('the quota', () => {
  it('is told in French sizes', () => {
    expect([0, 999, 184_000, 2_400_000, 999_000_000, 3_150_000_000, 10_000_000_000].map(fileSize)).toEqual(
      ['0\u00a0o', '999\u00a0o', '184\u00a0Ko', '2,4\u00a0Mo', '999\u00a0Mo', '3,2\u00a0Go', '10\u00a0Go'],
    );
    expect(amounts(octets(3_150_000_000))).toEqual({ used: '3,2\u00a0Go', limit: '10\u00a0Go' });
    expect(amounts(count(1_900_000))).toEqual({ used: '1\u202f900\u202f000', limit: '2\u202f000\u202f000 messages' });
  });

  it('warns from nine tenths on, and says when nothing fits any more', () => {
    expect([8_999_999_999, 9_000_000_000, 9_999_999_999, 10_000_000_000, 12_000_000_000].map((used) => fullness(octets(used)))).toEqual(
      ['fine', 'nearlyFull', 'nearlyFull', 'full', 'full'],
    );
  });

  it('shows the size, unless it is the number of messages that runs short', () => {
    expect(shown([count(1_000), octets(5)])?.resourceType).toBe('octets');
    expect(shown([octets(5), count(1_950_000)])?.resourceType).toBe('count');
    expect(shown([octets(9_900_000_000), count(1_950_000)])?.resourceType).toBe('octets');
    expect(shown([])).toBeUndefined();
  });
});

describe('what is kept in trash and junk', () => {
  it('is as long as the server says; for ever where it says nothing', () => {
    const capabilities = { [RETENTION]: { trashDays: 30, junkDays: 7 } };
    expect([keptDays(capabilities, 'trash'), keptDays(capabilities, 'junk'), keptDays(capabilities, 'inbox'), keptDays({}, 'trash')]).toEqual([30, 7, 0, 0]);
  });
});
