import { describe, expect, it, vi } from 'vitest';
import { parseBirthDate, parseNumen } from '../src/lib/auth/identity';
import { tellingWords } from '../src/lib/auth/password';
import { findNonce, leadingZeroBits } from '../src/lib/auth/proof';

describe('the proof of work', () => {
  it.each([
    [[0xff], 0],
    [[0x7f], 1],
    [[0x01], 7],
    [[0x00, 0x80], 8],
    [[0x00, 0x00, 0x0f], 20],
    [[0x00, 0x00], 16],
  ])('counts the zero bits in front of %j: %i', (bytes, bits) => {
    expect(leadingZeroBits(Uint8Array.from(bytes))).toBe(bits);
  });

  // Made with Python's hashlib: the first base-36 number that serves.
  it.each([
    [0, '0'],
    [1, '1'],
    [4, 'v'],
    [8, 'j7'],
    [12, '3wk'],
    [16, '1s72'],
  ])('is what another implementation finds, at %i bits', (difficulty, nonce) => {
    expect(findNonce({ token: 'v1.1795000000.q83vEjRWeJCrze8', difficulty })).toBe(nonce);
  });
});

describe('a birth date', () => {
  it.each(['12/09/1975', ' 12/9/1975 ', '12-09-1975', '12.09.1975', '12 09 1975', '12 / 09 / 1975', '12091975', '1975-09-12'])('may be written %s', (typed) => {
    expect(parseBirthDate(typed)).toBe('1975-09-12');
  });

  it('may be a 29 February, in a leap year', () => {
    expect(parseBirthDate('29/02/1976')).toBe('1976-02-29');
    expect(parseBirthDate('29/02/1975')).toBeNull();
  });

  it.each(['', '12/09', '12/09/75', '31/04/1975', '00/01/1975', '12/13/1975', '12/09/1875', 'hier', '1975'])('is not %s', (typed) => {
    expect(parseBirthDate(typed)).toBeNull();
  });

  it('is not tomorrow', () => {
    vi.setSystemTime('2026-11-24T12:00:00Z');
    expect(parseBirthDate('25/11/2026')).toBeNull();
    vi.useRealTimers();
  });
});

describe('a NUMEN', () => {
  it.each(['01E2345678ABC', '01e2345678abc', ' 01 E 23 45678 ABC '])('may be typed %s', (typed) => {
    expect(parseNumen(typed)).toBe('01E2345678ABC');
  });

  it.each(['', '01E2345678AB', '0112345678ABC', '01E2345678ABCD', '01É2345678ABC'])('is not %s', (typed) => {
    expect(parseNumen(typed)).toBeNull();
  });
});

describe('a login', () => {
  it('tells words that a password must do without', () => {
    expect(tellingWords('camille.brindacier@ac-x.example')).toEqual(['camille.brindacier', 'camille', 'brindacier']);
    expect(tellingWords('')).toEqual([]);
  });
});
