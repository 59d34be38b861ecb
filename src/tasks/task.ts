/** What the action knows of a task's state: the API's four, and two of its own. */
export type TaskState = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Deleted' | 'Unknown';

interface Product {
  readonly productId: string;
  readonly productName: string;
}

/**
 * One prewarm task, whichever API version it came from, its texts as they came. Times are Unix seconds, sizes bytes.
 */
export interface PrewarmTask {
  readonly id: string;
  readonly imageName: string;
  readonly imageUrl: string;
  readonly clusterId: string;
  readonly clusterName: string;
  readonly products: readonly Product[];
  readonly imageSize: number | null;
  readonly state: TaskState;
  /** The state as the API wrote it. */
  readonly reportedState: string;
  readonly createTime: number | null;
  /** Set only on a finished task: the API may send one on others. */
  readonly completeTime: number | null;
  readonly note: string;
  readonly reasons: readonly string[];
  /** Id of the registry credentials; it must not leave the process. Empty when there is none. */
  readonly registryAuthId: string;
}

export type Phase = 'succeeded' | 'failed' | 'unfinished';

/** What a state means for the wait. `Unknown` is unfinished, `Deleted` a kind of failure. */
export function phaseOf(state: TaskState): Phase {
  if (state === 'Succeeded') return 'succeeded';
  return state === 'Failed' || state === 'Deleted' ? 'failed' : 'unfinished';
}

/** The tasks that have not finished. */
export function unfinishedOf(tasks: readonly PrewarmTask[]): PrewarmTask[] {
  return tasks.filter((task) => phaseOf(task.state) === 'unfinished');
}

const API_STATES: Readonly<Record<string, TaskState>> = {
  pending: 'Pending',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
};

/** The state behind the API's word for it, in any case; `Unknown` for every other word. */
export function stateFrom(reported: string): TaskState {
  const word = reported.toLowerCase();
  return Object.hasOwn(API_STATES, word) ? (API_STATES[word] ?? 'Unknown') : 'Unknown';
}

/** Seconds from creation to completion; `null` while unfinished or when either time is not known. */
export function durationSeconds(task: PrewarmTask): number | null {
  if (task.createTime === null || task.completeTime === null) return null;
  return Math.max(0, task.completeTime - task.createTime);
}

/** The ids of the products that the task covers, each once and in order; none: it covers the whole cluster. */
export function productIdsOf(task: PrewarmTask): string[] {
  return [...new Set(task.products.map((product) => product.productId))].sort();
}

/** Whether the task warms the cluster for this product: one without products covers the whole cluster. */
export function coversProduct(task: PrewarmTask, productId: string): boolean {
  return task.products.length === 0 || task.products.some((product) => product.productId === productId);
}
