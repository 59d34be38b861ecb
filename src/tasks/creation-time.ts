import type { PrewarmTask } from './task.ts';

/** The earliest creation time that counts: a moment, or so long before the step started. Seconds. */
export type CreatedAfter = { readonly unixSeconds: number } | { readonly secondsBeforeStart: number };

const TOLERANCE_SECONDS = 5; // the Date header is coarse, and the server's clock known to about a second

/**
 * The same on the server's clock, less 5 s for the coarseness of the `Date` header.
 * @param startedAt when the step started, Unix milliseconds.
 * @param serverClockOffset what to add to this machine's clock for the server's, milliseconds.
 * @returns Unix seconds.
 */
export function earliestCreation(
  createdAfter: CreatedAfter,
  startedAt: number,
  serverClockOffset: number,
): number {
  const local =
    'unixSeconds' in createdAfter
      ? createdAfter.unixSeconds
      : startedAt / 1000 - createdAfter.secondsBeforeStart;
  return local + serverClockOffset / 1000 - TOLERANCE_SECONDS;
}

/** Whether the task was created then or later, with the same tolerance; `since` is Unix seconds on the server's clock. */
export function isCreatedSince(task: PrewarmTask, since: number): boolean {
  return task.createTime !== null && task.createTime >= since - TOLERANCE_SECONDS;
}
