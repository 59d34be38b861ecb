import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/inputs/parse.ts';
import { anyText } from './support/arbitraries.ts';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['1h', 3_600],
    ['2d', 172_800],
    ['1h30m', 5_400],
    ['1m30s', 90],
    ['1d2h3m4s', 93_784],
    ['1d4s', 86_404],
    ['007', 7],
    ['100m', 6_000],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each([
    '',
    ' ',
    'abc',
    '-1',
    '+1',
    '5 m',
    ' 5m',
    '5m ',
    '5m\n',
    '1e9',
    '1.5h',
    '1,5h',
    '0x10',
    'm',
    'h30m',
    '30m1h',
    '1m1m',
    '1h30',
    '5M',
    '5ms',
    '5min',
    '5 minutes',
    '1w',
    'PT5M',
    '１５m',
    '٣m',
    'Infinity',
    'NaN',
    '::error::x',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('of any parts is their sum', () => {
    const part = fc.option(fc.nat({ max: 10_000 }));
    fc.assert(
      fc.property(fc.tuple(part, part, part, part), (parts) => {
        fc.pre(parts.some((count) => count !== null));
        const text = parts.map((count, index) => (count === null ? '' : `${count}${'dhms'[index]}`)).join('');
        const [days, hours, minutes, seconds] = parts.map((count) => count ?? 0) as [
          number,
          number,
          number,
          number,
        ];
        expect(parseDuration(text)).toBe(((days * 24 + hours) * 60 + minutes) * 60 + seconds);
      }),
    );
  });

  it('is a number that is not NaN, or null, whatever the text', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789dhms'), maxLength: 400 });
    fc.assert(
      fc.property(fc.oneof(anyText, digits), (text) => {
        const seconds = parseDuration(text);
        expect(seconds === null || seconds >= 0).toBe(true);
      }),
    );
  });
});
