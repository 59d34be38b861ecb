import * as fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { inlineCode, mermaidText, oneLine, prose } from '../../../src/report/escape.ts';
import { anyText, HOSTILE } from '../support/arbitraries.ts';

/** How a C# `TrimStart` sees blanks, and JavaScript's own. */
const BLANKS = /^[\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+/;
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

describe('a log line', () => {
  // biome-ignore format: short cases
  it.each([
    ['plain text stays: 1.5 GB, 50% → "done" (ünïcode, 测试, 🚀)', undefined], ['', ''],
    ['::error::x', '\\u{3a}:error::x'], ['\u00a0\u3000::error::x', '\u00a0\u3000\\u{3a}:error::x'],
    ['\t::stop-commands::t', '\\t::stop-commands::t'], [':::x', '\\u{3a}::x'], [': :x', undefined],
    ['a::error::x', undefined],
    ['a ##[error]b ##[group]c', 'a #\\u{23}[error]b #\\u{23}[group]c'], ['###[x', '##\\u{23}[x'],
    ['#[x ## [x', undefined], ['one\r\ntwo', 'one\\r\\ntwo'],
    ['a\u0000\u001b[31m\u007f\u0085\u009b', 'a\\u{0}\\u{1b}[31m\\u{7f}\\u{85}\\u{9b}'],
    ['\u2028\u2029\u202e\u2066', '\\u{2028}\\u{2029}\\u{202e}\\u{2066}'],
    ['\u061c\u180e\u200b\u200f\u2060\u206f', '\\u{61c}\\u{180e}\\u{200b}\\u{200f}\\u{2060}\\u{206f}'],
    ['\ufeff::x\ufff9\ufffb', '\\u{feff}::x\\u{fff9}\\u{fffb}'],
    ['\u{e0000}\u{e007f}\ud800', '\\u{e0000}\\u{e007f}\\u{d800}'], ['%0A::error::x', undefined],
  ])('shows %j harmlessly', (text, expected = text) => {
    expect(oneLine(text)).toBe(expected);
  });

  it('is one line without a command, whatever is in it, and stays as it is when made harmless again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = oneLine(text);
        expect(line).not.toMatch(UNSEEN);
        expect(line.replace(BLANKS, '').startsWith('::')).toBe(false);
        expect(line).not.toContain('##[');
        expect(oneLine(line)).toBe(line);
      }),
      { numRuns: 1000 },
    );
    expect(oneLine('\n'.repeat(2 ** 20))).toHaveLength(2 ** 21);
  });
});

