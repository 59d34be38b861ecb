import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseRetryAfter } from '../../src/api/headers.ts';
import { anyText } from './support/arbitraries.ts';

const NOW = Date.UTC(2026, 0, 31, 12); // a Saturday

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('Retry-After', () => {
  it.each([
    ['1', 1_000],
    ['120', 120_000],
    [' 30 ', 30_000],
    ['007', 7_000],
    ['86400', 86_400_000],
    ['9999999999', 9_999_999_999_000],
    ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Feb 2026 12:00:00 GMT', 86_400_000],
    ['Saturday, 31-Jan-26 12:00:30 GMT', 30_000],
  ])('%j is %i ms', (header, milliseconds) => {
    expect(parseRetryAfter(header, NOW)).toBe(milliseconds);
  });

  it.each([
    null,
    '',
    ' ',
    '0',
    '-5',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '5s',
    'soon',
    'Infinity',
    'NaN',
    '１０',
    'Sat, 31 Jan 2026 12:00:00 GMT',
    'Sat, 31 Jan 2026 11:59:59 GMT',
    'Sat, garbage',
    'Sat, 31 Jan 2026 99:00:00 GMT',
    '120, 120',
  ])('%j is nothing to wait for', (header) => {
    expect(parseRetryAfter(header, NOW)).toBeNull();
  });

  it('of absurdly many seconds is a long time, not none', () => {
    expect(parseRetryAfter('9'.repeat(11), NOW)).toBeGreaterThan(5 * 86_400_000);
    expect(parseRetryAfter('9'.repeat(400), NOW)).toBeGreaterThan(5 * 86_400_000);
  });

  it('in the oldest form of a date is UTC wherever the runner stands', () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    expect(parseRetryAfter('Sat Jan 31 12:00:30 2026', NOW)).toBe(30_000);
  });

  it('is a positive number or nothing, whatever the header', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.string({ unit: fc.constantFrom(...'0123456789 SatJanGMT:,-') })),
        (header) => {
          const found = parseRetryAfter(header, NOW);
          expect(found === null || found > 0).toBe(true);
        },
      ),
    );
  });
});
