import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inlineCode, oneLine } from '../../src/report/escape.ts';
import { shorten } from '../../src/text.ts';
import { anyText } from './support/arbitraries.ts';

/** How a C# `TrimStart` sees blanks, and JavaScript's own. */
const BLANKS = /^[\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+/;
const LINE_BREAKS = /[\n\r\v\f\u0085\u2028\u2029]/;

describe('a log line', () => {
  it.each([
    ['plain text stays: 1.5 GB, 50% → "done" (ünïcode, 测试, 🚀)', undefined],
    ['', ''],
    ['::error::x', '\\u{3a}:error::x'],
    ['  ::error::x', '  \\u{3a}:error::x'],
    ['\u00a0\u3000::error::x', '\u00a0\u3000\\u{3a}:error::x'],
    ['\t::stop-commands::t', '\\t::stop-commands::t'],
    [':::x', '\\u{3a}::x'],
    [': :x', undefined],
    ['a::error::x', undefined],
    ['##[add-mask]x', '#\\u{23}[add-mask]x'],
    ['a ##[error]b ##[group]c', 'a #\\u{23}[error]b #\\u{23}[group]c'],
    ['###[x', '##\\u{23}[x'],
    ['#[x', undefined],
    ['## [x', undefined],
    ['one\ntwo', 'one\\ntwo'],
    ['one\r\ntwo', 'one\\r\\ntwo'],
    ['a\n::error::x', 'a\\n::error::x'],
    ['\u0085::error::x', '\\u{85}::error::x'],
    ['\u2028::error::x', '\\u{2028}::error::x'],
    ['\u2029', '\\u{2029}'],
    ['a\u0000b', 'a\\u{0}b'],
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['\u001b]8;;https://x\u0007link', '\\u{1b}]8;;https://x\\u{7}link'],
    ['\u009b31m', '\\u{9b}31m'],
    ['\u007f', '\\u{7f}'],
    ['abc\u202edef\u2066', 'abc\\u{202e}def\\u{2066}'],
    ['\u061c\u180e\u200b\u200f\u2060\u206f', '\\u{61c}\\u{180e}\\u{200b}\\u{200f}\\u{2060}\\u{206f}'],
    ['\ufeff::x', '\\u{feff}::x'],
    ['\ufff9\ufffb', '\\u{fff9}\\u{fffb}'],
    ['\u{e0001}\u{e0041}', '\\u{e0001}\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
    ['a\udfffb', 'a\\u{dfff}b'],
    ['%0A::error::x', undefined],
  ])('shows %j harmlessly', (text, expected = text) => {
    expect(oneLine(text)).toBe(expected);
  });

  it('is one line, never starts with a command after any trimming, never holds one, whatever is in it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = oneLine(text);
        expect(line).not.toMatch(LINE_BREAKS);
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
        expect(line.replace(BLANKS, '').startsWith('::')).toBe(false);
        expect(line).not.toContain('##[');
        expect(line.isWellFormed()).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays as it is when made harmless again', () => {
    fc.assert(fc.property(anyText, (text) => oneLine(oneLine(text)) === oneLine(text)));
  });

  it('takes a mebibyte of text in its stride', () => {
    expect(oneLine(' '.repeat(2 ** 20))).toHaveLength(2 ** 20);
    expect(oneLine('\n'.repeat(2 ** 20))).toHaveLength(2 ** 21);
  });
});

describe('shortening', () => {
  it.each([
    ['', 3, ''],
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    ['a🚀b', 4, 'a🚀b'],
    ['a🚀bc', 3, 'a…'],
    ['a🚀bc', 4, 'a🚀…'],
    ['a🚀', 2, 'a…'],
  ])('%j to %i characters: %j', (text, longest, expected) => {
    expect(shorten(text, longest)).toBe(expected);
  });

  it('never gives more than asked for, and always a beginning of the text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, longest) => {
        const short = shorten(text, longest);
        expect(short.length).toBeLessThanOrEqual(longest);
        if (short !== text) {
          expect(short.endsWith('…')).toBe(true);
          expect(text.startsWith(short.slice(0, -1))).toBe(true);
        }
        if (text.isWellFormed()) expect(short.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('code in the summary', () => {
  it.each([
    ['', ''],
    ['plain text 1.5, a/b (c) = 50%', '<code>plain text 1.5, a/b (c) = 50%</code>'],
    ['测试-ü', '<code>测试-ü</code>'],
    ['<img>', '<code>&#60;img&#62;</code>'],
    ['</code>', '<code>&#60;/code&#62;</code>'],
    ['a|b', '<code>a&#124;b</code>'],
    ['&amp;', '<code>&#38;amp;</code>'],
    ['`x`', '<code>&#96;x&#96;</code>'],
    ['*_~', '<code>&#42;&#95;&#126;</code>'],
    ['@org/team', '<code>&#64;org/team</code>'],
    ['#1', '<code>&#35;1</code>'],
    ['[a](b)', '<code>&#91;a&#93;(b)</code>'],
    ['"\'', '<code>&#34;&#39;</code>'],
    ['$x^2$', '<code>&#36;x&#94;2&#36;</code>'],
    ['https://x.io', '<code>https&#58;//x.io</code>'],
    ['WWW.x.io', '<code>WWW&#46;x.io</code>'],
    ['🚀', '<code>&#128640;</code>'],
    ['a\nb', '<code>a&#92;nb</code>'],
  ])('%j', (text, expected) => {
    expect(inlineCode(text)).toBe(expected);
  });

  it('holds nothing that is mark-up or a link, and reads as the log line does, whatever is in it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const code = inlineCode(text);
        const content = code.replace(/^<code>/, '').replace(/<\/code>$/, '');
        expect(content.replaceAll(/&#\d+;/g, ' ')).not.toMatch(/[<>&"'`|*_~#@[\]\\{}!$^]|:\/|www\./i);
        expect(code).not.toMatch(LINE_BREAKS);
        const decoded = content.replaceAll(/&#(\d+);/g, (_all, point) => String.fromCodePoint(Number(point)));
        expect(decoded).toBe(oneLine(text));
      }),
      { numRuns: 1000 },
    );
  });
});