describe('code in the summary', () => {
  it.each([
    ['', ''],
    ['plain text 1.5, a/b (c) = 50%', '<code>plain text 1.5, a/b (c) = 50%</code>'],
    ['</code>|&`*_', '<code>&#60;/code&#62;&#124;&#38;&#96;&#42;&#95;</code>'],
    ['~@#[]"\'$^!', '<code>&#126;&#64;&#35;&#91;&#93;&#34;&#39;&#36;&#94;&#33;</code>'],
    ['https://x.io WWW.x.io', '<code>https&#58;//x.io WWW&#46;x.io</code>'],
    ['🚀测试', '<code>&#128640;测试</code>'],
    ['a\nb', '<code>a&#92;nb</code>'],
  ])('%j', (text, expected) => {
    expect(inlineCode(text)).toBe(expected);
  });

  it('holds nothing that is mark-up or a link, and reads as the log line does, whatever is in it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const content = inlineCode(text).replaceAll(/^<code>|<\/code>$/g, '');
        expect(content.replaceAll(/&#\d+;/g, ' ')).not.toMatch(/[<>&"'`|*_~#@[\]\\{}!$^\n]|:\/|www\./i);
        expect(decoded(content)).toBe(oneLine(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a sentence in the summary', () => {
  // biome-ignore format: short cases
  it.each([
    ['', ''],
    ['pull failed: the registry said "no" (twice), 41 GB of 1.5 → 50% don’t!', undefined],
    ['Ünï 测试-ü e\u0301 and…', undefined],
    ['us-west-01, pw-1004: x', '<code>us-west-01</code>, <code>pw-1004</code>: x'],
    ['("a/b").', '("<code>a/b</code>").'], ['ask @org/team', 'ask <code>&#64;org/team</code>'],
    ['see #1 or GH-1', 'see <code>&#35;1</code> or <code>GH-1</code>'],
    ['at deadbee and defaced0 but Succeeded', 'at <code>deadbee</code> and <code>defaced0</code> but Succeeded'],
    ['https://x.io www.x.io', '<code>https&#58;//x.io</code> <code>www&#46;x.io</code>'],
    [':rocket: a:b', '<code>:rocket</code>: <code>a:b</code>'], ['1. a 2. b', '<code>1</code>. a 2. b'],
    ['12. a', '<code>12</code>. a'], ['v1. a well-known', undefined], ['- a', '<code>-</code> a'],
    ['* <b> `x` |', '<code>&#42;</code> <code>&#60;b&#62;</code> <code>&#96;x&#96;</code> <code>&#124;</code>'],
    ['a  b', 'a b'], [').', '<code>).</code>'],
  ])('%j', (text, expected = text) => {
    expect(prose(text)).toBe(expected);
  });

  it.each(HOSTILE)('%j renders as text and code alone, at the start of a line and in a table', (text) => {
    expectText(text);
  });

  it('renders as text and code alone, whatever is in it', () => {
    fc.assert(fc.property(anyText, expectText), { numRuns: 1000 });
  });

  it.each(['a-', '(".', 'a.', 'f'])('takes a text of many %j in its stride', (part) => {
    expect(prose(part.repeat(2 ** 17)).length).toBeGreaterThan(2 ** 15);
  });
});

function expectText(text: string): void {
  const sentence = prose(text);
  const own = sentence.replaceAll(/<code>[^<>]*<\/code>/g, 'x');
  expect(own).not.toMatch(/[<>&`|*_~#@[\]\\{}$^\n]|:\w|www\.|\/|\b[0-9a-f]{7,}\b/i);
  for (const markdown of [sentence, `| a |\n| - |\n| ${sentence} |`]) {
    const html = marked.parse(markdown, { async: false });
    for (const tag of html.match(/<\/?[a-z][^>]*>/g) ?? []) {
      expect(tag).toMatch(/^<\/?(?:p|code|table|thead|tbody|tr|th|td)>$/);
    }
    const shown = decoded(html.replace(/<th>a<\/th>/, '').replaceAll(/<\/?[a-z]+>|\n/g, ''));
    expect(words(shown)).toBe(words(oneLine(text)));
  }
}

const words = (text: string) => text.replaceAll(/ +/g, ' ').trim();

function decoded(html: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
  return html.replaceAll(/&(?:#(\d+)|([a-z]+));/g, (_all, point, name) =>
    name === undefined ? String.fromCodePoint(Number(point)) : (named[name] ?? ''),
  );
}

describe('text in a chart', () => {
  // biome-ignore format: short cases
  it.each([
    ['US West (us-west-01), 测试 & ünï_code @v1.5/x = 50$', undefined], ['', ''], ['a:b;c#d%e', 'a∶b；c＃d％e'],
    ['<br>ﬂ¶', '＜br＞fl⁋'], ['C4Container C4Dynamic C4 D4C', 'C４Container C４Dynamic C4 D4C'],
    ['a\nb\u202e', 'a\\nb\\u{202e}'],
  ])('%j', (text, expected = text) => {
    expect(mermaidText(text)).toBe(expected);
  });

  it('is one line without anything that mermaid acts on, whatever is in it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(mermaidText(text)).not.toMatch(/[:;#%<>ﬂ¶\p{Cc}\p{Cs}\u2028\u2029]|C4[CD]/u);
      }),
    );
  });
});
