import * as v from 'valibot';
import type { PrewarmTask } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import type { JsonAnswer } from './http.ts';
import { type ApiFailure, isFailure, transient } from './types.ts';

/** What of an answer cannot be read. */
export interface Unreadable {
  readonly unreadable: string;
}

const LATEST_SECOND = 8_640_000_000_000; // the end of ECMAScript's calendar
const LONGEST_ERROR = 300;

// Lenient fields are read by plain functions: a long listing has a hundred thousand of them, and a schema that has to
// fail before it falls back leaves much behind for the garbage collector.
function textFrom(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function wholeNumberFrom(value: unknown): number | null {
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

// Numbers may come as strings and the other way round.
export const requiredText = v.pipe(v.unknown(), v.transform(textFrom), v.nonEmpty());
export const optionalText = v.optional(v.pipe(v.unknown(), v.transform(textFrom)), '');
export const wholeNumber = v.pipe(v.unknown(), v.transform(wholeNumberFrom), v.number());
export const optionalNumber = v.optional(v.pipe(v.unknown(), v.transform(positiveNumberFrom)), null);
export const optionalTime = v.optional(v.pipe(v.unknown(), v.transform(unixSecondsFrom)), null);
export const taskItems = v.nullable(v.array(v.unknown()));

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

/** Decodes a page. A 200 whose body is an error must not pass for an empty page. */
export function decodeTasks<T extends { readonly data: readonly unknown[] | null }>(
  schema: v.GenericSchema<unknown, T>,
  body: unknown,
  decodeTask: (item: unknown) => PrewarmTask | Unreadable,
): { readonly tasks: readonly PrewarmTask[]; readonly page: T } | Unreadable {
  const decoded = v.safeParse(schema, body);
  if (!decoded.success) return { unreadable: `the answer ${unreadable(decoded.issues[0]).unreadable}` };
  const page = decoded.output;
  const error = page.data === null ? reportedError(body) : null;
  if (error !== null) return { unreadable: `the answer is an error, ${error}` };
  const tasks: PrewarmTask[] = [];
  for (const [index, item] of (page.data ?? []).entries()) {
    const task = decodeTask(item);
    if ('unreadable' in task) return { unreadable: `task ${index + 1} of the page ${task.unreadable}` };
    tasks.push(task);
  }
  return { tasks, page };
}

/** The failure of a poll whose answer cannot be read. */
export function unreadableListing(
  { unreadable: what }: Unreadable,
  redact: (text: string) => string,
): ApiFailure {
  return transient(`The listing cannot be read: ${redact(what)}; check base-url`, { status: 200 });
}

/** What is missing where a schema did not fit. */
export function unreadable(issue: v.BaseIssue<unknown>): Unreadable {
  const path = v.getDotPath(issue) ?? '';
  return { unreadable: `has no readable ${path === '' ? 'content' : path}` };
}

const ReportedError = v.object({ code: optionalText, reason: optionalText, message: optionalText });
const SUCCESS_CODES = new Set(['', '0', '200']);

/** The error that an answer with a good status reports all the same, in the documented form; `null` when it has none. */
function reportedError(body: unknown): string | null {
  const parsed = v.safeParse(ReportedError, body);
  if (!parsed.success) return null;
  const { code, reason, message } = parsed.output;
  if (reason === '' && SUCCESS_CODES.has(code)) return null;
  return shorten([code, reason, message].filter((text) => text !== '').join(' '), LONGEST_ERROR);
}

const TaskId = v.fallback(v.object({ id: optionalText, task_id: optionalText }), { id: '', task_id: '' });
const Created = v.object({ id: optionalText, task_id: optionalText, data: v.optional(TaskId, {}) });

/**
 * The id in the answer to a creation: `id` or `task_id`, on top or inside `data`.
 * @returns a transient failure for a success without an id, since the task probably exists.
 */
export function createdTask(
  answer: JsonAnswer | ApiFailure,
  redact: (text: string) => string,
): { readonly taskId: string } | ApiFailure {
  if (isFailure(answer)) return answer;
  const created = v.safeParse(Created, answer.body);
  if (created.success) {
    const { id, task_id, data } = created.output;
    const taskId = [id, task_id, data.id, data.task_id].find((text) => text.trim() !== '');
    if (taskId !== undefined) return { taskId };
  }
  const error = reportedError(answer.body);
  return transient(
    error === null
      ? 'The answer to a creation names no task id, though the task probably exists; check base-url'
      : `The answer to a creation is an error, ${redact(error)}; check image, cluster-ids and product-ids`,
    { status: answer.status },
  );
}

/** `null` when the answer to a deletion says that it was done. */
export function deletionFailure(
  answer: JsonAnswer | ApiFailure,
  redact: (text: string) => string,
): ApiFailure | null {
  if (isFailure(answer)) return answer;
  const error = reportedError(answer.body);
  if (error === null) return null;
  return transient(
    `The answer to a deletion is an error, ${redact(error)}; delete the tasks in the console`,
    {
      status: answer.status,
    },
  );
}
