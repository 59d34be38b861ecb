import {
  type ApiFailure,
  type CompleteListing,
  type CreationOrder,
  type ListingQuery,
  type PrewarmApi,
  type Quota,
  transient,
  type Visit,
} from '../../../src/api/types.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';
import { START } from './factories.ts';
import type { Listing } from './listing.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What one poll gets: the tasks of a listing, an answer as it is, an answer after a while, or none until it is cut off. */
export type Step =
  | readonly PrewarmTask[]
  | Listing
  | ApiFailure
  | { readonly takes: number; readonly gives: readonly PrewarmTask[] | ApiFailure }
  | 'hangs';

/** What one creation gets: the id of the new task, a failure, or nothing until it is cut off. */
export type CreationStep = string | ApiFailure | 'hangs';

/** An API that answers one poll after the other from a script; the last step goes on for ever. */
export class ScriptedApi implements PrewarmApi {
  /** When each poll was made, milliseconds since the start. */
  readonly polledAt: number[] = [];
  readonly queries: ListingQuery[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #clock: VirtualClock;
  readonly #steps: readonly Step[];
  /** What was asked to be created, in order, and when: milliseconds since the start. */
  readonly orders: CreationOrder[] = [];
  readonly createdAt: number[] = [];
  readonly #creations: readonly CreationStep[];
  readonly #quota: Quota | null;

  constructor(
    clock: VirtualClock,
    steps: readonly Step[],
    creations: readonly CreationStep[] = [],
    quota: Quota | null = null,
  ) {
    this.#clock = clock;
    this.#steps = steps;
    this.#creations = creations;
    this.#quota = quota;
  }

  async list(query: ListingQuery, visit: Visit, signal: AbortSignal): Promise<CompleteListing | ApiFailure> {
    const answer = await this.#answer(query, signal);
    if ('problem' in answer) return answer;
    for (const task of answer.tasks) visit(task, answer.serverClockOffset);
    return answer;
  }

  async create(order: CreationOrder, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure> {
    const step = this.#creations[this.orders.length] ?? transient('nothing is scripted');
    this.orders.push(order);
    this.createdAt.push(this.#clock.now() - START);
    this.signals.push(signal);
    if (step === 'hangs') {
      await this.#answerAfter(Number.POSITIVE_INFINITY, [], signal);
      return transient('cut off');
    }
    return typeof step === 'string' ? { taskId: step } : step;
  }

  async quota(): Promise<Quota | null> {
    return this.#quota;
  }

  close(): void {}

  #answer(query: ListingQuery, signal: AbortSignal): Promise<Listing | ApiFailure> {
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
    gives: readonly PrewarmTask[] | ApiFailure,
    signal: AbortSignal,
  ): Promise<Listing | ApiFailure> {
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

function answerFrom(step: readonly PrewarmTask[] | Listing | ApiFailure): Listing | ApiFailure {
  return 'problem' in step || 'tasks' in step
    ? step
    : { tasks: step, serverClockOffset: null, mayHaveSlipped: false };
}
