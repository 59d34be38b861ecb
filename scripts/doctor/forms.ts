/** The form of JSON values, never what is in them. */
import { plain } from './plain.ts';

const TIMES = new Set(['createTime', 'completeTime', 'created_at', 'completed_at']);
const MOST_KEYS = 8;
const DEEPEST = 2;

/** @param field the name of the field that holds the value: times are told by their unit. */
export function formOf(value: unknown, field = '', depth = 0): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (typeof value === 'string') return formOfString(value, field);
  if (typeof value === 'number') return formOfNumber(value, field);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return formOfArray(value, depth);
  return formOfObject(value, depth);
}

function formOfString(text: string, field: string): string {
  if (text === '') return 'empty string';
  if (text === '0') return 'string "0"';
  if (/^\d+$/.test(text)) return TIMES.has(field) ? `string, ${unitOf(text)}` : 'string of digits';
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:/.test(text)) return 'string, a date';
  return text.trim() === '' ? 'string of blanks' : 'string';
}

function formOfNumber(number: number, field: string): string {
  if (number === 0) return '0';
  if (TIMES.has(field)) return `number, ${unitOf(String(number))}`;
  if (!Number.isInteger(number)) return 'number with a fraction';
  return Number.isSafeInteger(number) ? 'number' : 'number beyond 2^53';
}

function unitOf(digits: string): string {
  if (/^\d{9,10}$/.test(digits)) return 'Unix seconds';
  return /^\d{13}$/.test(digits) ? 'Unix milliseconds' : 'in no known unit';
}

function formOfArray(values: readonly unknown[], depth: number): string {
  if (values.length === 0) return 'empty array';
  if (depth >= DEEPEST) return 'array';
  const forms = new Set(values.map((each) => formOf(each, '', depth + 1)));
  return `array of ${listed([...forms])}`;
}

function formOfObject(value: object, depth: number): string {
  const keys = Object.entries(value);
  if (keys.length === 0) return 'empty object';
  if (depth >= DEEPEST) return 'object';
  const forms = keys.map(([key, each]) => `${fieldName(key)}: ${formOf(each, key, depth + 1)}`);
  return `object {${listed([...new Set(forms)].slice(0, MOST_KEYS), ', ')}}`;
}

/** The name of a field, as far as it is made of words that name nothing. */
export function fieldName(key: string): string {
  return plain(key) || 'a field of another name';
}

/** Different forms of one thing, in a stable order. */
export function listed(forms: readonly string[], joint = ' or '): string {
  return forms.toSorted().join(joint);
}
