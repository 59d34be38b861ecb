import * as v from 'valibot';
import { redactor } from '../redact.ts';
import type { PrewarmTask } from '../tasks/task.ts';

/** Takes secrets out of a remote text. */
export type Redact = (text: string) => string;

/** What of an answer cannot be read. */
export interface Unreadable {
  readonly unreadable: string;
}

const LATEST_SECOND = 8_640_000_000_000; // the end of ECMAScript's calendar

// Lenient fields are read by plain functions: a long listing has a hundred thousand of them, and a schema that has to
// fail before it falls back leaves much behind for the garbage collector.
export function textFrom(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function wholeNumberFrom(value: unknown): number | null {
  const text = textFrom(value);
  const number = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : null;
}

/** Absent, null, "" and "0" all mean that it is not known yet. */
function positiveNumberFrom(value: unknown): number | null {
  return wholeNumberFrom(value) || null;
}

function unixSecondsFrom(value: unknown): number | null {
  const seconds = positiveNumberFrom(value);
  return seconds !== null && seconds <= LATEST_SECOND ? seconds : null;
}

export const requiredText = v.pipe(v.unknown(), v.transform(textFrom), v.nonEmpty());
export const optionalText = v.optional(v.pipe(v.unknown(), v.transform(textFrom)), '');
export const optionalNumber = v.optional(v.pipe(v.unknown(), v.transform(positiveNumberFrom)), null);
export const optionalTime = v.optional(v.pipe(v.unknown(), v.transform(unixSecondsFrom)), null);

// Documented as strings in the example and as an object in the schema.
const reasonText = v.pipe(
  v.unknown(),
  v.transform((reason) => {
    if (typeof reason === 'string') return reason;
    try {
      return JSON.stringify(reason);
    } catch {
      return 'a reason that is nested too deeply to show';
    }
  }),
);
export const reasons = v.pipe(
  v.unknown(),
  v.transform((reason) => (Array.isArray(reason) ? reason : [reason])),
  v.transform((list) => list.filter((reason) => reason !== undefined && reason !== null && reason !== '')),
  v.array(reasonText),
);

/** An item of a listing; what is not known yet is `null` or empty. */
export type TaskReader = (item: unknown, redact: Redact) => PrewarmTask | Unreadable;

/** Reads items one by one, up to the first that cannot be read. */
export function readTasks(
  items: readonly unknown[],
  readTask: TaskReader,
  redact: Redact,
): PrewarmTask[] | Unreadable {
  const tasks: PrewarmTask[] = [];
  for (const [index, item] of items.entries()) {
    const task = readTask(item, redact);
    if ('unreadable' in task) return { unreadable: `task ${index + 1} of the page ${task.unreadable}` };
    tasks.push(task);
  }
  return tasks;
}

/** Reads what holds the items of a page; an error in a good answer's clothes is no empty page. */
export function readPageBody<T extends { readonly data: unknown }>(
  schema: v.GenericSchema<unknown, T>,
  body: unknown,
  redact: Redact,
): { readonly page: T } | Unreadable {
  const page = v.safeParse(schema, body);
  if (!page.success) return { unreadable: `the answer ${unreadable(page.issues[0]).unreadable}` };
  const error = page.output.data === null ? reportedError(body) : null;
  return error === null ? { page: page.output } : { unreadable: `the answer is an error, ${redact(error)}` };
}

/** What is missing where a schema did not fit. */
export function unreadable(issue: v.BaseIssue<unknown>): Unreadable {
  const path = v.getDotPath(issue) ?? '';
  return { unreadable: `has no readable ${path === '' ? 'content' : path}` };
}

const ReportedError = v.object({ code: optionalText, reason: optionalText, message: optionalText });
const SUCCESS_CODES = new Set(['', '0', '200']);

/** The error that an answer with a good status reports all the same, in the documented form; `null` when it has none. */
export function reportedError(body: unknown): string | null {
  const parsed = v.safeParse(ReportedError, body);
  if (!parsed.success) return null;
  const { code, reason, message } = parsed.output;
  if (reason === '' && SUCCESS_CODES.has(code)) return null;
  return [code, reason, message].filter((text) => text !== '').join(' ');
}

/**
 * Takes the id of a task's registry credentials out of its texts too: it must not leave the process, not even inside a
 * reason that repeats it.
 */
export function withholding(registryAuthId: string, redact: Redact): Redact {
  const redactAuth = redactor(registryAuthId);
  return (text) => redactAuth(redact(text));
}

const TaskId = v.fallback(v.object({ id: optionalText, task_id: optionalText }), { id: '', task_id: '' });
const Created = v.object({ id: optionalText, task_id: optionalText, data: v.optional(TaskId, {}) });

/** The id in the answer to a creation, `id` or `task_id`, on top or inside `data`; `null` when there is none. */
export function createdTaskId(body: unknown): string | null {
  const created = v.safeParse(Created, body);
  if (!created.success) return null;
  const { id, task_id, data } = created.output;
  return [id, task_id, data.id, data.task_id].find((text) => text.trim() !== '') ?? null;
}
