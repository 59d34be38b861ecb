import { formOf } from './forms.ts';
import { plain } from './plain.ts';
import { type Answer, fieldIn } from './wire.ts';

/** A line of the report: its name, which the documentation refers to, and what was found. */
export type Line = readonly [name: string, finding: string];

export const NOT_ASKED = 'not asked';
/** How an answer ended, with the API's own words for it. */
export function outcomeOf(answer: Answer | null): string {
  if (answer === null) return NOT_ASKED;
  if (answer.status === null) return `no answer (${answer.failure})`;
  const status = `HTTP ${answer.status}`;
  if (answer.body === undefined) return `${status} without JSON`;
  if (answer.status === 200) return `${status}, ${formOf(answer.body)}`;
  const words = ['code', 'reason', 'message', 'error', 'title'].flatMap((name) => {
    const value = fieldIn(answer, name);
    if (value === undefined) return [];
    return [`${name} ${wordsOf(value)}`];
  });
  return [status, ...words].join(', ');
}

function wordsOf(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const shown = /^[1-5]\d\d$/.test(text) ? text : plain(text);
  return shown === '' ? formOf(value) : `\`${shown}\``;
}
