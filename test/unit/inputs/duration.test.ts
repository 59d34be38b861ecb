import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/inputs/parse.ts';
import { meantDuration } from '../../../src/inputs/suggestions.ts';
import { anyText } from '../support/arbitraries.ts';

describe('a duration', () => {
  // biome-ignore format: short cases
  it.each([
    ['0', 0], ['0s', 0], ['90', 90], ['007', 7], ['100m', 6_000], ['1h30m', 5_400], ['1d2h3m4s', 93_784],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  // biome-ignore format: short texts
  it.each([
    ...'abc -1 +1 1e9 1.5h 1,5h 0x10 m h30m 30m1h 1m1m 1h30 5M 5ms 5min 1w PT5M １５m ٣m Infinity NaN'.split(' '),
    '', ' ', '5 m', ' 5m', '5m ', '5m\n', '5 minutes',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('of any parts is their sum', () => {
    const part = fc.option(fc.nat({ max: 10_000 }));
    fc.assert(
      fc.property(fc.array(part, { minLength: 4, maxLength: 4 }), (parts) => {
        fc.pre(parts.some((count) => count !== null));
        const text = parts.map((count, index) => (count === null ? '' : `${count}${'dhms'[index]}`)).join('');
        const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((count) => count ?? 0);
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

describe('a duration in another form', () => {
  // biome-ignore format: short cases
  it.each([
    ['30min', '30m'], ['30 m', '30m'], ['5M', '5m'], ['2 Hours', '2h'], ['3hrs', '3h'], ['90sec', '90s'],
    ['1 day', '1d'], ['1 h 30 mins', '1h30m'], ['1.5h', '1h30m'], ['1.5d', '1d12h'], ['PT15M', '15m'],
    ['１５ 分钟', '15m'], ['2小时', '2h'], ['30秒', '30s'], ['1天', '1d'],
  ])('%s was probably meant as %s', (text, meant) => {
    expect(meantDuration(text)).toBe(meant);
  });

  const senseless = ['soon', '-5m', '500ms', '1w', '1.0001m', '٣m', '5 m ago', '1e9', '5'];
  it.each(senseless)('%s is not guessed at', (text) => {
    expect(meantDuration(text)).toBeNull();
  });
});
