import type { Inputs } from '../inputs/inputs.ts';
import type { Outcome } from '../outcome.ts';
import type { NearMiss } from '../tasks/near-misses.ts';
import { type PrewarmTask, phaseOf } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import { oneLine } from './escape.ts';
import * as format from './format.ts';
import { bareHeadline, headlineText } from './headline.ts';

const LONGEST_MESSAGE = 1_000;
const LONGEST_DESCRIPTION = 140; // https://docs.github.com/en/rest/commits/statuses
const LONGEST_CAUSE = 300;
const SHORTEST_AGE = 5_000; // the server's clock is known to about a second, and its times are cut to seconds

/** What happened, as far as it fits in 1,000 characters, harmless in a log. Without inputs it is the outcome's cause. */
export function messageFor(outcome: Outcome, inputs: Inputs | null): string {
  const traces = oneLine(tracesOf(outcome));
  const room = LONGEST_MESSAGE - traces.length;
  return shorten(oneLine(storyOf(outcome, inputs, room, true)), room) + traces;
}

/** The last line of the log after a success: the message without what the first line and the lines between have said. */
export function closingLine(outcome: Outcome, inputs: Inputs): string {
  return shorten(oneLine(storyOf(outcome, inputs, LONGEST_MESSAGE, false)), LONGEST_MESSAGE);
}

/** The message in the 140 characters of a commit status, which stands beside its own name: nothing is named again. */
export function statusDescription(outcome: Outcome, inputs: Inputs | null): string {
  return shorten(oneLine(storyOf(outcome, inputs, LONGEST_DESCRIPTION, false)), LONGEST_DESCRIPTION);
}

/** What the step leaves behind that was not there before, and what it took away. */
function tracesOf({ createdTaskIds, deletedTaskIds, unclearCreations }: Outcome): string {
  const listed = (items: readonly string[]) => format.joinWithin(items, ', ', 100, format.name);
  const clauses = [
    ...(createdTaskIds.length === 0
      ? []
      : [`this step created ${format.count(createdTaskIds.length, 'task')}: ${listed(createdTaskIds)}`]),
    ...(unclearCreations.length === 0
      ? []
      : [
          `this step may have created a task for ${listed(unclearCreations.map(format.orderedPlace))}, where the request had no clear answer`,
        ]),
    ...(deletedTaskIds.length === 0
      ? []
      : [`${format.count(deletedTaskIds.length, 'superseded task')} deleted: ${listed(deletedTaskIds)}`]),
  ];
  return clauses.map((clause) => `; ${clause}`).join('');
}

function storyOf(outcome: Outcome, inputs: Inputs | null, room: number, isNamed: boolean): string {
  if (inputs === null || outcome.result === 'error') return outcome.cause ?? 'The wait ended without a cause';
  const head = isNamed ? headlineText(outcome, inputs) : bareHeadline(outcome, inputs);
  const cause =
    outcome.cause === null || outcome.result === 'cancelled'
      ? ''
      : shorten(oneLine(outcome.cause), LONGEST_CAUSE);
  const { details, hints } = detailsOf(outcome, inputs, isNamed);
  const end = [...(room > LONGEST_DESCRIPTION ? hints : []), cause]
    .filter((clause) => clause !== '')
    .map((clause) => `; ${clause}`)
    .join('');
  if (outcome.result === 'succeeded') return `${head}${details.join('')}${end}`;
  if (details.length === 0) return `${head}${end}`;
  const left = room - head.length - end.length - 20; // for how many are left out
  return `${head}: ${format.joinWithin(details, '; ', left)}${end}`;
}

interface Details {
  readonly details: readonly string[];
  readonly hints: readonly string[];
}

function detailsOf(outcome: Outcome, inputs: Inputs, isNamed: boolean): Details {
  switch (outcome.result) {
    case 'succeeded':
      return successDetails(outcome, inputs, isNamed);
    case 'not-found':
      return notFoundDetails(outcome, inputs);
    default:
      return unmetDetails(outcome, inputs);
  }
}

