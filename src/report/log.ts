import type { Inputs } from '../inputs/inputs.ts';
import { phaseOf, stateFrom } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import type { Change, WaitEvent } from '../wait/events.ts';
import * as format from './format.ts';

export interface LogLine {
  readonly level: 'info' | 'warning';
  readonly text: string;
}

const LONGEST_HEARTBEAT = 1_500;
const LONGEST_PROBLEM = 500;

/** The first line of a wait: for what, where, and for how long. */
export function openingLine(inputs: Inputs): string {
  const required =
    inputs.requirement === 'all'
      ? 'every task must succeed'
      : `${format.tasks(inputs.requirement)} must succeed`;
  const creating = inputs.createMissing ? '; a listed cluster without a task gets one' : '';
  return `Waiting for ${format.target(inputs)} at ${inputs.baseUrl} for up to ${format.duration(inputs.timeout)}; ${required}${creating}`;
}

/** Turns what happens while waiting into log lines. Remembers what it need not say again. */
export class WaitLog {
  #hasWarnedOfState = false;
  #lastProblem: string | null = null;

  /** The lines for an event; most events of a calm wait have none. */
  linesFor(event: WaitEvent): LogLine[] {
    switch (event.type) {
      case 'changed':
        return [...this.#unknownState(event.changes), ...changeLines(event.changes, event.serverNow)];
      case 'poll-failed': {
        const isRepeated = event.problem === this.#lastProblem;
        this.#lastProblem = event.problem;
        if (isRepeated) return [];
        const problem = shorten(event.problem, LONGEST_PROBLEM);
        return [info(`A poll failed, the next is in ${format.duration(event.pause)}: ${problem}`)];
      }
      case 'created':
        return [info(`Created task ${format.name(event.taskId)} in cluster ${format.name(event.clusterId)}`)];
      case 'creation-failed': {
        const problem = shorten(event.problem, LONGEST_PROBLEM);
        return [
          info(
            `A task in cluster ${format.name(event.clusterId)} may not have been created, the listing will tell: ${problem}`,
          ),
        ];
      }
      case 'recovered':
        this.#lastProblem = null;
        return [info(`The API answers again, after ${format.count(event.failedPolls, 'failed poll')}`)];
      case 'heartbeat':
        return [info(heartbeat(event))];
    }
  }

  #unknownState(changes: readonly Change[]): LogLine[] {
    const odd = changes.find(
      ({ task }) => task.state === 'Unknown' && stateFrom(task.reportedState) === 'Unknown',
    );
    if (odd === undefined || this.#hasWarnedOfState) return [];
    this.#hasWarnedOfState = true;
    const state = JSON.stringify(format.name(odd.task.reportedState));
    const text = `${format.place(odd.task)} is in a state that this action does not know, ${state}; it counts as unfinished`;
    return [{ level: 'warning', text }];
  }
}

function info(text: string): LogLine {
  return { level: 'info', text };
}

function changeLines(changes: readonly Change[], serverNow: number): LogLine[] {
  return changes.map((change) => info(changeLine(change, serverNow)));
}

function changeLine({ task, from }: Change, serverNow: number): string {
  const step = from === null ? task.state : `${from} → ${task.state}`;
  const details = [timing(task, serverNow), format.size(task)].filter((detail) => detail !== '');
  const reasons = format.reasons(task);
  return `${format.place(task)}: ${[step, ...details].join(', ')}${reasons === '' ? '' : ` (${reasons})`}`;
}

function timing(task: Change['task'], serverNow: number): string {
  if (phaseOf(task.state) !== 'unfinished' && task.createTime !== null && task.completeTime !== null) {
    return `took ${format.duration((task.completeTime - task.createTime) * 1000)}`;
  }
  const age = format.age(task, serverNow);
  return age === null ? '' : `${age} after it was created`;
}

function heartbeat(event: Extract<WaitEvent, { type: 'heartbeat' }>): string {
  const unfinished = event.unfinished.map(({ task, earlier }) => {
    const age = format.age(task, event.serverNow);
    const usually =
      earlier === null
        ? ''
        : ` (usually ${format.duration(earlier.medianSeconds * 1000)}, from ${format.count(earlier.count, 'earlier task')})`;
    return `${format.place(task)} ${task.state}${age === null ? '' : `, ${age} old`}${usually}`;
  });
  const absent = event.absent.map((expectation) => `${format.expectation(expectation)} absent`);
  const failing =
    event.failing === null ? [] : [`the last poll failed: ${shorten(event.failing, LONGEST_PROBLEM)}`];
  const parts = [...unfinished, ...absent, ...failing];
  const rest =
    parts.length === 0 ? 'nothing found so far' : format.joinWithin(parts, '; ', LONGEST_HEARTBEAT);
  return `Still waiting after ${format.duration(event.waited)}: ${rest}`;
}
