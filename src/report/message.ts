import type { Inputs } from '../inputs/inputs.ts';
import { type Outcome, waitedSeconds } from '../outcome.ts';
import { type PrewarmTask, phaseOf, unfinishedOf } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import { countPhases } from '../wait/verdict.ts';
import { oneLine } from './escape.ts';
import * as format from './format.ts';

const LONGEST_MESSAGE = 1_000;
const LONGEST_LISTING = 4_000; // room for near misses, and for what is wrong with every input

/** One sentence that says what happened, harmless in a log. Without inputs (bad inputs) it is the outcome's cause. */
export function messageFor(outcome: Outcome, inputs: Inputs | null): string {
  const isListing = outcome.result === 'not-found' || outcome.result === 'error';
  const longest = isListing ? LONGEST_LISTING : LONGEST_MESSAGE;
  const creations = oneLine(creationsOf(outcome));
  const room = longest - creations.length;
  const story = inputs === null ? causeOf(outcome) : compose(outcome, inputs, room);
  return shorten(oneLine(story), room) + creations;
}

/** What the step leaves behind that was not there before. */
function creationsOf({ createdTaskIds, unclearCreations }: Outcome): string {
  const listed = (items: readonly string[]) => format.joinWithin(items.map(format.name), ', ', 200);
  const created =
    createdTaskIds.length === 0
      ? ''
      : `; this step created ${format.tasks(createdTaskIds.length)}: ${listed(createdTaskIds)}`;
  const unclear =
    unclearCreations.length === 0
      ? ''
      : `; it may have created one in ${listed(unclearCreations)}, where the request had no clear answer`;
  return created + unclear;
}

function causeOf({ cause }: Outcome): string {
  return cause ?? 'The wait ended without a cause';
}

function compose(outcome: Outcome, inputs: Inputs, room: number): string {
  switch (outcome.result) {
    case 'succeeded':
      return succeeded(outcome, inputs);
    case 'failed':
      return failed(outcome, inputs, room);
    case 'timed-out':
      return timedOut(outcome, inputs, room);
    case 'not-found':
      return notFound(outcome, inputs);
    case 'cancelled':
      return `The wait for ${format.target(inputs)} was cancelled by ${causeOf(outcome)} after ${waited(outcome)}, with ${progress(outcome)}`;
    case 'error':
      return causeOf(outcome);
  }
}

function succeeded(outcome: Outcome, inputs: Inputs): string {
  const { total, succeeded } = countPhases(outcome.tasks);
  const share = succeeded === total ? format.tasks(total) : `${succeeded} of ${format.tasks(total)}`;
  return `${format.target(inputs)} is warm: ${share} succeeded${finishedEarlier(outcome)}`;
}

/** A success may rest on old tasks, and with a mutable tag on an old image: it says how old. */
function finishedEarlier(outcome: Outcome): string {
  const stepStart = outcome.startedAt + outcome.serverClockOffset;
  const ages = outcome.tasks
    .filter((task) => task.state === 'Succeeded' && task.completeTime !== null)
    // Times are cut to seconds: what the step created would seem to have finished before it.
    .filter((task) => !outcome.createdTaskIds.includes(task.id))
    .map((task) => stepStart - (task.completeTime ?? 0) * 1000)
    .filter((age) => age > 0)
    .sort((one, other) => one - other);
  const [latest, earliest] = [ages.at(0), ages.at(-1)];
  if (latest === undefined || earliest === undefined) return '';
  const [shortest, longest] = [format.duration(latest), format.duration(earliest)];
  const span = shortest === longest ? shortest : `${shortest} to ${longest}`;
  return `, ${ages.length === outcome.tasks.length ? '' : `${ages.length} of them `}finished ${span} ago, before this step started`;
}

function failed(outcome: Outcome, inputs: Inputs, room: number): string {
  const failures = outcome.tasks.filter((task) => phaseOf(task.state) === 'failed');
  const parts = failures.map((task) => {
    const reasons = format.reasons(task);
    return `${format.place(task)} (${format.name(task.id)}) ${task.state.toLowerCase()}${reasons === '' ? '' : `: ${reasons}`}`;
  });
  const head = `${format.target(inputs)} is not warm: ${failures.length} of ${format.tasks(outcome.tasks.length)} failed`;
  return `${head}: ${format.joinWithin(parts, '; ', room - head.length - 30)}`;
}

function timedOut(outcome: Outcome, inputs: Inputs, room: number): string {
  const serverNow = outcome.endedAt + outcome.serverClockOffset;
  const unfinished = unfinishedOf(outcome.tasks);
  const head = `Timed out after ${waited(outcome)} waiting for ${format.target(inputs)}`;
  const cause = outcome.cause === null ? '' : `; ${shorten(outcome.cause, 300)}`;
  const parts = [
    ...unfinished.map((task) => unfinishedTask(task, serverNow)),
    ...outcome.absent.map((absent) => `${format.expectation(absent)} absent`),
  ];
  if (parts.length === 0) return `${head}, with ${progress(outcome)}${cause}`;
  return `${head}: ${format.joinWithin(parts, '; ', room - head.length - cause.length - 30)}${cause}`;
}

function unfinishedTask(task: PrewarmTask, serverNow: number): string {
  const age = format.age(task, serverNow);
  return `${format.place(task)} (${format.name(task.id)}) ${task.state}${age === null ? '' : `, ${age} old`}`;
}

function notFound(outcome: Outcome, inputs: Inputs): string {
  const absent = outcome.absent.map(format.expectation);
  const missing =
    absent.length > 0
      ? `absent: ${format.joinWithin(absent, ', ', 500)}`
      : `${format.tasks(outcome.tasks.length)} found, ${inputs.requirement === 'all' ? 1 : inputs.requirement} required`;
  const nearMisses = outcome.nearMisses.map(
    ({ task, why }) => `${format.place(task)} (${format.name(task.id)}), but ${why}`,
  );
  const hint =
    nearMisses.length === 0
      ? 'the API returned nothing that comes near'
      : `near misses: ${nearMisses.join('; ')}`;
  return `Not every prewarm task of ${format.target(inputs)} was found within ${format.duration(inputs.appearTimeout)} (${missing}); ${hint}`;
}

function progress(outcome: Outcome): string {
  const { total, succeeded, failed, unfinished } = countPhases(outcome.tasks);
  return total === 0
    ? 'no task found so far'
    : `${succeeded} of ${format.tasks(total)} succeeded, ${failed} failed and ${unfinished} unfinished`;
}

function waited(outcome: Outcome): string {
  return format.duration(waitedSeconds(outcome) * 1000);
}
