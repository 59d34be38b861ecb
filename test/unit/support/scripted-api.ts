import {
  type CompleteListing,
  type ListingQuery,
  type PollFailure,
  type PrewarmApi,
  transient,
  type Visit,
} from '../../../src/api/poll.ts';
import type { PrewarmTask } from '../../../src/task.ts';
import { START } from './factories.ts';
import type { Listing } from './listing.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What one poll gets: the tasks of a listing, an answer as it is, an answer after a while, or none until it is cut off. */
export type Step =
  | readonly PrewarmTask[]
  | Listing
  | PollFailure
  | { readonly takes: number; readonly gives: readonly PrewarmTask[] | PollFailure }
  | 'hangs';

/** An API that answers one poll after the other from a script; the last step goes on for ever. */
export class ScriptedApi implements PrewarmApi {
  /** When each poll was made, milliseconds since the start. */
  readonly polledAt: number[] = [];
  readonly queries: ListingQuery[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #clock: VirtualClock;
  readonly #steps: readonly Step[];

  constructor(clock: VirtualClock, steps: readonly Step[]) {
    this.#clock = clock;
    this.#steps = steps;
  }

  async list(query: ListingQuery, visit: Visit, signal: AbortSignal): Promise<CompleteListing | PollFailure> {
    const answer = await this.#answer(query, signal);
    if ('problem' in answer) return answer;
    for (const task of answer.tasks) visit(task, answer.serverClockOffset);
    return answer;
  }

  close(): void {}

  #answer(query: ListingQuery, signal: AbortSignal): Promise<Listing | PollFailure> {
    const step = this.#steps[Math.min(this.polledAt.length, this.#steps.length - 1)] ?? 'hangs';
    this.polledAt.push(this.#clock.now() - START);
    this.queries.push(query);
    this.signals.push(signal);
    if (step === 'hangs') return this.#answerAfter(Number.POSITIVE_INFINITY, [], signal);
    return 'takes' in step
      ? this.#answerAfter(step.takes, step.gives, signal)
      : Promise.resolve(answerFrom(step));
  }

  #answerAfter(
    milliseconds: number,
    gives: readonly PrewarmTask[] | PollFailure,
    signal: AbortSignal,
  ): Promise<Listing | PollFailure> {
    if (signal.aborted) return Promise.resolve(transient('cut off'));
    return new Promise((resolve) => {
      const cancel = Number.isFinite(milliseconds)
        ? this.#clock.after(milliseconds, () => {
            signal.removeEventListener('abort', cut);
            resolve(answerFrom(gives));
          })
        : () => {};
      const cut = () => {
        cancel();
        resolve(transient('cut off'));
      };
      signal.addEventListener('abort', cut, { once: true });
    });
  }
}

function answerFrom(step: readonly PrewarmTask[] | Listing | PollFailure): Listing | PollFailure {
  return 'problem' in step || 'tasks' in step
    ? step
    : { tasks: step, serverClockOffset: null, mayHaveSlipped: false };
}
