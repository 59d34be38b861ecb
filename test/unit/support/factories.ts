import type { Inputs, WantedImage } from '../../../src/inputs/inputs.ts';
import { parseImageReference } from '../../../src/tasks/image-reference.ts';
import type { Selectors } from '../../../src/tasks/selectors.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';

/** When every step in these tests starts, Unix milliseconds; a whole minute. */
export const START = 1_800_000_000_000;
export const START_SECONDS = START / 1000;

/** A running task of `registry.example.com/team/pytorch:v2` in cluster `c1`, created a minute before the step. */
export function task(overrides: Partial<PrewarmTask> = {}): PrewarmTask {
  const state = overrides.state ?? 'Running';
  // biome-ignore format: a few fields a line
  return {
    id: 't1', imageName: 'pytorch', imageUrl: 'registry.example.com/team/pytorch:v2', clusterId: 'c1',
    clusterName: 'Cluster One', products: [], imageSize: null, state, reportedState: state, note: '',
    createTime: START_SECONDS - 60, completeTime: null, reasons: [], registryAuthId: '', ...overrides,
  };
}

/** Products by their ids. */
export function products(...ids: readonly string[]): PrewarmTask['products'] {
  return ids.map((productId) => ({ productId, productName: `Product ${productId}` }));
}

/** Images to wait for, by their references. */
export function wanted(...texts: readonly string[]): WantedImage[] {
  return texts.map((text) => {
    const reference = parseImageReference(text);
    if (reference === null) throw new Error(`${text} is no image reference`);
    return { text, reference };
  });
}

/** Selectors that ask for nothing but what is given. */
export function selectors(overrides: Partial<Selectors> = {}): Selectors {
  const none = { images: [], taskIds: [], clusterIds: [], productIds: [], note: null, createdAfter: null };
  return { ...none, ...overrides };
}

/** Inputs as the defaults make them, for any `pytorch`. */
export function inputs(overrides: Partial<Inputs> = {}): Inputs {
  // biome-ignore format: a few fields a line
  return {
    apiKey: 'sk-0123456789abcdef', secrets: [], baseUrl: 'https://api.example.com', apiVersion: 'v1',
    images: wanted('pytorch'), note: null, taskIds: [], clusterIds: [], productIds: [], createdAfter: null,
    requirement: 'all', failFast: true, allowedResults: new Set(['succeeded']), timeout: 30 * 60_000,
    appearTimeout: 2 * 60_000, pollInterval: 15_000, requestTimeout: 30_000, createMissing: false,
    recreateFailed: 0, deleteSuperseded: false, registryAuthId: null, commitStatus: null, summary: true,
    notices: [], ...overrides,
  };
}
