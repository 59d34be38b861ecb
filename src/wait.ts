import { isFailure, type Listing, type ListingQuery, type PollFailure, type PrewarmApi } from './api/poll.ts';
import { type Clock, sleep } from './clock.ts';
import { earliestCreation } from './created-after.ts';
import { type EarlierTasks, earlierTasks } from './history.ts';
import { imageNameOf } from './image-reference.ts';
import type { Settings } from './inputs.ts';
import type { Outcome, Result } from './outcome.ts';
import { nextPause } from './schedule.ts';
import { type Expectation, type Memory, type Selection, type Selectors, select } from './selection.ts';
import { type PrewarmTask, phaseOf, type TaskState } from './task.ts';
import { judge, missingCount } from './verdict.ts';

/** A counted task whose state is not what it was; `from` is `null` for one that is seen for the first time. */
export interface Change {
  readonly task: PrewarmTask;
  readonly from: TaskState | null;
}

/** What happens while waiting, for the log. Times are Unix milliseconds on the server's clock, pauses milliseconds. */
export type WaitEvent =
  | { readonly type: 'changed'; readonly changes: readonly Change[]; readonly serverNow: number }
  | {
      readonly type: 'poll-failed';
      readonly problem: string;
      readonly pause: number;
      readonly inARow: number;
    }
  | { readonly type: 'recovered'; readonly failedPolls: number }
  | {
      readonly type: 'heartbeat';
      readonly waited: number;
      readonly serverNow: number;
      readonly unfinished: readonly { readonly task: PrewarmTask; readonly earlier: EarlierTasks | null }[];
      readonly absent: readonly Expectation[];
      readonly failing: string | null;
    };

export interface WaitPorts {
  readonly api: PrewarmApi;
  readonly clock: Clock;
  /** Cancels the wait; its reason is the name of the signal that the process got. */
  readonly signal: AbortSignal;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly observe: (event: WaitEvent) => void;
}

const HEARTBEAT = 60_000;
const FAILURES_BEFORE_FIRST_ANSWER = 5;
const REFUSALS_AFTER_FIRST_ANSWER = 3;
const LAST_POLL_LIMIT = 5_000;

/** Polls until the counted tasks decide the result, the time is up, or the signal aborts. Never throws for the API's sake. */
export async function wait(settings: Settings, ports: WaitPorts): Promise<Outcome> {
  return new Wait(settings, ports).run();
}

class Wait {
  readonly #settings: Settings;
  readonly #ports: WaitPorts;
  readonly #startedAt: number;
  readonly #deadline: number;
  #selectors: Selectors | null = null;
  #serverClockOffset = 0;
  #memory: Memory = new Map();
  #listing: readonly PrewarmTask[] = [];
  #selection: Selection = { counted: [], absent: [], nearMisses: [], memory: this.#memory };
  #appearDeadline = Number.POSITIVE_INFINITY;
  #polls = 0;
  #failedPolls = 0;
  #failuresInARow = 0;
  #refusals = 0;
  #lastFailure: PollFailure | null = null;

  constructor(settings: Settings, ports: WaitPorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#startedAt = ports.clock.now();
    this.#deadline = this.#startedAt + settings.timeout;
  }

  async run(): Promise<Outcome> {
    const { clock, signal } = this.#ports;
    const stopHeartbeat = this.#startHeartbeat();
    try {
      // Decisions go by the time that a poll was planned for: timers may fire a little early.
      let pollAt = this.#startedAt;
      for (;;) {
        const isLast = pollAt >= this.#deadline;
        const answer = await this.#poll(isLast);
        if (signal.aborted) return this.#end('cancelled', String(signal.reason));
        const end =
          answer === null
            ? null
            : isFailure(answer)
              ? this.#takeFailure(answer)
              : this.#judge(answer, pollAt);
        if (end !== null) return end;
        if (isLast) return this.#timeOut();
        pollAt = answer === null ? this.#deadline : this.#nextPollAt();
        await sleep(clock, pollAt - clock.now(), signal);
        if (signal.aborted) return this.#end('cancelled', String(signal.reason));
      }
    } finally {
      stopHeartbeat();
    }
  }

