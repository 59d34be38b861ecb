import type { Inputs } from '../inputs/inputs.ts';
import { type Outcome, type Result, waitedSeconds } from '../outcome.ts';
import { durationSeconds, type Phase, type PrewarmTask, phaseOf } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import { inlineCode, oneLine, prose } from './escape.ts';
import * as format from './format.ts';
import { timeline } from './gantt.ts';
import { headlineFor } from './headline.ts';
import {
  absencesBesideHeadline,
  finishedEarlier,
  nearMissDetails,
  notFoundHint,
  oldFailureHint,
  placesFor,
} from './message.ts';

// A runner drops a summary over 1 MiB whole, that of earlier writes in the same step included.
const LARGEST_TABLE = 250_000; // bytes; there are two at most
const LARGEST_SECTION = 60_000; // bytes; there are three at most
const LONGEST_TEXT = 4_000;
const LONGEST_CELL = 200;
const MOST_UNFOLDED = 10;

const SIGNS: Readonly<Record<Result, string>> = {
  succeeded: '✅',
  failed: '❌',
  'timed-out': '⌛',
  'not-found': '❓',
  cancelled: '🛑',
  error: '⚠️',
};

const STATE_SIGNS: Readonly<Record<Phase, string>> = { failed: '❌', unfinished: '⏳', succeeded: '✅' };
const MOST_URGENT: readonly Phase[] = ['failed', 'unfinished', 'succeeded'];

