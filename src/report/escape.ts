// C0, DEL and C1 controls, marks that reorder or hide text, line and paragraph separators, tags, lone surrogates.
const UNSEEN =
  /[\p{Cc}\p{Cs}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(character: string): string {
  return SHORT_ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * One line that a runner prints and never obeys, whatever text went into it: what cannot be seen is shown as an
 * escape, and neither `::` at the start nor `##[` anywhere is left for the runner to take as a command.
 * Source: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function oneLine(text: string): string {
  return text
    .replace(UNSEEN, escapeOf)
    .replaceAll('##[', '#\\u{23}[')
    .replace(/^(\s*):(?=:)/, '$1\\u{3a}');
}

// Letters, digits and the punctuation that starts no mark-up; `://` and `www.` would become links.
const MARKUP = /[^\p{L}\p{M}\p{N} .,;:()/+=%-]|:(?=\/)|(?<=www)\./giu;

/**
 * The text as inline code for a Markdown or HTML context, table cells included: whatever could be mark-up is an entity,
 * and inside code the renderer makes no mention, reference or emoji of it.
 */
export function inlineCode(text: string): string {
  return text === '' ? '' : codeOf(oneLine(text));
}

function codeOf(line: string): string {
  const entities = line.replace(MARKUP, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${entities}</code>`;
}

// Letters and digits with plain punctuation between them.
const PLAIN_WORD = /^(?:[\p{L}\p{M}\p{N}]+(?:[-.,'’][\p{L}\p{M}\p{N}]+)*%?|[→–—])$/u;
// What becomes a link, or a reference to an issue or a commit, all the same.
const LINKED_WORD = /www\.|-\d|\b[0-9a-f]{7,}\b/i;
const LIST_NUMBER = /^\d+[.)]/;

/**
 * A sentence for a Markdown context, table cells included: plain words stay text, every other word becomes inline code,
 * so that nothing is left that a renderer could take for mark-up, a link, a mention, a reference or an emoji.
 */
export function prose(text: string): string {
  const words = oneLine(text)
    .split(' ')
    .filter((word) => word !== '');
  return words.map((word, index) => proseWord(word, index === 0)).join(' ');
}

function proseWord(word: string, isFirst: boolean): string {
  const [, before = '', core = '', after = ''] = /^(["'(]*)(.*?)([)"'.,;:!?…]*)$/u.exec(word) ?? [];
  if (core === '') return codeOf(word);
  const isPlain = PLAIN_WORD.test(core) && !LINKED_WORD.test(core) && !(isFirst && LIST_NUMBER.test(word));
  return `${before}${isPlain ? core : codeOf(core)}${after}`;
}

// A colon ends a name; `#…;`, `%%`, `<br>`, `ﬂ°` and `¶ß` are entities, directives, line breaks, and what mermaid encodes
// entities as; `C4Container` and its kin anywhere in the text turn every chart into another kind of diagram.
const MERMAID = /[:;#%<>ﬂ¶]|(?<=C)4(?=[CD])/g;
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ':': '∶',
  ';': '；',
  '#': '＃',
  '%': '％',
  '<': '＜',
  '>': '＞',
  ﬂ: 'fl',
  '¶': '⁋',
  '4': '４',
};

/**
 * The text for use inside a line of a mermaid chart, after a word that the chart's writer put there: one line, with a
 * look-alike for whatever mermaid's grammar or its preprocessing would take as its own. Entities would be exact, but
 * mermaid measures a label before it decodes them, and a page that does not draw the chart shows them as they are.
 */
export function mermaidText(text: string): string {
  return oneLine(text).replace(MERMAID, (character) => LOOK_ALIKES[character] ?? character);
}
