import { Api, type ApiOptions } from './api.ts';
import type { CreatedTask } from './create.ts';
import { type ListenOptions, type Loopback, listen } from './listen.ts';

export { DEFAULT_API_KEY } from './api.ts';

export interface SimulatorOptions extends ApiOptions, ListenOptions {}

export interface Simulator extends Loopback {
  /** The tasks that requests have created, in that order. */
  readonly created: readonly CreatedTask[];
  /** The ids of the tasks that requests have deleted, in that order. */
  readonly deleted: readonly string[];
}

/** Starts the API, v1 and v2 over the same tasks, on a free loopback port. Its `url` is what to give as `base-url`. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const api = new Api(options, Date.now() / 1000 + (options.clockSkewSeconds ?? 0));
  const loopback = await listen(api, options);
  return Object.assign(loopback, { created: api.created, deleted: api.deleted });
}
