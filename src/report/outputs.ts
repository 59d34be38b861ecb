import { type Outcome, waitedSeconds } from '../outcome.ts';
import type { ClusterReadiness } from '../tasks/selection.ts';
import { durationSeconds, type Phase, type PrewarmTask } from '../tasks/task.ts';
import { inPhase } from './format.ts';

export const OUTPUT_NAMES = [
  'result',
  'message',
  'tasks',
  'task-ids',
  'image-urls',
  'ready-clusters',
  'not-ready-clusters',
  'failed-clusters',
  'total-count',
  'succeeded-count',
  'failed-count',
  'unfinished-count',
  'created-task-ids',
  'deleted-task-ids',
  'waited-seconds',
  'result-file',
] as const;

export type Outputs = Readonly<Record<(typeof OUTPUT_NAMES)[number], string>>;

// An environment variable on Linux holds 128 KiB; a list must still fit beside its name when it is handed on.
const LARGEST_LIST = 64 * 1024;

/** Every output of the action for an outcome, and what the user should know of them. */
export function outputsFor(
  outcome: Outcome,
  message: string,
  resultFile: string,
): { readonly outputs: Outputs; readonly warnings: readonly string[] } {
  const { tasks, clusters, createdTaskIds, deletedTaskIds } = outcome;
  const clustersThat = (are: (cluster: ClusterReadiness) => boolean) =>
    clusters.filter(are).map(({ clusterId }) => clusterId);
  const lists = {
    tasks: boundedList(tasks.map(taskJson)),
    'task-ids': boundedList(tasks.map(({ id }) => id)),
    'image-urls': boundedList([...new Set(tasks.map(({ imageUrl }) => imageUrl))]),
    'ready-clusters': boundedList(clustersThat(({ isReady }) => isReady)),
    'not-ready-clusters': boundedList(clustersThat(({ isReady }) => !isReady)),
    'failed-clusters': boundedList(clustersThat(({ hasFailed }) => hasFailed)),
    'created-task-ids': boundedList(createdTaskIds),
    'deleted-task-ids': boundedList(deletedTaskIds),
  };
  const countOf = (phase: Phase) => String(inPhase(tasks, phase).length);
  const outputs: Outputs = {
    result: outcome.result,
    message,
    tasks: lists.tasks.json,
    'task-ids': lists['task-ids'].json,
    'image-urls': lists['image-urls'].json,
    'ready-clusters': lists['ready-clusters'].json,
    'not-ready-clusters': lists['not-ready-clusters'].json,
    'failed-clusters': lists['failed-clusters'].json,
    'total-count': String(tasks.length),
    'succeeded-count': countOf('succeeded'),
    'failed-count': countOf('failed'),
    'unfinished-count': countOf('unfinished'),
    'created-task-ids': lists['created-task-ids'].json,
    'deleted-task-ids': lists['deleted-task-ids'].json,
    'waited-seconds': String(waitedSeconds(outcome)),
    'result-file': resultFile,
  };
  return { outputs, warnings: warningsOf(lists, resultFile) };
}

function warningsOf(lists: Readonly<Record<string, BoundedList>>, resultFile: string): string[] {
  const cut = Object.entries(lists).flatMap(([name, { leftOut, total }]) =>
    leftOut === 0 ? [] : [`${leftOut} of ${total} from ${name}`],
  );
  if (cut.length === 0) return [];
  const everything =
    resultFile === '' ? 'the result file could not be written' : `result-file has every task: ${resultFile}`;
  return [`An output holds at most 64 KiB, so items are left out: ${cut.join(', ')}; ${everything}`];
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

interface BoundedList {
  readonly json: string;
  readonly leftOut: number;
  readonly total: number;
}

/** A JSON array of at most 64 KiB: whole items are dropped from its end. */
function boundedList(items: readonly unknown[]): BoundedList {
  const kept: string[] = [];
  let bytes = '[]'.length;
  for (const item of items) {
    const json = JSON.stringify(item);
    bytes += Buffer.byteLength(json) + (kept.length === 0 ? 0 : ','.length);
    if (bytes > LARGEST_LIST) break;
    kept.push(json);
  }
  return { json: `[${kept.join(',')}]`, leftOut: items.length - kept.length, total: items.length };
}
