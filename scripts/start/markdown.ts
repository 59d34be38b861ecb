/** Shows Markdown in a terminal as a browser shows it to a reader: tables as tables, a chart by its name. */
import { marked, type Token, type Tokens } from 'marked';
import { columnsOf, paint, paintStates, wrap } from './terminal.ts';

const GAP = '  ';
const NARROWEST = 8;

/** @param columns the terminal's width. */
export function renderMarkdown(markdown: string, columns: number): string {
  const blocks = marked.lexer(markdown, { gfm: true }).map((token) => blockOf(token, columns));
  return blocks.filter((block) => block !== '').join('\n\n');
}

function blockOf(token: Token, columns: number): string {
  switch (token.type) {
    case 'heading':
      return paint('bold', inline(token));
    case 'table':
      return tableOf(token as Tokens.Table, columns);
    case 'list':
      return (token as Tokens.List).items
        .map((item) => hanging('• ', wrap(inline(item), columns - 2)))
        .join('\n');
    case 'code':
      return codeOf(token as Tokens.Code);
    case 'html':
      return htmlOf(token.raw);
    case 'blockquote':
      return hanging('│ ', wrap(inline(token), columns - 2), '│ ');
    case 'space':
      return '';
    default:
      return inline(token)
        .split('\n')
        .flatMap((line) => wrap(line, columns))
        .map(paintStates)
        .join('\n');
  }
}

function hanging(first: string, lines: readonly string[], next = '  '): string {
  return lines.map((line, index) => `${index === 0 ? first : next}${paintStates(line)}`).join('\n');
}

/** The text of a token without its marks; a link's address stays in the source. Nothing in it commands a terminal. */
function inline(token: Token): string {
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.map(inline).join('');
  if (token.type === 'br') return '\n';
  if (token.type === 'html') return withoutTags(token.raw);
  return characters(token.type === 'text' ? token.raw : 'text' in token ? String(token.text) : '');
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** Entities as the characters that they stand for. */
function characters(text: string): string {
  const decoded = text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|([a-z]+));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? entity;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : entity;
  });
  return decoded.replaceAll(/[^\P{C}\n]/gu, '�');
}

function codeOf({ lang, text }: Tokens.Code): string {
  if (lang !== 'mermaid') return text.replaceAll(/^/gm, '    ');
  const title = /^\s*title (?<title>.+)$/m.exec(text)?.groups?.['title'] ?? 'timeline of the tasks';
  return paint('dim', `[chart: ${characters(title)}; --markdown shows its source]`);
}

/** What can be unfolded is shown unfolded. */
function htmlOf(source: string): string {
  return withoutTags(source.replaceAll(/<summary>(.*?)<\/summary>/gs, '▾ $1\n')).trim();
}

function withoutTags(source: string): string {
  const text = source.replaceAll(/<!--.*?-->/gs, '').replaceAll(/<br\s*\/?>/g, '\n');
  return characters(text.replaceAll(/<\/?[a-z][^>]*>/gi, ''));
}

function tableOf({ header, rows, align }: Tokens.Table, columns: number): string {
  const cells = [header, ...rows].map((row) =>
    row.map(({ tokens }) => tokens.map(inline).join('').replaceAll('\n', ' ')),
  );
  const widths = header.map((_cell, index) => Math.max(...cells.map((row) => columnsOf(row[index] ?? ''))));
  narrow(widths, columns - GAP.length * (widths.length - 1));
  const lines = cells.flatMap((row, rowIndex) => {
    const wrapped = row.map((cell, index) => wrap(cell, widths[index] ?? NARROWEST));
    const height = Math.max(...wrapped.map(({ length }) => length));
    return Array.from({ length: height }, (_line, lineIndex) => {
      const line = wrapped
        .map((cell, index) => padded(cell[lineIndex] ?? '', widths[index] ?? 0, align[index] === 'right'))
        .join(GAP)
        .trimEnd();
      return rowIndex === 0 ? paint('bold', line) : paintStates(line);
    });
  });
  return lines.join('\n');
}

/** Narrows the widest columns until the sum fits. */
function narrow(widths: number[], available: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  for (; excess > 0; excess -= 1) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) return;
    widths[widths.indexOf(widest)] = widest - 1;
  }
}

function padded(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - columnsOf(text)));
  return isRight ? blanks + text : text + blanks;
}
