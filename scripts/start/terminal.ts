/** How texts look in a terminal. Colours are left out where it has none, or NO_COLOR is set. */
import { stripVTControlCharacters, styleText } from 'node:util';

type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';

const STATES: Readonly<Record<string, Style>> = {
  Succeeded: 'green',
  Failed: 'red',
  Deleted: 'red',
  Running: 'cyan',
  Pending: 'yellow',
  Unknown: 'yellow',
};
const STATE = new RegExp(`\\b(?:${Object.keys(STATES).join('|')})\\b`, 'g');

/** The two that a terminal shows in two columns: CJK and its like, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{M}|[\u200b-\u200d]/u;

export function paint(style: Style, text: string): string {
  return styleText(style, text);
}

/** Gives the names of task states their colours. */
export function paintStates(text: string): string {
  return text.replaceAll(STATE, (state) => paint(STATES[state] ?? 'bold', state));
}

export function heading(title: string): string {
  return `\n${paint('bold', `── ${title} ${'─'.repeat(Math.max(0, 70 - title.length))}`)}`;
}

/** How many columns of a terminal a text takes, colours aside. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) {
    columns += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

/** Breaks a text between words into lines of so many columns; a longer word is broken too. */
export function wrap(text: string, columns: number): string[] {
  const lines = [''];
  for (const word of text.split(' ').flatMap((each) => piecesOf(each, columns))) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (columnsOf(line) + 1 + columnsOf(word) <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Breaks a word that is too long, behind a slash or its like where it has one. */
function piecesOf(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (columnsOf(piece + character) > columns) {
      const end = /^.*[/:,;@-]/s.exec(piece)?.[0].length ?? piece.length;
      pieces.push(piece.slice(0, end));
      piece = piece.slice(end);
    }
    piece += character;
  }
  return [...pieces, piece];
}