/** Where it is warm, unless that is everywhere and said before, and how the other tasks are. */
function successDetails(outcome: Outcome, inputs: Inputs, isNamed: boolean): Details {
  const { clusters, tasks } = outcome;
  const ready = clusters.filter(({ isReady }) => isReady).map(({ clusterId }) => clusterId);
  const products = ready.map((clusterId) => coveredProducts(clusterId, outcome, inputs));
  const labels = ready.map((clusterId, index) => `${format.name(clusterId)}${products[index]}`);
  const isOne = clusters.length === 1;
  const isSaidBefore = ready.length === clusters.length && !isNamed && products.join('') === '';
  const list = isSaidBefore || ready.length === 0 ? '' : ` (${format.joinWithin(labels, ', ', 300)})`;
  const placeOf = placesFor(outcome, inputs);
  const others = tasks
    .filter(({ clusterId }) => !ready.includes(clusterId))
    .map((task) => `${placeOf(task)} ${format.state(task)}`);
  const rest = others.length === 0 ? '' : `; ${format.joinWithin(others, ', ', 250)}`;
  const hints = [finishedEarlier(outcome), attempts(outcome, inputs)].filter((hint) => hint !== '');
  return { details: [isOne ? products.join('') : list, rest], hints };
}

/** ` [p1]` where the tasks in a cluster cover some products, which may not be all that it has. */
function coveredProducts(clusterId: string, { tasks }: Outcome, { productIds }: Inputs): string {
  const inCluster = tasks.filter((task) => task.clusterId === clusterId);
  const isWhole = productIds.length > 0 || inCluster.some(({ products }) => products.length === 0);
  const covered = new Set(inCluster.flatMap(({ products }) => products.map(({ productId }) => productId)));
  return isWhole ? '' : ` [${format.joinWithin([...covered], ', ', 100, format.name)}]`;
}

/** A success may rest on old tasks, and with a mutable tag on an old image: it says how old. */
export function finishedEarlier(outcome: Outcome): string {
  const succeeded = format.inPhase(outcome.tasks, 'succeeded');
  const ages = succeeded
    // Times are cut to seconds: what the step created would seem to have finished before it.
    .filter(({ id }) => !outcome.createdTaskIds.includes(id))
    .map((task) => ageAtStart(outcome, task.completeTime))
    .filter((age) => age >= SHORTEST_AGE)
    .sort((one, other) => one - other);
  const [latest, earliest] = [ages.at(0), ages.at(-1)];
  if (latest === undefined || earliest === undefined) return '';
  const [shortest, longest] = [format.duration(latest), format.duration(earliest)];
  const span = shortest === longest ? shortest : `${shortest} to ${longest}`;
  const some =
    ages.length === succeeded.length ? '' : `${ages.length} of ${format.count(succeeded.length, 'task')} `;
  return `${some}finished ${span} before this step started`;
}

/** Milliseconds from a moment on the server's clock (Unix seconds) to the start of the step; negative from then on. */
function ageAtStart({ startedAt, serverClockOffset }: Outcome, seconds: number | null): number {
  return seconds === null ? Number.NEGATIVE_INFINITY : startedAt + serverClockOffset - seconds * 1000;
}

/** Each failed task with its reasons, each unfinished one with state, age and reasons, and what is absent. */
function unmetDetails(outcome: Outcome, inputs: Inputs): Details {
  const { tasks, absent } = outcome;
  const placeOf = placesFor(outcome, inputs);
  const unmet = [...format.inPhase(tasks, 'failed'), ...format.inPhase(tasks, 'unfinished')];
  const details = unmet.map((task) => {
    const reasons = format.reasons(task);
    return `${placeOf(task)} (${format.name(task.id)}) ${format.state(task)}${timing(outcome, task)}${reasons === '' ? '' : `: ${reasons}`}`;
  });
  const hints = [attempts(outcome, inputs), oldFailureHint(outcome, inputs)].filter((hint) => hint !== '');
  return { details: [...details, ...format.absences(absent)], hints };
}

/** The age of an unfinished task, and of a failure from before the step started. */
function timing(outcome: Outcome, task: PrewarmTask): string {
  if (hasFailedBefore(outcome, task)) {
    const age = format.duration(ageAtStart(outcome, task.completeTime ?? task.createTime));
    return ` (${task.completeTime === null ? 'created ' : ''}${age} before this step started)`;
  }
  const serverNow = outcome.endedAt + outcome.serverClockOffset;
  const age = phaseOf(task.state) === 'unfinished' ? format.age(task, serverNow) : null;
  return age === null ? '' : `, ${age} old`;
}

