import type { Inputs, Notice } from '../inputs/inputs.ts';
import { durationSeconds, type PrewarmTask, phaseOf, stateFrom, type TaskState } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import type { Change, WaitEvent } from '../wait/events.ts';
import * as format from './format.ts';

export interface LogLine {
  readonly level: 'info' | 'warning';
  readonly text: string;
}

const LONGEST_HEARTBEAT = 1_500;
const LONGEST_PROBLEM = 500;
// A step shows at most ten annotations of a kind, and the wait, the outputs and the status have warnings of their own.
const MOST_NOTICES_AS_WARNINGS = 5;

/** The first lines of a wait: for what, where and for how long, and what is to be known of the inputs. */
export function openingLines(inputs: Inputs): LogLine[] {
  const { requirement, clusterIds, taskIds, createMissing, recreateFailed, deleteSuperseded } = inputs;
  const where =
    clusterIds.length > 0 || taskIds.length > 0
      ? ''
      : ' in those clusters only that have a task now (no cluster-ids given)';
  const clauses = [
    requirement === 'all' ? 'every task must succeed' : `${format.count(requirement, 'task')} must succeed`,
    ...(createMissing ? ['a listed cluster without a task gets one'] : []),
    ...(recreateFailed > 0
      ? [`a task that fails is created anew up to ${format.count(recreateFailed, 'time')}`]
      : []),
    ...(deleteSuperseded ? ['superseded tasks are deleted'] : []),
  ];
  const text = `Waiting for ${format.target(inputs)}${where} at ${inputs.baseUrl} for up to ${format.duration(inputs.timeout)}; ${clauses.join('; ')}`;
  const warnings = inputs.notices.filter(({ level }) => level === 'warning');
  const levelOf = (notice: Notice) =>
    warnings.indexOf(notice) < MOST_NOTICES_AS_WARNINGS ? notice.level : 'info';
  return [info(text), ...inputs.notices.map((notice) => ({ level: levelOf(notice), text: notice.text }))];
}

type EventOf<Type extends WaitEvent['type']> = Extract<WaitEvent, { type: Type }>;

/** Turns what happens while waiting into log lines. Remembers what it need not say again. */
export class WaitLog {
  readonly #inputs: Inputs;
  readonly #warned = new Set<string>();
  /** The tasks that the latest listing lacks, with the states that they had. */
  readonly #unlisted = new Map<string, TaskState>();
  #firstAddress: string | null = null;
  #lastProblem: string | null = null;

  constructor(inputs: Inputs) {
    this.#inputs = inputs;
  }

