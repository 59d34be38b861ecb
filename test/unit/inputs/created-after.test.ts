import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCreatedAfter } from '../../../src/inputs/created-after.ts';
import { meantCreatedAfter } from '../../../src/inputs/suggestions.ts';
import { earliestCreation } from '../../../src/tasks/creation-time.ts';
import { anyText } from '../support/arbitraries.ts';

const NOON = Date.UTC(2026, 0, 31, 12) / 1000;

describe('created-after', () => {
  // biome-ignore format: short cases
  it.each([
    ['2026-01-31T12:00:00Z', NOON], ['2026-01-31t12:00:00z', NOON], ['2026-01-31T12:00Z', NOON],
    ['2026-01-31T12:00:00.250Z', NOON + 0.25], ['2026-01-31T12:00:00,5Z', NOON + 0.5],
    ['2026-01-31T13:00:00+0100', NOON], ['2026-01-31T13:00:00+01', NOON], ['2026-01-31T06:30:00-05:30', NOON],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) / 1000], ['1970-01-01T00:00:00Z', 0],
    ['2026-12-31T23:59:60Z', Date.UTC(2027, 0, 1) / 1000], ['1000000000', 1_000_000_000],
    ['253402300799', 253_402_300_799],
  ])('%s is a moment', (text, unixSeconds) => {
    expect(parseCreatedAfter(text)).toEqual({ unixSeconds });
  });

  // biome-ignore format: short cases
  it.each([
    ['15m', 900], ['900s', 900], ['2d', 172_800], ['0s', 0], ['253402300799s', 253_402_300_799],
  ])('%s is so long before the start', (text, secondsBeforeStart) => {
    expect(parseCreatedAfter(text)).toEqual({ secondsBeforeStart });
  });

  const noDates = `2026-01-31 2026-01-31T12:00:00 2026-1-31T12:00:00Z 26-01-31T12:00:00Z 2026-00-10T12:00:00Z
    2026-13-01T12:00:00Z 2026-01-00T12:00:00Z 2026-01-32T12:00:00Z 2026-02-29T12:00:00Z 2026-04-31T12:00:00Z
    2026-01-31T24:00:00Z 2026-01-31T12:60:00Z 2026-01-31T12:00:61Z 2026-01-31T12:00:00+24:00
    2026-01-31T12:00:00+01:60 2026-01-31T12:00:00+1:00 2026-01-31T12:00:00Z[UTC] x2026-01-31T12:00:00Z`;
  const noNumbers = 'yesterday -1 1e9 1.5 0 900 999999999 253402300800 253402300800s 1757656178000';
  const odd = ['', '5 m', '2026-01-31 12:00:00Z', '2026-01-31T12:00:00Z\n'];
  const huge = ['9'.repeat(400), `${'9'.repeat(400)}d`];
  it.each([...noDates.split(/\s+/), ...noNumbers.split(' '), ...odd, ...huge])('%s is refused', (text) => {
    expect(parseCreatedAfter(text)).toBeNull();
  });

  it('never throws or turns into NaN', () => {
    const alike = fc.string({ unit: fc.constantFrom(...'0123456789-:.TZ+dhms') });
    fc.assert(
      fc.property(fc.oneof(anyText, alike), (text) => {
        for (const value of Object.values(parseCreatedAfter(text) ?? {})) {
          expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });

  it('takes every moment that JavaScript prints', () => {
    const years0To9999 = { min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') };
    fc.assert(
      fc.property(fc.date({ ...years0To9999, noInvalidDate: true }), (date) => {
        const found = parseCreatedAfter(date.toISOString());
        if (found === null || !('unixSeconds' in found)) throw new Error('not a moment');
        expect(found.unixSeconds).toBeCloseTo(date.getTime() / 1000, 3);
      }),
    );
  });

  // biome-ignore format: short cases
  it.each([
    ['900', '900s'], ['1757656178000', '1757656178'], ['2026-01-31', '2026-01-31T00:00:00Z'],
    ['2026-01-31T12:00:00', '2026-01-31T12:00:00Z'], ['2026-01-31 12:00:30.5 UTC', '2026-01-31T12:00:30.5Z'],
    ['15 min', '15m'], ['yesterday', null], ['31.01.2026', null],
  ])('%s was probably meant as %s', (text, meant) => {
    expect(meantCreatedAfter(text)).toBe(meant);
  });
});

describe('the earliest creation that counts', () => {
  const START = 1_800_000_000;

  it.each([0, 90_000, -90_000])('is five seconds before, by a server clock that is %i ms off', (offset) => {
    const moment = earliestCreation({ unixSeconds: NOON }, START * 1000, offset);
    expect(moment).toBe(NOON - 5 + offset / 1000);
    const earliest = earliestCreation({ secondsBeforeStart: 900 }, START * 1000, offset);
    expect(earliest).toBe(START - 905 + offset / 1000);
  });
});
