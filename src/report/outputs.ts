import { type Outcome, waitedSeconds } from '../outcome.ts';
import { durationSeconds, type Phase, type PrewarmTask, phaseOf } from '../tasks/task.ts';
import { countPhases } from '../wait/verdict.ts';

export const OUTPUT_NAMES = [
  'result',
  'message',
  'tasks',
  'task-ids',
  'image-urls',
  'ready-clusters',
  'failed-clusters',
  'total-count',
  'succeeded-count',
  'failed-count',
  'unfinished-count',
  'created-task-ids',
  'waited-seconds',
  'result-file',
] as const;

export type Outputs = Readonly<Record<(typeof OUTPUT_NAMES)[number], string>>;

// An environment variable on Linux holds 128 KiB; a list must still fit beside its name when it is handed on.
const LARGEST_LIST = 64 * 1024;

/** Every output of the action for an outcome. */
export function outputsFor(outcome: Outcome, message: string, resultFile: string): Outputs {
  const { tasks } = outcome;
  const counts = countPhases(tasks);
  const phases = new Map<string, Set<Phase>>();
  for (const task of tasks) {
    phases.set(task.clusterId, (phases.get(task.clusterId) ?? new Set()).add(phaseOf(task.state)));
  }
  const clustersWhere = (holds: (phases: ReadonlySet<Phase>) => boolean) =>
    boundedList([...phases.keys()].filter((clusterId) => holds(phases.get(clusterId) ?? new Set())));
  return {
    result: outcome.result,
    message,
    tasks: boundedList(tasks.map(taskJson)),
    'task-ids': boundedList(tasks.map((task) => task.id)),
    'image-urls': boundedList([...new Set(tasks.map((task) => task.imageUrl))]),
    'ready-clusters': clustersWhere((found) => found.size === 1 && found.has('succeeded')),
    'failed-clusters': clustersWhere((found) => found.has('failed')),
    'total-count': String(counts.total),
    'succeeded-count': String(counts.succeeded),
    'failed-count': String(counts.failed),
    'unfinished-count': String(counts.unfinished),
    'created-task-ids': boundedList(outcome.createdTaskIds),
    'waited-seconds': String(waitedSeconds(outcome)),
    'result-file': resultFile,
  };
}

/** The result file's content: everything, uncut. */
export function resultFileContent(outcome: Outcome, message: string): string {
  const { result, polls, failedPolls, tasks } = outcome;
  return JSON.stringify({
    version: 1,
    result,
    message,
    waitedSeconds: waitedSeconds(outcome),
    polls,
    failedPolls,
    tasks: tasks.map(taskJson),
  });
}

function taskJson(task: PrewarmTask) {
  const { id, imageName, imageUrl, clusterId, clusterName, products, imageSize, state, note, reasons } = task;
  return {
    id,
    imageName,
    imageUrl,
    clusterId,
    clusterName,
    products,
    imageSize,
    state,
    createTime: isoTime(task.createTime),
    completeTime: isoTime(task.completeTime),
    durationSeconds: durationSeconds(task),
    note,
    reasons,
  };
}

function isoTime(unixSeconds: number | null): string | null {
  return unixSeconds === null ? null : new Date(unixSeconds * 1000).toISOString();
}

/** A JSON array of at most 64 KiB: whole items are dropped from its end. */
function boundedList(items: readonly unknown[]): string {
  let list = '';
  for (const item of items) {
    const grown = list === '' ? JSON.stringify(item) : `${list},${JSON.stringify(item)}`;
    if (Buffer.byteLength(grown) + 2 > LARGEST_LIST) break;
    list = grown;
  }
  return `[${list}]`;
}
