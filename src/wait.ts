import {
  type CompleteListing,
  isFailure,
  type ListingQuery,
  type PollFailure,
  type PrewarmApi,
  type Visit,
} from './api/poll.ts';
import { type Clock, sleep } from './clock.ts';
import { earliestCreation } from './created-after.ts';
import type { WaitEvent } from './events.ts';
import { FailureStreak } from './failure-streak.ts';
import { History } from './history.ts';
import { imageNameOf } from './image-reference.ts';
import type { Settings } from './inputs.ts';
import type { Outcome, Result } from './outcome.ts';
import { progressFrom } from './progress.ts';
import { Reading } from './reading.ts';
import { nextPause, SHORTEST_PAUSE } from './schedule.ts';
import type { Selection, Selectors } from './selection.ts';
import { phaseOf } from './task.ts';
import { judge, missingCount, type Verdict } from './verdict.ts';

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
  #history = new History();
  #selection: Selection = { counted: [], absent: [], nearMisses: [], memory: new Map() };
  #appearDeadline = Number.POSITIVE_INFINITY;
  /** A verdict on a listing that may have a gap, which a second reading must agree with. */
  #unconfirmed: Verdict | null = null;
  #polls = 0;
  readonly #failures = new FailureStreak();

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
        const reading = new Reading((offset) => this.#selectorsAt(offset), this.#selection.memory);
        const answer = await this.#poll(reading, isLast);
        if (signal.aborted) return this.#end('cancelled', String(signal.reason));
        const end =
          answer === null
            ? null
            : isFailure(answer)
              ? this.#takeFailure(answer)
              : this.#judge(answer, reading, pollAt);
        if (end !== null) return end;
        if (isLast && this.#unconfirmed === null) return this.#timeOut();
        pollAt = answer === null ? this.#deadline : this.#nextPollAt();
        await sleep(clock, pollAt - clock.now(), signal);
        if (signal.aborted) return this.#end('cancelled', String(signal.reason));
      }
    } finally {
      stopHeartbeat();
    }
  }

  /** One poll, cut off at the deadline (`null`), or the last one, cut off a little after it (a failure). */
  async #poll(reading: Reading, isLast: boolean): Promise<CompleteListing | PollFailure | null> {
    const { api, clock, signal } = this.#ports;
    const grace = isLast ? Math.min(LAST_POLL_LIMIT, this.#settings.requestTimeout) : 0;
    const cut = new AbortController();
    const cancelCut = clock.after(this.#deadline + grace - clock.now(), () => cut.abort());
    this.#polls += 1;
    try {
      const visit: Visit = (task, serverClockOffset) => reading.visit(task, serverClockOffset);
      const answer = await api.list(this.#query(), visit, AbortSignal.any([signal, cut.signal]));
      return cut.signal.aborted && isFailure(answer) && !isLast ? null : answer;
    } finally {
      cancelCut();
    }
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
  #judge(listing: CompleteListing, reading: Reading, pollAt: number): Outcome | null {
    const { requirement, failFast, timeout, appearTimeout } = this.#settings;
    const { clock, observe } = this.#ports;
    if (this.#failures.length > 0) observe({ type: 'recovered', failedPolls: this.#failures.length });
    this.#failures.end();
    if (this.#selectors === null) {
      this.#serverClockOffset = listing.serverClockOffset ?? 0;
      this.#selectors = this.#selectorsAt(listing.serverClockOffset);
      // A time as long as the whole wait ends with it, not the moment later that the first answer took.
      const isWholeWait = appearTimeout === timeout && this.#polls === 1;
      this.#appearDeadline = isWholeWait ? this.#deadline : clock.now() + appearTimeout;
    }
    const before = new Map(this.#selection.counted.map((task) => [task.id, task.state]));
    this.#history = reading.history;
    this.#selection = reading.selection(listing.serverClockOffset);
    const changes = this.#selection.counted.flatMap((task) => {
      const from = before.get(task.id) ?? null;
      return from === task.state ? [] : [{ task, from }];
    });
    if (changes.length > 0) observe({ type: 'changed', changes, serverNow: this.#serverNow() });

    const mayAppear = appearTimeout > 0 && pollAt < this.#appearDeadline;
    const verdict = judge({ ...this.#selection, requirement, failFast, mayAppear });
    if (verdict === 'waiting') {
      this.#unconfirmed = null;
      return null;
    }
    if (!listing.mayHaveSlipped || verdict === this.#unconfirmed) return this.#end(verdict, null);
    this.#unconfirmed = this.#unconfirmed === null ? verdict : null;
    return null;
  }

  /** The selectors, whose times are fixed by the server's clock at the first good answer. */
  #selectorsAt(serverClockOffset: number | null): Selectors {
    const { createdAfter } = this.#settings;
    const earliest = createdAfter && earliestCreation(createdAfter, this.#startedAt, serverClockOffset ?? 0);
    return this.#selectors ?? { ...this.#settings, createdAfter: earliest };
  }

  /** Takes a failed poll in; gives the outcome when there is no point in going on. */
  #takeFailure(failure: PollFailure): Outcome | null {
    this.#unconfirmed = null;
    const timeLeft = this.#deadline - this.#ports.clock.now();
    const givingUp = this.#failures.add(failure, this.#selectors !== null, timeLeft);
    return givingUp && this.#end(givingUp.result, givingUp.cause);
  }

  #timeOut(): Outcome {
    const { last } = this.#failures;
    if (this.#selectors !== null)
      return this.#end('timed-out', last && `the last poll failed: ${last.problem}`);
    const { result, cause } = this.#failures.neverAnswered();
    return this.#end(result, cause);
  }

  #nextPollAt(): number {
    const { clock, random, observe } = this.#ports;
    const { pollInterval, failFast, requirement } = this.#settings;
    const { last, length: failuresInARow } = this.#failures;
    const now = clock.now();
    if (this.#unconfirmed !== null) return now;
    const retryAfter = last?.retryAfter ?? null;
    const { pending, needed } = progressFrom({
      settings: this.#settings,
      selection: this.#selection,
      history: this.#history,
      waited: now - this.#startedAt,
      serverNow: this.#serverNow(),
    });
    const pause = nextPause(
      { pollInterval, failuresInARow, retryAfter, pending, needed, failFast },
      random(),
    );
    if (last !== null) {
      observe({ type: 'poll-failed', problem: last.problem, pause });
      return Math.min(now + pause, this.#deadline);
    }
    // What is absent is judged at the end of its time, not a poll later.
    const isMissing = missingCount({ ...this.#selection, requirement }) > 0;
    const mayAppear = isMissing && now < this.#appearDeadline;
    const appearsBy = mayAppear ? Math.max(this.#appearDeadline, now + SHORTEST_PAUSE) : this.#deadline;
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
            .map((task) => ({ task, earlier: this.#history.before(task) })),
          absent: this.#selection.absent,
          failing: this.#failures.last?.problem ?? null,
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
      failedPolls: this.#failures.total,
    };
  }
}
