import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { headerOf, parseRateLimitReset, parseRetryAfter } from '../../../src/api/headers.ts';
import { anyText } from '../support/arbitraries.ts';

const NOW = Date.UTC(2026, 0, 31, 12); // a Saturday

afterEach(() => void vi.unstubAllEnvs());

describe('Retry-After', () => {
  // biome-ignore format: short cases
  it.each([
    ['1', 1_000], [' 30 ', 30_000], ['007', 7_000], ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000], ['Sun, 01 Feb 2026 12:00:00 GMT', 86_400_000],
    ['Saturday, 31-Jan-26 12:00:30 GMT', 30_000],
  ])('%j is %i ms', (header, milliseconds) => {
    expect(parseRetryAfter(header, NOW)).toBe(milliseconds);
  });

  // biome-ignore format: short texts
  it.each([
    '', ' ', '0', '-5', '+5', '1.5', '1e3', '0x10', '5s', 'soon', 'Infinity', '１０',
    'Sat, 31 Jan 2026 12:00:00 GMT', 'Sat, 31 Jan 2026 11:59:59 GMT', 'Sat, garbage', '120, 120',
  ])('%j is nothing to wait for', (header) => {
    expect(parseRetryAfter(header, NOW)).toBeNull();
  });

  it('in the oldest form of a date is UTC wherever the runner stands', () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    expect(parseRetryAfter('Sat Jan 31 12:00:30 2026', NOW)).toBe(30_000);
  });

  it('is a positive number or nothing, whatever the header', () => {
    const odd = fc.string({ unit: fc.constantFrom(...'0123456789 SatJanGMT:,-') });
    fc.assert(
      fc.property(fc.oneof(anyText, odd), (header) => {
        for (const wait of [parseRetryAfter(header, NOW), parseRateLimitReset(header, NOW)]) {
          expect(wait === null || wait > 0).toBe(true);
        }
      }),
    );
  });
});

describe('x-ratelimit-reset', () => {
  // biome-ignore format: short cases
  it.each([
    ['30', 30_000], ['0.5', 500], [String(NOW / 1000 + 60), 60_000], [' 12 ', 12_000],
  ])('%j is %i ms', (header, milliseconds) => {
    expect(parseRateLimitReset(header, NOW)).toBe(milliseconds);
  });

  const none = ['', '0', '-1', 'soon', '1e3', String(NOW / 1000), String(NOW / 1000 - 60)];
  it.each(none)('%j is nothing to wait for', (header) => {
    expect(parseRateLimitReset(header, NOW)).toBeNull();
  });
});

it('a header is its first value, or empty', () => {
  const headers = { one: '1', two: ['a', 'b'], none: [] };
  expect(['one', 'two', 'none', 'absent'].map((name) => headerOf(headers, name))).toEqual(['1', 'a', '', '']);
});
