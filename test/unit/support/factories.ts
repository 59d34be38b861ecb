import type { Inputs } from '../../../src/inputs/inputs.ts';
import type { Outcome } from '../../../src/outcome.ts';
import type { Selectors } from '../../../src/tasks/selection.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';

/** When every step in these tests starts, Unix milliseconds; a whole minute. */
export const START = 1_800_000_000_000;
export const START_SECONDS = START / 1000;

/** A running task of `registry.example.com/team/pytorch:v2` in cluster `c1`, created a minute before the step. */
export function task(overrides: Partial<PrewarmTask> = {}): PrewarmTask {
  const state = overrides.state ?? 'Running';
  return {
    id: 't1',
    imageName: 'pytorch',
    imageUrl: 'registry.example.com/team/pytorch:v2',
    clusterId: 'c1',
    clusterName: 'Cluster One',
    products: [],
    imageSize: null,
    state,
    reportedState: state,
    createTime: START_SECONDS - 60,
    completeTime: null,
    note: '',
    reasons: [],
    ...overrides,
  };
}

/** Products by their ids. */
export function products(...ids: readonly string[]): PrewarmTask['products'] {
  return ids.map((productId) => ({ productId, productName: `Product ${productId}` }));
}

/** Selectors that ask for nothing but what is given. */
export function selectors(overrides: Partial<Selectors> = {}): Selectors {
  return {
    image: null,
    note: null,
    taskIds: [],
    clusterIds: [],
    productIds: [],
    createdAfter: null,
    ...overrides,
  };
}

/** Inputs as the defaults make them, for any `pytorch`. */
export function settings(overrides: Partial<Inputs> = {}): Inputs {
  return {
    apiKey: 'sk-0123456789abcdef',
    image: { host: null, path: 'pytorch', tag: null, digest: null },
    imageText: 'pytorch',
    note: null,
    taskIds: [],
    clusterIds: [],
    productIds: [],
    createdAfter: null,
    requirement: 'all',
    failFast: true,
    allowedResults: new Set(['succeeded']),
    timeout: 30 * 60_000,
    appearTimeout: 2 * 60_000,
    pollInterval: 15_000,
    requestTimeout: 30_000,
    baseUrl: 'https://api.example.com',
    apiVersion: 'v1',
    createMissing: false,
    registryAuthId: null,
    commitStatus: null,
    secrets: [],
    summary: true,
    ...overrides,
  };
}

/** A wait of a minute and a half that came to nothing in particular. */
export function outcome(overrides: Partial<Outcome> = {}): Outcome {
  return {
    result: 'succeeded',
    cause: null,
    tasks: [],
    createdTaskIds: [],
    unclearCreations: [],
    absent: [],
    nearMisses: [],
    startedAt: START,
    endedAt: START + 90_000,
    serverClockOffset: 0,
    polls: 7,
    failedPolls: 0,
    ...overrides,
  };
}
