import type { Inputs } from '../inputs/inputs.ts';
import { type Outcome, waitedSeconds } from '../outcome.ts';
import * as format from './format.ts';

/** What happened in one clause: `opening`, what was waited for, `predicate`. */
export interface Headline {
  readonly opening: string;
  readonly predicate: string;
}

/** The gist of an outcome, never more than is true: in how many clusters the image is warm, or the tasks succeeded. */
export function headlineFor(outcome: Outcome, inputs: Inputs): Headline {
  const { isPlural } = format.subject(inputs);
  switch (outcome.result) {
    case 'succeeded':
      return { opening: '', predicate: succeeded(outcome, inputs) };
    case 'failed':
      return {
        opening: '',
        predicate: `${failed(outcome, format.subject(inputs))}${format.forProducts(inputs)}`,
      };
    case 'not-found':
      return { opening: '', predicate: notFound(outcome, inputs, isPlural) };
    case 'timed-out':
      return {
        opening: 'The wait for ',
        predicate: `timed out${afterWait(outcome)}, ${share(outcome, inputs)}`,
      };
    case 'cancelled': {
      const cause = outcome.cause === null ? '' : ` by ${format.name(outcome.cause)}`;
      return {
        opening: 'The wait for ',
        predicate: `was cancelled${cause}${afterWait(outcome)}, ${share(outcome, inputs)}`,
      };
    }
    case 'error':
      return { opening: 'The wait for ', predicate: 'ended in an error' };
  }
}

/** The headline as the start of a sentence. */
export function headlineText(outcome: Outcome, inputs: Inputs): string {
  const { opening, predicate } = headlineFor(outcome, inputs);
  const { text, isImage } = format.subject(inputs);
  return `${opening}${isImage || opening !== '' ? text : format.capitalised(text)} ${predicate}`;
}

/** The headline where it stands beside what it speaks of: `Warm in 2 of 2 clusters`. */
export function bareHeadline(outcome: Outcome, inputs: Inputs): string {
  const { predicate } = headlineFor(outcome, inputs);
  return format.capitalised(predicate.replace(/^(?:is|are|was|were|has|have) /, ''));
}

function succeeded(outcome: Outcome, inputs: Inputs): string {
  const { isImage, isPlural } = format.subject(inputs);
  const ready = outcome.clusters.filter(({ isReady }) => isReady).length;
  const products = format.forProducts(inputs);
  if (ready === 0) {
    const { tasks } = outcome;
    return `succeeded in ${format.inPhase(tasks, 'succeeded').length} of ${format.count(tasks.length, 'task')}${products}`;
  }
  const verb = isImage ? `${isPlural ? 'are' : 'is'} warm` : 'succeeded';
  return `${verb}${products} in ${inClusters(outcome, ready, isReady)}`;
}

const isReady = (cluster: Outcome['clusters'][number]) => cluster.isReady;
const hasFailed = (cluster: Outcome['clusters'][number]) => cluster.hasFailed;

/** `1 of 3 clusters`; the one cluster by its name. */
function inClusters({ clusters }: Outcome, number: number, is: typeof isReady): string {
  const [only] = clusters.length === 1 ? clusters.filter(is) : [];
  return only === undefined
    ? `${number} of ${format.count(clusters.length, 'cluster')}`
    : format.named('cluster', [only.clusterId]);
}

function failed(outcome: Outcome, { isImage, isPlural }: format.Subject): string {
  if (isPlural) {
    const failures = format.inPhase(outcome.tasks, 'failed').length;
    const fault = isImage ? 'are not all warm' : 'have not all succeeded';
    return `${fault}, ${failures} of ${format.count(outcome.tasks.length, 'task')} failed`;
  }
  return `failed in ${inClusters(outcome, outcome.clusters.filter(hasFailed).length, hasFailed)}`;
}

function share(outcome: Outcome, inputs: Inputs): string {
  const { clusters } = outcome;
  if (outcome.tasks.length === 0) return 'with no task found so far';
  const done = format.subject(inputs).isImage ? 'warm' : 'succeeded';
  const ready = clusters.filter(isReady).length;
  return `${done}${format.forProducts(inputs)} in ${ready} of ${format.count(clusters.length, 'cluster')}`;
}

function notFound(outcome: Outcome, inputs: Inputs, isPlural: boolean): string {
  const { absent, tasks } = outcome;
  const after = inputs.appearTimeout === 0 ? '' : ` after ${format.duration(inputs.appearTimeout)}`;
  if (absent.length === 0 && tasks.length > 0) {
    const required = format.count(Number(inputs.requirement), 'required task');
    return `${isPlural ? 'have' : 'has'} ${tasks.length} of ${required}${after}`;
  }
  const lacking = new Set(absent.flatMap(({ clusterId }) => clusterId ?? []));
  const where =
    lacking.size === 0
      ? ''
      : ` in ${inClusters(outcome, lacking.size, ({ clusterId }) => lacking.has(clusterId))}`;
  return `${isPlural ? 'were not all' : 'was not'} found${where}${after}`;
}

/** ` after 30m`; nothing where there was no time to wait. */
function afterWait(outcome: Outcome): string {
  const seconds = waitedSeconds(outcome);
  return seconds === 0 ? '' : ` after ${format.duration(seconds * 1000)}`;
}
