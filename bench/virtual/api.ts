import type { ApiFailure, CompleteListing, ListingQuery, PrewarmApi, Visit } from '../../src/api/types.ts';
import type { PrewarmTask } from '../../src/tasks/task.ts';
import type { VirtualClock } from './clock.ts';
import { randomFor, type Work } from './work.ts';

/** One request, in milliseconds; the server looks half-way through. */
export const REQUEST_TIME = 200;

/** An API in virtual time, whose only news is that the task has succeeded. */
export class SimulatedApi implements PrewarmApi {
  readonly #clock: VirtualClock;
  readonly #finishedAt: number;
  readonly #serverClockOffset: number;
  readonly #listings: Record<'before' | 'after', readonly PrewarmTask[]>;
  readonly #refuse: () => ApiFailure | null;

  /** @param refuse asked for each request in the order of arrival: `null` lets it in. */
  constructor(
    clock: VirtualClock,
    work: Work,
    listings: Record<'before' | 'after', readonly PrewarmTask[]>,
    refuse: () => ApiFailure | null = () => null,
  ) {
    // A server tells its time in whole seconds.
    this.#serverClockOffset = 1000 * randomFor('clock', work.index)() - 500;
    this.#clock = clock;
    this.#finishedAt = work.start + work.duration;
    this.#listings = listings;
    this.#refuse = refuse;
  }

  list(_query: ListingQuery, visit: Visit): Promise<CompleteListing | ApiFailure> {
    // All requests take equally long, so that they arrive in the order in which they were sent.
    const isFinished = this.#clock.now() + REQUEST_TIME / 2 >= this.#finishedAt;
    const refusal = this.#refuse();
    return new Promise((resolve) => {
      this.#clock.after(REQUEST_TIME, () => {
        if (refusal) return resolve(refusal);
        const serverClockOffset = this.#serverClockOffset;
        for (const task of this.#listings[isFinished ? 'after' : 'before']) visit(task, serverClockOffset);
        resolve({ serverClockOffset, mayHaveSlipped: false });
      });
    });
  }

  create(): never {
    throw new Error('These waits create nothing');
  }

  quota(): never {
    throw new Error('These waits ask for no quota');
  }

  close(): void {}
}