  /** The lines for an event; most polls of a calm wait have none. */
  linesFor(event: WaitEvent): LogLine[] {
    switch (event.type) {
      case 'changed':
        return [
          ...this.#unknownState(event.changes),
          ...event.changes.map((change) => info(this.#changeLine(change, event.serverNow))),
        ];
      case 'absent':
        return [info(absentLine(event))];
      case 'poll-failed':
        return this.#failedPoll(event);
      case 'recovered':
        this.#lastProblem = null;
        return [info(`The API answers again, after ${format.count(event.failedPolls, 'failed poll')}`)];
      case 'created':
        return [info(`${format.orderedPlace(event.place)}: created task ${format.name(event.taskId)}`)];
      case 'creation-failed':
        return [info(creationFailed(event))];
      case 'attempt-failed':
        return [info(this.#failedAttempt(event))];
      case 'deleted':
        return event.tasks.map((task) =>
          info(`${placeWithImage(task)}: deleted superseded task ${format.name(task.id)}`),
        );
      case 'deletion-failed': {
        const ids = format.named(
          'superseded task',
          event.tasks.map(({ id }) => id),
        );
        const text = `Could not delete ${ids}: ${shorten(event.problem, LONGEST_PROBLEM)}; the result stays as it is`;
        return [{ level: this.#warnOnce('deletion'), text }];
      }
      case 'heartbeat':
        return [info(this.#heartbeat(event))];
    }
  }

  #failedPoll({ problem, delay }: EventOf<'poll-failed'>): LogLine[] {
    const isRepeated = problem === this.#lastProblem;
    this.#lastProblem = problem;
    if (isRepeated) return [];
    return [
      info(`A poll failed, the next is in ${format.duration(delay)}: ${shorten(problem, LONGEST_PROBLEM)}`),
    ];
  }

  #failedAttempt({ task, attempt, of, delay }: EventOf<'attempt-failed'>): string {
    const again = `it is created anew in ${format.duration(delay)}, attempt ${attempt} of ${of}`;
    return `${this.#place(task)}: task ${format.name(task.id)} failed${inBrackets(format.reasons(task))}; ${again}`;
  }

  #warnOnce(kind: string): LogLine['level'] {
    if (this.#warned.has(kind)) return 'info';
    this.#warned.add(kind);
    return 'warning';
  }

  #unknownState(changes: readonly Change[]): LogLine[] {
    const odd = changes.find(
      ({ task }) => task.state === 'Unknown' && stateFrom(task.reportedState) === 'Unknown',
    );
    if (odd === undefined || this.#warnOnce('state') === 'info') return [];
    const state = JSON.stringify(format.state(odd.task));
    const text = `${this.#place(odd.task)} is in a state that this action does not know, ${state}; it counts as unfinished`;
    return [{ level: 'warning', text }];
  }

  /** The first line names the image: a task is named with its own only where there are several, or none was given. */
  #place(task: PrewarmTask): string {
    this.#firstAddress ??= task.imageUrl;
    const { images, taskIds } = this.#inputs;
    const isNamed = images.length !== 1 || task.imageUrl !== this.#firstAddress;
    const place = format.place(task, isNamed ? format.image(task, images) : null);
    return taskIds.length === 0 ? place : `${place} (${format.name(task.id)})`;
  }

  #changeLine(change: Change, serverNow: number): string {
    const { task } = change;
    const details = [timing(change, serverNow), format.size(task)].filter((detail) => detail !== '');
    const what = [this.#step(change), ...details].join(', ');
    return `${this.#place(task)}: ${what}${inBrackets(format.reasons(task))}`;
  }

  #step({ task, from, isListed }: Change): string {
    const before = this.#unlisted.get(task.id) ?? from;
    if (!isListed && task.state !== 'Deleted') {
      this.#unlisted.set(task.id, before ?? task.state);
      return `not in the listing any more (it was ${before ?? task.state}); gone from the next one too, it counts as deleted`;
    }
    const wasUnlisted = this.#unlisted.delete(task.id);
    if (task.state === 'Deleted') return `${before ?? 'Unknown'} → Deleted (gone from two listings in a row)`;
    const state = format.state(task);
    if (before === null) return state;
    if (before !== task.state) return `${before} → ${state}`;
    return wasUnlisted ? `${state}, in the listing again` : `still ${state}`;
  }

  #heartbeat(event: EventOf<'heartbeat'>): string {
    const unfinished = event.unfinished.map(({ task, past }) => {
      const age = format.age(task, event.serverNow);
      const usually =
        past === null
          ? ''
          : ` (usually ${format.duration(past.medianSeconds * 1000)}, from ${format.count(past.count, 'earlier task')})`;
      return `${this.#place(task)} ${format.state(task)}${age === null ? '' : `, ${age} old`}${usually}`;
    });
    const failing =
      event.failing === null ? [] : [`the last poll failed: ${shorten(event.failing, LONGEST_PROBLEM)}`];
    const parts = [...unfinished, ...format.absences(event.absent), ...failing];
    const rest =
      parts.length === 0 ? 'nothing found so far' : format.joinWithin(parts, '; ', LONGEST_HEARTBEAT);
    return `Still waiting after ${format.duration(event.waited)}: ${rest}`;
  }
}

function info(text: string): LogLine {
  return { level: 'info', text };
}

function inBrackets(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

function placeWithImage(task: PrewarmTask): string {
  return format.place(task, format.image(task, []));
}

function absentLine({ absent, counted, timeLeft }: EventOf<'absent'>): string {
  const tooFew = counted === 0 ? 'no task' : `only ${format.count(counted, 'task')}`;
  const named = format.joinWithin(format.absences(absent), '; ', LONGEST_PROBLEM);
  const what = absent.length === 0 ? tooFew : named;
  const until = timeLeft > 0 ? `; waiting up to ${format.duration(timeLeft)} for it` : '';
  return `${format.capitalised(what)} yet${until}`;
}

function creationFailed({ place, problem, isUnclear }: EventOf<'creation-failed'>): string {
  const effect = isUnclear
    ? 'a task may have been created or not, the listing will tell'
    : 'no task was created yet, it is tried again';
  return `${format.orderedPlace(place)}: ${effect}: ${shorten(problem, LONGEST_PROBLEM)}`;
}

/** How long a finished task took, and how long ago it finished where that was before it was seen; how old another is. */
function timing({ task, from, isListed }: Change, serverNow: number): string {
  const took = phaseOf(task.state) === 'unfinished' ? null : durationSeconds(task);
  if (took !== null && task.completeTime !== null) {
    const ago =
      from === null ? `, finished ${format.duration(serverNow - task.completeTime * 1000)} ago` : '';
    return `took ${format.duration(took * 1000)}${ago}`;
  }
  const age = task.state === 'Deleted' || !isListed ? null : format.age(task, serverNow);
  return age === null ? '' : `${age} old`;
}