  /** One poll, cut off at the deadline (`null`), or the last one, cut off a little after it (a failure). */
  async #poll(isLast: boolean): Promise<Listing | PollFailure | null> {
    const { api, clock, signal } = this.#ports;
    const grace = isLast ? Math.min(LAST_POLL_LIMIT, this.#settings.requestTimeout) : 0;
    const cut = new AbortController();
    const cancelCut = clock.after(this.#deadline + grace - clock.now(), () => cut.abort());
    this.#polls += 1;
    const answer = await api.list(this.#query(), AbortSignal.any([signal, cut.signal]));
    cancelCut();
    return cut.signal.aborted && isFailure(answer) && !isLast ? null : answer;
  }

  #query(): ListingQuery {
    const { image, note, clusterIds } = this.#settings;
    const [clusterId = null, ...others] = clusterIds;
    return {
      name: image === null ? note : imageNameOf(image),
      clusterId: others.length === 0 ? clusterId : null,
    };
  }

  /** Takes a complete listing in; gives the outcome when it decides. */
  #judge(listing: Listing, pollAt: number): Outcome | null {
    const { requirement, failFast, appearTimeout } = this.#settings;
    const { observe } = this.#ports;
    if (this.#failuresInARow > 0) observe({ type: 'recovered', failedPolls: this.#failuresInARow });
    this.#failuresInARow = 0;
    this.#refusals = 0;
    this.#lastFailure = null;
    if (this.#selectors === null) {
      this.#serverClockOffset = listing.serverClockOffset ?? 0;
      this.#selectors = this.#resolveSelectors();
      this.#appearDeadline = pollAt + appearTimeout;
    }
    const before = new Map(this.#selection.counted.map((task) => [task.id, task.state]));
    this.#listing = listing.tasks;
    this.#selection = select(listing.tasks, this.#selectors, this.#memory);
    this.#memory = this.#selection.memory;
    const changes = this.#selection.counted.flatMap((task) => {
      const from = before.get(task.id) ?? null;
      return from === task.state ? [] : [{ task, from }];
    });
    if (changes.length > 0) observe({ type: 'changed', changes, serverNow: this.#serverNow() });

    const mayAppear = pollAt < this.#appearDeadline;
    const verdict = judge({ ...this.#selection, requirement, failFast, mayAppear });
    return verdict === 'waiting' ? null : this.#end(verdict, null);
  }

  #resolveSelectors(): Selectors {
    const { createdAfter } = this.#settings;
    return {
      ...this.#settings,
      createdAfter: createdAfter && earliestCreation(createdAfter, this.#startedAt, this.#serverClockOffset),
    };
  }

  /** Takes a failed poll in; gives the outcome when there is no point in going on. */
  #takeFailure(failure: PollFailure): Outcome | null {
    const { kind, problem, retryAfter } = failure;
    this.#failedPolls += 1;
    this.#failuresInARow += 1;
    this.#lastFailure = failure;
    const hasAnswered = this.#selectors !== null;
    if (kind === 'fatal') return this.#end('error', problem);
    if (kind === 'refused') {
      this.#refusals += 1;
      if (!hasAnswered) return this.#end('error', problem);
      if (this.#refusals >= REFUSALS_AFTER_FIRST_ANSWER) {
        return this.#end(
          'error',
          `The API key stopped working while the tasks may still be running: ${problem}`,
        );
      }
    }
    if (retryAfter !== null && this.#ports.clock.now() + retryAfter > this.#deadline) {
      return this.#end('timed-out', `the server asked to be left alone until after the timeout: ${problem}`);
    }
    if (!hasAnswered && this.#failuresInARow >= FAILURES_BEFORE_FIRST_ANSWER)
      return this.#neverAnswered(problem);
    return null;
  }

  #timeOut(): Outcome {
    const problem = this.#lastFailure?.problem ?? null;
    if (this.#selectors === null) return this.#neverAnswered(problem ?? 'no poll was answered in time');
    return this.#end('timed-out', problem === null ? null : `the last poll failed: ${problem}`);
  }

  #neverAnswered(problem: string): Outcome {
    return this.#end(
      'error',
      `The API gave no good answer in ${this.#polls} polls, the last of which failed: ${problem}`,
    );
  }

  #nextPollAt(): number {
    const { clock, random, observe } = this.#ports;
    const now = clock.now();
    const inARow = this.#failuresInARow;
    const pause = nextPause(
      {
        pollInterval: this.#settings.pollInterval,
        failuresInARow: inARow,
        retryAfter: this.#lastFailure?.retryAfter ?? null,
      },
      random(),
    );
    if (this.#lastFailure !== null) {
      observe({ type: 'poll-failed', problem: this.#lastFailure.problem, pause, inARow });
      return Math.min(now + pause, this.#deadline);
    }
    const isMissing = missingCount({ ...this.#selection, requirement: this.#settings.requirement }) > 0;
    const appearsBy = isMissing && this.#appearDeadline > now ? this.#appearDeadline : this.#deadline;
    return Math.min(now + pause, appearsBy, this.#deadline);
  }

  /** Calls for a line in the log at least once a minute, in the middle of a slow request too. */
  #startHeartbeat(): () => void {
    const { clock, observe } = this.#ports;
    let cancel = () => {};
    const arm = () => {
      cancel = clock.after(HEARTBEAT, () => {
        observe({
          type: 'heartbeat',
          waited: clock.now() - this.#startedAt,
          serverNow: this.#serverNow(),
          unfinished: this.#selection.counted
            .filter((task) => phaseOf(task.state) === 'unfinished')
            .map((task) => ({ task, earlier: earlierTasks(this.#listing, task) })),
          absent: this.#selection.absent,
          failing: this.#lastFailure?.problem ?? null,
        });
        arm();
      });
    };
    arm();
    return () => cancel();
  }

  #serverNow(): number {
    return this.#ports.clock.now() + this.#serverClockOffset;
  }

  #end(result: Result, cause: string | null): Outcome {
    return {
      result,
      cause,
      tasks: this.#selection.counted,
      absent: this.#selection.absent,
      nearMisses: this.#selection.nearMisses,
      startedAt: this.#startedAt,
      endedAt: this.#ports.clock.now(),
      serverClockOffset: this.#serverClockOffset,
      polls: this.#polls,
      failedPolls: this.#failedPolls,
    };
  }
}
