import type * as types from '../../../src/api/types.ts';
import { transient } from '../../../src/api/types.ts';
import type { PrewarmTask, TaskState } from '../../../src/tasks/task.ts';
import { task } from '../support/factories.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';

/** A task as the cloud runs it; moments are Unix milliseconds. */
export interface WorldTask {
  readonly id: string;
  readonly imageUrl: string;
  readonly clusterId: string;
  readonly createdAt: number;
  readonly finishedAt: number;
  readonly outcome: 'Succeeded' | 'Failed';
  /** When the listing shows it for the first time. */
  readonly listedFrom: number;
}

/** How one creation goes. */
export interface CreationFate {
  readonly answer: 'told' | 'lost' | 'never made' | 'busy' | 'conflict';
  readonly lasts: number;
  readonly outcome: 'Succeeded' | 'Failed';
  readonly lag: number;
}

export type PollFate = 'good' | 'incomplete' | 'transient' | 'busy';

interface WorldScript {
  readonly tasks: readonly WorldTask[];
  readonly polls: readonly PollFate[];
  readonly creations: readonly CreationFate[];
  readonly limit: number;
}

const BUSY: types.ApiFailure = { ...transient('HTTP 429', { status: 429 }), kind: 'busy' };
const CONFLICT: types.ApiFailure = { ...transient('HTTP 409', { status: 409 }), kind: 'refused' };
const GOOD_FATE: CreationFate = { answer: 'told', lasts: 10_000, outcome: 'Succeeded', lag: 0 };

/** A cloud with tasks that begin and end in virtual time, and an API that fails as it is told. */
export class World implements types.PrewarmApi {
  readonly tasks: WorldTask[];
  readonly deleted: WorldTask[] = [];
  readonly created: WorldTask[] = [];
  readonly #clock: VirtualClock;
  readonly #script: WorldScript;
  #polled = 0;
  #ordered = 0;

  constructor(clock: VirtualClock, script: WorldScript) {
    this.#clock = clock;
    this.#script = script;
    this.tasks = [...script.tasks];
  }

  readonly stateOf = ({ finishedAt, outcome }: WorldTask): TaskState =>
    this.#clock.now() < finishedAt ? 'Running' : outcome;

  async list(query: types.ListingQuery, signal: AbortSignal): Promise<types.Listing | types.ApiFailure> {
    await this.#pass(20, signal);
    const fate = signal.aborted ? 'transient' : (this.#script.polls[this.#polled++] ?? 'good');
    if (fate === 'transient') return transient('HTTP 502');
    if (fate === 'busy') return BUSY;
    const visible = this.tasks.filter(
      ({ createdAt, listedFrom, clusterId, imageUrl }) =>
        Math.max(createdAt, listedFrom) <= this.#clock.now() &&
        (query.clusterId === null || query.clusterId === clusterId) &&
        (query.name === null || imageUrl.includes(query.name)),
    );
    const tasks = visible.map((one) => this.#shown(one));
    return { tasks, mayBeIncomplete: fate === 'incomplete', serverClockOffset: 0 };
  }

  async create(
    order: types.CreationOrder,
    signal: AbortSignal,
  ): Promise<{ readonly taskId: string } | types.ApiFailure> {
    const now = this.#clock.now();
    const { answer, lasts, outcome, lag } = this.#script.creations[this.#ordered++] ?? GOOD_FATE;
    const id = `new${this.#ordered}`;
    if (answer === 'told' || answer === 'lost') {
      const { imageUrl, clusterId } = order;
      const times = { createdAt: now, finishedAt: now + lasts, listedFrom: now + lag };
      const made = { id, imageUrl, clusterId, ...times, outcome };
      this.tasks.push(made);
      this.created.push(made);
    }
    await this.#pass(20, signal);
    if (signal.aborted || answer === 'lost' || answer === 'never made') return transient('cut off');
    if (answer === 'busy') return BUSY;
    return answer === 'conflict' ? CONFLICT : { taskId: id };
  }

  async delete(taskIds: readonly string[]): Promise<types.ApiFailure | null> {
    const indexOf = (id: string) => this.tasks.findIndex((one) => one.id === id);
    for (const id of taskIds) this.deleted.push(...this.tasks.splice(indexOf(id), 1));
    return null;
  }

  async quota(): Promise<types.Quota | null> {
    return { used: this.tasks.length, limit: this.#script.limit, gigabytesPerImage: null };
  }

  async close(): Promise<void> {}

  #shown(one: WorldTask): PrewarmTask {
    const state = this.stateOf(one);
    const { id, imageUrl, clusterId } = one;
    const createTime = Math.floor(one.createdAt / 1000);
    const completeTime = state === 'Running' ? null : Math.floor(one.finishedAt / 1000);
    return task({ id, imageUrl, clusterId, state, createTime, completeTime });
  }

  #pass(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        resolve();
      };
      const cancel = this.#clock.after(milliseconds, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
