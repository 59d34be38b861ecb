import { type Due, ServerTime, type TaskScript, type WireFields } from './wire.ts';

/** A request that reads tasks: when it came after the start, the poll it belongs to, and its number. */
export interface Moment {
  readonly elapsedMs: number;
  readonly poll: number;
  readonly request: number;
}

/** When the scripted tasks begin. */
export const START: Moment = { elapsedMs: 0, poll: 0, request: 0 };

/** The moments after `born`, counted from there: the poll that was under way then is number 0. */
export function since(born: Moment, moments: readonly Moment[]): readonly Moment[] {
  if (born === START) {
    return moments;
  }
  return moments
    .filter(({ request }) => request > born.request)
    .map(({ elapsedMs, poll, request }) => ({
      elapsedMs: elapsedMs - born.elapsedMs,
      poll: poll - born.poll,
      request: request - born.request,
    }));
}

/** Stands for an item that is not in the listing at a moment. */
export const ABSENT: unique symbol = Symbol('absent');

const FINISHED = new Set<unknown>(['Succeeded', 'Failed']);
const DEFAULT_IMAGE_SIZE = '6762128493';
const DEFAULT_PULL_SECONDS = 29;

/**
 * The item as served at the last of `moments` (all of its own so far), or ABSENT.
 * `startSeconds` is the server's own clock where they are counted from.
 */
export function itemAt(
  script: TaskScript,
  moments: readonly Moment[],
  startSeconds: number,
): WireFields | typeof ABSENT {
  let gone = false;
  const fields: Record<string, unknown> = { ...script.fields };
  let finishedMs: number | undefined;
  for (const step of script.steps) {
    const began = beganMs(step, moments);
    if (began === null) {
      continue;
    }
    const { fromPoll, fromMs, gone: goneNow, ...changes } = step as Record<string, unknown>;
    gone = typeof goneNow === 'boolean' ? goneNow : gone;
    Object.assign(fields, changes);
    if ('state' in changes) {
      finishedMs = FINISHED.has(changes['state']) ? began : undefined;
    }
  }
  return gone ? ABSENT : served(fields, finishedMs, startSeconds);
}

/** Milliseconds, counted as in `moments`, at which `due` came about, or null when it has not yet. */
function beganMs(due: Due, moments: readonly Moment[]): number | null {
  if ('fromMs' in due) {
    const now = moments.at(-1)?.elapsedMs ?? 0;
    return now >= due.fromMs ? due.fromMs : null;
  }
  return moments.find(({ poll }) => poll >= due.fromPoll)?.elapsedMs ?? null;
}

function served(
  fields: Record<string, unknown>,
  finishedMs: number | undefined,
  startSeconds: number,
): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    item[name] = value instanceof ServerTime ? clock(startSeconds, value.secondsAfterStart) : value;
  }
  const finished = FINISHED.has(item['state']);
  if (!('imageSize' in item)) {
    item['imageSize'] = finished ? DEFAULT_IMAGE_SIZE : '0';
  }
  if (!('completeTime' in item)) {
    item['completeTime'] = finished ? completion(item, finishedMs, startSeconds) : '0';
  }
  return item;
}

function completion(
  item: Record<string, unknown>,
  finishedMs: number | undefined,
  startSeconds: number,
): string {
  if (finishedMs !== undefined) {
    return clock(startSeconds, finishedMs / 1000);
  }
  const afterPull = Number(item['createTime']) + DEFAULT_PULL_SECONDS;
  return String(afterPull <= startSeconds ? afterPull : Math.floor(startSeconds));
}

function clock(startSeconds: number, offsetSeconds: number): string {
  return String(Math.floor(startSeconds + offsetSeconds));
}
