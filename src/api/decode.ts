import * as v from 'valibot';
import { type PrewarmTask, phaseOf, stateFrom } from '../task.ts';
import { redactor } from '../text.ts';

type Redact = (text: string) => string;

/** What one page of a v1 listing holds. */
export interface Page {
  readonly tasks: readonly PrewarmTask[];
  /** `null` when the answer does not tell. */
  readonly total: number | null;
}

const LATEST_SECOND = 8_640_000_000_000; // the end of ECMAScript's calendar

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

const requiredText = v.pipe(v.unknown(), v.transform(textFrom), v.nonEmpty());
const optionalText = v.optional(v.pipe(v.unknown(), v.transform(textFrom)), '');
const optionalNumber = v.optional(v.pipe(v.unknown(), v.transform(positiveNumberFrom)), null);
const optionalTime = v.optional(v.pipe(v.unknown(), v.transform(unixSecondsFrom)), null);

const Product = v.object({
  productId: requiredText,
  productName: optionalText,
});

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
const reasons = v.pipe(
  v.unknown(),
  v.transform((reason) => (Array.isArray(reason) ? reason : [reason])),
  v.transform((list) => list.filter((reason) => reason !== undefined && reason !== null && reason !== '')),
  v.array(reasonText),
);

// What a gate cannot do without must be readable: an id to follow, products that tell what is covered.
const Task = v.object({
  id: requiredText,
  imageName: optionalText,
  imageUrl: optionalText,
  clusterId: optionalText,
  clusterName: optionalText,
  products: v.nullish(v.array(Product), []),
  imageSize: optionalNumber,
  createTime: optionalTime,
  state: optionalText,
  completeTime: optionalTime,
  note: optionalText,
  reason: v.optional(reasons, null),
  repositoryAuth: optionalText,
});

const PageBody = v.object({
  data: v.nullable(v.array(v.unknown())),
  total: v.nullish(v.pipe(v.unknown(), v.transform(wholeNumberFrom), v.number()), null),
});

/**
 * Reads one page of a v1 listing: `{"data": [task, …], "total": n}`. Numbers may be strings and the other way round.
 * @param redact applied to every text, so that a key that the API echoes goes no further.
 * @returns the page, or what cannot be read in it.
 */
export function decodePage(body: unknown, redact: Redact): Page | { readonly unreadable: string } {
  const page = v.safeParse(PageBody, body);
  if (!page.success) return { unreadable: describe(page.issues[0], 'the answer') };
  const tasks: PrewarmTask[] = [];
  for (const [index, item] of (page.output.data ?? []).entries()) {
    const task = v.safeParse(Task, item);
    if (!task.success) return { unreadable: describe(task.issues[0], `task ${index + 1} of the page`) };
    tasks.push(toTask(task.output, redact));
  }
  return { tasks, total: page.output.total };
}

function describe(issue: v.BaseIssue<unknown>, where: string): string {
  const path = v.getDotPath(issue) ?? '';
  return `${where} has no readable ${path === '' ? 'content' : path}`;
}

function toTask(wire: v.InferOutput<typeof Task>, redactKey: Redact): PrewarmTask {
  const state = stateFrom(wire.state);
  // The id of the registry credentials must not leave the process, not even inside a reason that repeats it.
  const redactAuth = redactor(wire.repositoryAuth);
  const redact = (text: string) => redactAuth(redactKey(text));
  return {
    id: redact(wire.id),
    imageName: redact(wire.imageName),
    imageUrl: redact(wire.imageUrl),
    clusterId: redact(wire.clusterId),
    clusterName: redact(wire.clusterName),
    products: wire.products.map(({ productId, productName }) => ({
      productId: redact(productId),
      productName: redact(productName),
    })),
    imageSize: wire.imageSize,
    state,
    reportedState: redact(wire.state),
    createTime: wire.createTime,
    completeTime: phaseOf(state) === 'unfinished' ? null : wire.completeTime,
    note: redact(wire.note),
    reasons: wire.reason.map(redact),
  };
}
