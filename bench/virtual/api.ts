import type { ApiFailure, Listing, ListingQuery, PrewarmApi } from '../../src/api/types.ts';
import type { VirtualClock } from './clock.ts';
import { type Knowledge, listings, randomFor, type Work } from './work.ts';

/** One request, in milliseconds; the server looks half-way through. */
export const REQUEST_TIME = 200;

/** An API in virtual time, whose only news is that tasks have succeeded. */
export class SimulatedApi implements PrewarmApi {
  /** How many requests came. */
  requests = 0;
  readonly #clock: VirtualClock;
  readonly #works: readonly (Work & ReturnType<typeof listings>)[];
  readonly #serverClockOffset: number;
  readonly #refuse: () => ApiFailure | null;

  /** @param refuse asked for each request in the order of arrival: `null` lets it in. */
  constructor(
    clock: VirtualClock,
    works: readonly Work[],
    knowledge: Knowledge,
    refuse: () => ApiFailure | null = () => null,
  ) {
    this.#clock = clock;
    this.#works = works.map((work) => ({ ...work, ...listings(work, knowledge) }));
    // A server tells its time in whole seconds.
    this.#serverClockOffset = 1000 * randomFor('clock', works[0]?.index ?? 0)() - 500;
    this.#refuse = refuse;
  }

  list({ name }: ListingQuery): Promise<Listing | ApiFailure> {
    this.requests += 1;
    // All requests take equally long, so that they arrive in the order in which they were sent.
    const lookedAt = this.#clock.now() + REQUEST_TIME / 2;
    const refusal = this.#refuse();
    const tasks = this.#works
      .filter(({ image }) => name === null || image === name)
      .flatMap(({ start, duration, before, after }) => (lookedAt >= start + duration ? after : before));
    const listing = { tasks, mayBeIncomplete: false, serverClockOffset: this.#serverClockOffset };
    return new Promise((resolve) => {
      this.#clock.after(REQUEST_TIME, () => resolve(refusal ?? listing));
    });
  }

  create(): never {
    throw new Error('These waits create nothing');
  }

  delete(): never {
    throw new Error('These waits delete nothing');
  }

  quota(): never {
    throw new Error('These waits ask for no quota');
  }

  async close(): Promise<void> {}
}
