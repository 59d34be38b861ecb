import type { Inputs } from '../../../src/inputs/inputs.ts';
import type { Outcome } from '../../../src/outcome.ts';
import type { ClusterReadiness } from '../../../src/tasks/selection.ts';
import { type PrewarmTask, phaseOf } from '../../../src/tasks/task.ts';
import * as factories from '../support/factories.ts';
import { START, START_SECONDS, wanted } from '../support/factories.ts';

/** A task of `registry.example.com/ml/pytorch:2.9` in cluster `c1`, running and created a minute before the step. */
export function task(overrides: Partial<PrewarmTask> = {}): PrewarmTask {
  const imageUrl = 'registry.example.com/ml/pytorch:2.9';
  return factories.task({ imageUrl, clusterName: '', registryAuthId: 'auth-0123456789', ...overrides });
}

export function succeeded(overrides: Partial<PrewarmTask> = {}): PrewarmTask {
  return task({ state: 'Succeeded', completeTime: START_SECONDS + 40, ...overrides });
}

export function failed(overrides: Partial<PrewarmTask> = {}): PrewarmTask {
  return task({ state: 'Failed', completeTime: START_SECONDS + 50, reasons: ['rate limit'], ...overrides });
}

/** Inputs as the defaults make them, for `ml/pytorch:2.9`. */
export function inputs(overrides: Partial<Inputs> = {}): Inputs {
  return factories.inputs({ images: wanted('ml/pytorch:2.9'), ...overrides });
}

/** A wait of a minute and a half. Clusters follow from the tasks where they are not given. */
export function outcome(overrides: Partial<Outcome> = {}): Outcome {
  const tasks = overrides.tasks ?? [];
  // biome-ignore format: a few fields a line
  return {
    result: 'succeeded', cause: null, tasks, clusters: clustersOf(tasks), absent: [], nearMisses: [],
    createdTaskIds: [], deletedTaskIds: [], unclearCreations: [], failedAttempts: [], startedAt: START,
    endedAt: START + 90_000, serverClockOffset: 0, polls: 7, failedPolls: 0, ...overrides,
  };
}

/** The clusters of these tasks, then the clusters in which there is none. */
export function clustersOf(tasks: readonly PrewarmTask[], ...empty: readonly string[]): ClusterReadiness[] {
  const ids = new Set([...tasks.map(({ clusterId }) => clusterId), ...empty]);
  return [...ids].map((clusterId) => {
    const phases = tasks.filter((one) => one.clusterId === clusterId).map(({ state }) => phaseOf(state));
    const isReady = phases.length > 0 && phases.every((phase) => phase === 'succeeded');
    return { clusterId, isReady, hasFailed: phases.includes('failed') };
  });
}
