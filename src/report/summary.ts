import type { Inputs } from '../inputs/inputs.ts';
import type { Outcome, Result } from '../outcome.ts';
import { waitedSeconds } from '../outcome.ts';
import { durationSeconds, type PrewarmTask } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import { inlineCode } from './escape.ts';
import * as format from './format.ts';
import { timeline } from './gantt.ts';

// A runner drops a summary over 1 MiB whole, that of earlier writes in the same step included.
const LARGEST_TABLE = 700_000;
const MOST_ABSENT = 100;
const LONGEST_ROW_TEXT = 500;

const VERDICTS: Readonly<Record<Result, string>> = {
  succeeded: '✅ Image prewarm succeeded',
  failed: '❌ Image prewarm failed',
  'timed-out': '⌛ Image prewarm timed out',
  'not-found': '❓ Image prewarm not found',
  cancelled: '🛑 Wait for image prewarm cancelled',
  error: '⚠️ Wait for image prewarm ended in an error',
};

/** The job summary as Markdown of at most 900 KB. Without inputs (bad inputs) it is heading and message. */
export function summaryFor(outcome: Outcome, message: string, inputs: Inputs | null): string {
  const chart = timeline(outcome.tasks, outcome.endedAt + outcome.serverClockOffset);
  const blocks = [
    `## ${VERDICTS[outcome.result]}`,
    inlineCode(message),
    ...(chart === null ? [] : [chart]),
    ...(outcome.tasks.length === 0 ? [] : [table(outcome.tasks)]),
    ...absences(outcome),
    ...(inputs === null ? [] : [footer(outcome, inputs)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function table(tasks: readonly PrewarmTask[]): string {
  const rows = [
    '| Cluster | Image | Products | State | Size | Took | Reasons |',
    '| --- | --- | --- | --- | ---: | ---: | --- |',
  ];
  let bytes = 0;
  for (const [index, task] of tasks.entries()) {
    const row = tableRow(task);
    bytes += Buffer.byteLength(row) + 1;
    if (bytes > LARGEST_TABLE) {
      rows.push(
        '',
        `${tasks.length - index} of ${tasks.length} rows are left out; the result file holds every task.`,
      );
      break;
    }
    rows.push(row);
  }
  return rows.join('\n');
}

function tableRow(task: PrewarmTask): string {
  const seconds = durationSeconds(task);
  const { clusterId, clusterName } = task;
  const namesBoth = clusterName.includes(clusterId);
  const cluster =
    clusterName === '' || namesBoth ? clusterName || clusterId : `${clusterName} (${clusterId})`;
  const products = task.products.map((product) => product.productName || product.productId).join(', ');
  const cells = [
    cell(cluster),
    cell(task.imageUrl),
    products === '' ? 'whole cluster' : cell(products),
    task.state,
    format.size(task),
    seconds === null ? '' : format.duration(seconds * 1000),
    inlineCode(format.reasons(task)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function cell(text: string): string {
  return inlineCode(shorten(text, LONGEST_ROW_TEXT));
}

function absences({ absent, nearMisses, result }: Outcome): string[] {
  if (result === 'succeeded') return [];
  const lines = absent
    .slice(0, MOST_ABSENT)
    .map((expectation) => `- ${inlineCode(format.expectation(expectation))}`);
  if (absent.length > MOST_ABSENT) lines.push(`- and ${absent.length - MOST_ABSENT} more`);
  const near = nearMisses.map(
    ({ task, why }) => `- ${inlineCode(`${format.place(task)} (${format.name(task.id)})`)}: ${why}`,
  );
  const mayExplain = lines.length > 0 || result === 'not-found';
  return [
    ...(lines.length === 0 ? [] : [`### Absent\n\n${lines.join('\n')}`]),
    ...(mayExplain && near.length > 0 ? [`### Near misses\n\n${near.join('\n')}`] : []),
  ];
}

function footer(outcome: Outcome, inputs: Inputs): string {
  const waited = format.duration(waitedSeconds(outcome) * 1000);
  return `Waited ${waited} for ${inlineCode(format.target(inputs))} with ${format.count(outcome.polls, 'poll')}, of which ${outcome.failedPolls} failed.`;
}
