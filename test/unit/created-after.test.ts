import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCreatedAfter } from '../../src/inputs/created-after.ts';
import { earliestCreation } from '../../src/tasks/creation-time.ts';
import { anyText } from './support/arbitraries.ts';
import { START, START_SECONDS } from './support/factories.ts';

const NOON = Date.UTC(2026, 0, 31, 12) / 1000;

describe('a moment', () => {
  it.each([
    ['2026-01-31T12:00:00Z', NOON],
    ['2026-01-31T12:00:00z', NOON],
    ['2026-01-31t12:00:00Z', NOON],
    ['2026-01-31T12:00Z', NOON],
    ['2026-01-31T12:00:00.250Z', NOON + 0.25],
    ['2026-01-31T12:00:00,5Z', NOON + 0.5],
    ['2026-01-31T13:00:00+01:00', NOON],
    ['2026-01-31T13:00:00+0100', NOON],
    ['2026-01-31T13:00:00+01', NOON],
    ['2026-01-31T06:30:00-05:30', NOON],
    ['2026-02-01T02:00:00+14:00', NOON],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) / 1000],
    ['2026-12-31T23:59:59Z', Date.UTC(2026, 11, 31, 23, 59, 59) / 1000],
    ['0', 0],
    ['1757656178', 1_757_656_178],
    ['253402300799', 253_402_300_799],
  ])('%s', (text, unixSeconds) => {
    expect(parseCreatedAfter(text)).toEqual({ unixSeconds });
  });
});

describe('so long before the start', () => {
  it.each([
    ['15m', 900],
    ['1h30m', 5_400],
    ['2d', 172_800],
    ['0s', 0],
  ])('%s', (text, secondsBeforeStart) => {
    expect(parseCreatedAfter(text)).toEqual({ secondsBeforeStart });
  });
});

describe('what is neither is refused', () => {
  it.each([
    '',
    'yesterday',
    'now',
    '-1',
    '1e9',
    '1.5',
    '5 m',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00:00 Z',
    '2026-1-31T12:00:00Z',
    '26-01-31T12:00:00Z',
    '2026-00-10T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-32T12:00:00Z',
    '2026-02-29T12:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:61Z',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+01:60',
    '2026-01-31T12:00:00+1:00',
    '2026-01-31T12:00:00Z\n',
    '2026-01-31T12:00:00Z[UTC]',
    '2026-01-31T12:00:00 GMT',
    'Sat, 31 Jan 2026 12:00:00 GMT',
    '1757656178000',
    '253402300800',
    '9'.repeat(400),
    `${'9'.repeat(400)}d`,
  ])('%s', (text) => {
    expect(parseCreatedAfter(text)).toBeNull();
  });

  it('and nothing throws or turns into NaN, whatever the text', () => {
    const alike = fc.string({ unit: fc.constantFrom(...'0123456789-:.TZ+dhms') });
    fc.assert(
      fc.property(fc.oneof(anyText, alike), (text) => {
        const found = parseCreatedAfter(text);
        for (const value of Object.values(found ?? {})) expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });

  it('while every moment that JavaScript prints is read as it is', () => {
    const years0To9999 = { min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') };
    fc.assert(
      fc.property(fc.date({ ...years0To9999, noInvalidDate: true }), (date) => {
        const found = parseCreatedAfter(date.toISOString());
        if (found === null || !('unixSeconds' in found)) throw new Error('not a moment');
        expect(found.unixSeconds).toBeCloseTo(date.getTime() / 1000, 3);
      }),
    );
  });
});

describe('the earliest creation that counts', () => {
  it('is five seconds before a moment', () => {
    expect(earliestCreation({ unixSeconds: NOON }, START, 0)).toBe(NOON - 5);
  });

  it.each([
    [0, START_SECONDS - 905],
    [90_000, START_SECONDS - 815],
    [-90_000, START_SECONDS - 995],
  ])('is so long before the start on a server whose clock is %i ms off', (offset, expected) => {
    expect(earliestCreation({ secondsBeforeStart: 900 }, START, offset)).toBe(expected);
  });
});