/** The job summary as Markdown of at most 900 KB. Without inputs (bad inputs) it is heading and message. */
export function summaryFor(outcome: Outcome, message: string, inputs: Inputs | null): string {
  const blocks =
    inputs === null
      ? [`## ${SIGNS.error} The wait for an image prewarm did not start`, sentence(outcome.cause ?? message)]
      : [
          heading(outcome, inputs),
          lead(outcome, message, inputs),
          ...taskBlocks(outcome, inputs),
          section('Missing', missing(outcome, inputs), capitalised),
          section('What exists instead', outcome.result === 'not-found' ? outcome.nearMisses : [], nearMiss),
          section('Failed attempts', outcome.failedAttempts, failedAttempt(outcome, inputs)),
          footer(outcome),
        ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** What happened, and to what, so that several uses in one job can be told apart. */
function heading(outcome: Outcome, inputs: Inputs): string {
  const { images, note, taskIds } = inputs;
  const { opening, predicate } = headlineFor(outcome, inputs);
  const isAllowed = outcome.result !== 'succeeded' && inputs.allowedResults.has(outcome.result);
  const parts = [
    ...(images.length === 0
      ? []
      : [images.length === 1 ? code(images[0]?.text ?? '') : `${images.length} images`]),
    ...(note === null ? [] : [`${images.length === 0 ? 'the tasks with ' : ''}note ${code(note)}`]),
    ...(taskIds.length === 0
      ? []
      : [taskIds.length === 1 ? `task ${code(taskIds[0] ?? '')}` : `${taskIds.length} tasks`]),
  ];
  const subject = parts.join(' with ');
  const sign = isAllowed ? '⚠️' : SIGNS[outcome.result];
  return `## ${sign} ${opening}${opening === '' ? capitalised(subject) : subject} ${prose(predicate)}${isAllowed ? ' (allowed)' : ''}`;
}

function missing(outcome: Outcome, inputs: Inputs): string[] {
  if (outcome.result === 'succeeded') return [];
  return absencesBesideHeadline(outcome, inputs, code);
}

/** What neither heading nor table says. */
function lead(outcome: Outcome, message: string, inputs: Inputs): string {
  switch (outcome.result) {
    case 'succeeded':
      return sentence(finishedEarlier(outcome));
    case 'failed': {
      const hint = oldFailureHint(outcome, inputs);
      return hint === '' ? '' : sentence(`What failed before this step started counts: ${hint}`);
    }
    case 'not-found':
      return sentence(notFoundHint(outcome, inputs));
    case 'timed-out':
      return sentence(outcome.cause ?? '');
    case 'error':
      return sentence(outcome.cause ?? message);
    case 'cancelled':
      return '';
  }
}

function sentence(text: string): string {
  if (text === '') return '';
  const short = shorten(oneLine(text), LONGEST_TEXT);
  return prose(/[.…!?]$/.test(short) ? capitalised(short) : `${capitalised(short)}.`);
}

function capitalised(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** Chart and tables of the counted tasks, the failed ones first, many that succeeded folded away. */
function taskBlocks(outcome: Outcome, inputs: Inputs): string[] {
  const { tasks, clusters } = outcome;
  const serverNow = outcome.endedAt + outcome.serverClockOffset;
  const isNamed = format.hasSeveralImages(tasks, inputs.images);
  const imageOf = isNamed ? (task: PrewarmTask) => format.image(task, inputs.images) : null;
  const order = new Map(clusters.map(({ clusterId }, index) => [clusterId, index]));
  const rank = (task: PrewarmTask) => order.get(task.clusterId) ?? clusters.length;
  const sorted = tasks.toSorted((one, other) => rank(one) - rank(other));
  const succeeded = format.inPhase(sorted, 'succeeded');
  const isFolded = succeeded.length > MOST_UNFOLDED;
  const phases = isFolded ? MOST_URGENT.slice(0, 2) : MOST_URGENT;
  const shown = phases.flatMap((phase) => format.inPhase(sorted, phase));
  const tableOf = (rows: readonly PrewarmTask[]) => table(rows, { imageOf, serverNow, inputs });
  return [
    imagesLine(tasks, inputs),
    timeline(sorted, serverNow, imageOf) ?? '',
    tableOf(shown),
    isFolded
      ? `<details><summary>${succeeded.length} succeeded</summary>\n\n${tableOf(succeeded)}\n\n</details>`
      : '',
  ];
}

/** The images, where the heading does not name them in full. */
function imagesLine(tasks: readonly PrewarmTask[], { images }: Inputs): string {
  if (images.length > 1) return `Images: ${codes(images.map(({ text }) => text))}.`;
  const [address = '', ...others] = new Set(tasks.map(({ imageUrl }) => imageUrl));
  const isNamed = images.some(({ text }) => `/${address}`.endsWith(`/${text}`));
  return address === '' || others.length > 0 || isNamed ? '' : `Image: ${code(address)}.`;
}

interface TableContext {
  readonly imageOf: ((task: PrewarmTask) => string) | null;
  readonly serverNow: number;
  readonly inputs: Inputs;
}

interface Column {
  readonly title: string;
  readonly rule: string;
  readonly cell: (task: PrewarmTask) => string;
}

/** A row per task. Columns in which every cell is empty are left out. */
function table(tasks: readonly PrewarmTask[], context: TableContext): string {
  if (tasks.length === 0) return '';
  const columns = columnsFor(tasks, context);
  const rowOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = [rowOf(columns.map(({ title }) => title)), rowOf(columns.map(({ rule }) => rule))];
  let bytes = 0;
  for (const [index, task] of tasks.entries()) {
    const row = rowOf(columns.map(({ cell }) => cell(task)));
    bytes += Buffer.byteLength(row) + 1;
    if (bytes > LARGEST_TABLE) {
      rows.push(
        '',
        `${tasks.length - index} of ${tasks.length} rows are left out; the result file has every task.`,
      );
      break;
    }
    rows.push(row);
  }
  return rows.join('\n');
}

function columnsFor(tasks: readonly PrewarmTask[], { imageOf, serverNow, inputs }: TableContext): Column[] {
  const hasProducts = tasks.some(({ products }) => products.length > 0);
  const hasReasons = tasks.some(({ reasons }) => reasons.length > 0);
  const title = (text: string, cells: readonly string[]) => (hasReasons ? wideTitle(text, cells) : text);
  const clusters = tasks.map(({ clusterId, clusterName }) => `${clusterName} ${clusterId}`);
  const images = imageOf === null ? [] : tasks.map(imageOf);
  const columns: readonly Column[] = [
    { title: title('Cluster', clusters), rule: ':---', cell: clusterCell },
    {
      title: title('Image', images),
      rule: ':---',
      cell: (task) => (imageOf === null ? '' : code(imageOf(task))),
    },
    { title: 'Task', rule: ':---', cell: ({ id }) => (inputs.taskIds.length === 0 ? '' : code(id)) },
    { title: 'Products', rule: ':---', cell: (task) => (hasProducts ? productsCell(task) : '') },
    { title: 'State', rule: ':---', cell: stateCell },
    { title: 'Took', rule: '---:', cell: (task) => timeCell(task, serverNow) },
    { title: 'Size', rule: '---:', cell: (task) => unbroken(format.size(task)) },
    { title: 'Reasons', rule: ':---', cell: (task) => prose(format.reasons(task)) },
  ];
  return columns.filter(({ cell }) => tasks.some((task) => cell(task) !== ''));
}

const WIDEST_TITLE = 40; // characters

/**
 * A title that keeps its column as wide as the names in it: beside a column of long texts a browser would break names at
 * their hyphens. Two blanks are about as wide as a character of a name.
 */
function wideTitle(text: string, names: readonly string[]): string {
  const longest = Math.min(WIDEST_TITLE, Math.max(0, ...names.map((name) => name.trim().length)));
  return text + '&nbsp;'.repeat(Math.max(0, 2 * (longest - text.length) + 4));
}

function clusterCell({ clusterId, clusterName }: PrewarmTask): string {
  const isInName = clusterName.trim() === '' || clusterName === clusterId;
  return isInName ? code(clusterId) : `${prose(format.name(clusterName))} ${code(clusterId)}`;
}

function productsCell({ products }: PrewarmTask): string {
  if (products.length === 0) return 'whole cluster';
  return code(products.map(({ productId, productName }) => productName || productId).join(', '));
}

function stateCell(task: PrewarmTask): string {
  return `${STATE_SIGNS[phaseOf(task.state)]}&nbsp;${prose(format.state(task))}`;
}

function timeCell(task: PrewarmTask, serverNow: number): string {
  const seconds = durationSeconds(task);
  if (phaseOf(task.state) !== 'unfinished') return seconds === null ? '' : format.duration(seconds * 1000);
  const age = format.age(task, serverNow);
  return age === null ? '' : unbroken(`${age} so far`);
}

function unbroken(text: string): string {
  return text.replaceAll(' ', '&nbsp;');
}

function code(text: string): string {
  return inlineCode(shorten(oneLine(text.slice(0, LONGEST_CELL + 1)), LONGEST_CELL));
}

function section<Item>(title: string, items: readonly Item[], show: (item: Item) => string): string {
  if (items.length === 0) return '';
  const lines: string[] = [];
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    const line = `- ${show(item)}`;
    bytes += Buffer.byteLength(line);
    if (bytes > LARGEST_SECTION) {
      lines.push(`- and ${items.length - index} more`);
      break;
    }
    lines.push(line);
  }
  return `### ${title}\n\n${lines.join('\n')}`;
}

function nearMiss(near: Outcome['nearMisses'][number]): string {
  const { task, why } = near;
  return `${code(task.imageUrl)} in ${code(task.clusterId)}, ${prose(`task ${nearMissDetails(near)}: ${why}`)}`;
}

function failedAttempt(outcome: Outcome, inputs: Inputs): (task: PrewarmTask) => string {
  const placeOf = placesFor(outcome, inputs);
  return (task) => {
    const seconds = durationSeconds(task);
    const after = seconds === null ? '' : ` after ${format.duration(seconds * 1000)}`;
    const reasons = format.reasons(task);
    const what = `${prose(placeOf(task))}, task ${code(task.id)}${after}`;
    return reasons === '' ? what : `${what}: ${prose(reasons)}`;
  };
}

function footer(outcome: Outcome): string {
  const { createdTaskIds, deletedTaskIds, polls, failedPolls } = outcome;
  const unclear = outcome.unclearCreations.map(format.orderedPlace);
  const failed = failedPolls === 0 ? '' : `, of which ${failedPolls} failed`;
  const sentences = [
    ...(createdTaskIds.length === 0 ? [] : [`Created ${named('task', createdTaskIds)}.`]),
    ...(unclear.length === 0
      ? []
      : [`A request without a clear answer may have created one for ${codes(unclear)}.`]),
    ...(deletedTaskIds.length === 0
      ? []
      : [`Deleted ${format.count(deletedTaskIds.length, 'superseded task')}: ${codes(deletedTaskIds)}.`]),
    `Waited ${format.duration(waitedSeconds(outcome) * 1000)}, with ${format.count(polls, 'poll')}${failed}.`,
  ];
  return sentences.join(' ');
}

function named(noun: string, items: readonly string[]): string {
  return `${noun}${items.length === 1 ? '' : 's'} ${codes(items)}`;
}

function codes(items: readonly string[]): string {
  const shown = items.slice(0, MOST_UNFOLDED).map(code).join(', ');
  return items.length > MOST_UNFOLDED ? `${shown} and ${items.length - MOST_UNFOLDED} more` : shown;
}