/** Where the API does not say when a task failed, being failed at the first poll tells enough. */
function hasFailedBefore(outcome: Outcome, task: PrewarmTask): boolean {
  if (task.state !== 'Failed') return false;
  const isDated = task.completeTime !== null || outcome.polls === 1;
  return isDated && ageAtStart(outcome, task.completeTime ?? task.createTime) >= SHORTEST_AGE;
}

/** What keeps a failure from before the step started from deciding it; empty where none did. */
export function oldFailureHint(outcome: Outcome, inputs: Inputs): string {
  const isOld = outcome.result === 'failed' && outcome.tasks.some((task) => hasFailedBefore(outcome, task));
  if (!isOld) return '';
  const mayCreate = !inputs.createMissing && inputs.taskIds.length === 0;
  return `created-after leaves out older tasks${mayCreate ? ', create-missing: true replaces failed ones' : ''}`;
}

/** The tasks that failed during the step and were created anew. */
function attempts(outcome: Outcome, inputs: Inputs): string {
  const { failedAttempts } = outcome;
  if (failedAttempts.length === 0) return '';
  const placeOf = placesFor(outcome, inputs);
  const parts = failedAttempts.map((task) => {
    const reasons = format.reasons(task);
    return `${placeOf(task)} (${format.name(task.id)})${reasons === '' ? '' : `: ${reasons}`}`;
  });
  return `${format.count(failedAttempts.length, 'earlier attempt')} failed, ${format.joinWithin(parts, ', ', 250)}`;
}

function notFoundDetails(outcome: Outcome, inputs: Inputs): Details {
  const near = outcome.nearMisses.map(nearMiss);
  const details = near.map((text, index) => (index === 0 ? `there is ${text}` : text));
  return {
    details: [...absencesBesideHeadline(outcome, inputs), ...details],
    hints: [notFoundHint(outcome, inputs)],
  };
}

/** What is absent, unless the headline of `not-found` says as much. */
export function absencesBesideHeadline(
  { result, absent, clusters }: Outcome,
  { taskIds }: Inputs,
  show = format.name,
): string[] {
  const [first, ...others] = absent;
  const isOne =
    first !== undefined && others.length === 0 && first.image === undefined && first.productId === undefined;
  const isTold =
    result === 'not-found' &&
    isOne &&
    (first.taskId === undefined ? clusters.length === 1 : taskIds.length === 1);
  return isTold ? [] : format.absences(absent, show);
}

/** What a near miss is and why it did not count: `pytorch:v2 in c1 (t1), but its tag is v2`. */
function nearMiss({ task, why }: NearMiss): string {
  return `${format.place(task, format.image(task, []))} (${nearMissDetails({ task, why })}), but ${why}`;
}

/** Id, and note where the clause does not tell it. */
export function nearMissDetails({ task, why }: NearMiss): string {
  const note = format.name(task.note);
  return note === '' || why.includes(task.note)
    ? format.name(task.id)
    : `${format.name(task.id)}, note ${JSON.stringify(note)}`;
}

/** What to do where nothing was found. */
export function notFoundHint({ nearMisses }: Outcome, inputs: Inputs): string {
  const nothing = nearMisses.length === 0 ? 'the API lists nothing that comes near; ' : '';
  if (inputs.taskIds.length > 0) return `${nothing}check task-ids, api-version and the account of api-key`;
  if (inputs.createMissing)
    return `${nothing}look in the console for what became of the tasks that were created`;
  return `${nothing}create a task in the console, or let this step create one with create-missing: true`;
}

/** Names the tasks of an outcome: with their images where there are several. */
export function placesFor(outcome: Outcome, { images }: Inputs): (task: PrewarmTask) => string {
  const isNamed = format.hasSeveralImages([...outcome.tasks, ...outcome.failedAttempts], images);
  return (task) => format.place(task, isNamed ? format.image(task, images) : null);
}
