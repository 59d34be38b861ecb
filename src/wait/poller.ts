import {
  type ApiFailure,
  type CompleteListing,
  isFailure,
  type ListingQuery,
  type PrewarmApi,
  type Visit,
} from '../api/types.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Outcome, Result } from '../outcome.ts';
import { imageNameOf } from '../tasks/image-reference.ts';
import { unfinishedOf } from '../tasks/task.ts';
import { nextPause } from './backoff.ts';
import { type Clock, sleep } from './clock.ts';
import type { WaitEvent } from './events.ts';
import { startHeartbeat } from './heartbeat.ts';
import { progressFrom } from './progress.ts';
import type { Reading } from './reading.ts';
import { FailureStreak, type GivingUp } from './retry-policy.ts';
import { Findings, type Span } from './state.ts';

export interface WaitPorts {
  readonly api: PrewarmApi;
  readonly clock: Clock;
  /** Cancels the wait; its reason is the name of the signal that the process got. */
  readonly signal: AbortSignal;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly observe: (event: WaitEvent) => void;
}

const LAST_POLL_LIMIT = 5_000;

/** Polls until the counted tasks decide the result, the time is up, or the signal aborts. Never throws for the API's sake. */
export async function wait(inputs: Inputs, ports: WaitPorts): Promise<Outcome> {
  return new Wait(inputs, ports).run();
}

class Wait {
  readonly #inputs: Inputs;
  readonly #ports: WaitPorts;
  readonly #span: Span;
  readonly #findings: Findings;
  readonly #failures = new FailureStreak();
  /** What the last round of creations met, when it was just now. */
  #creationFailure: ApiFailure | null = null;
  #polls = 0;

  constructor(inputs: Inputs, ports: WaitPorts) {
    this.#inputs = inputs;
    this.#ports = ports;
    const startedAt = ports.clock.now();
    this.#span = { startedAt, deadline: startedAt + inputs.timeout };
    this.#findings = new Findings(inputs, this.#span);
  }

  async run(): Promise<Outcome> {
    const { clock, signal } = this.#ports;
    const { startedAt, deadline } = this.#span;
    const stopHeartbeat = startHeartbeat(clock, () => this.#tellProgress());
    try {
      // Decisions go by the time that a poll was planned for: timers may fire a little early.
      let pollAt = startedAt;
      for (;;) {
        const isLast = pollAt >= deadline;
        const reading = this.#findings.newReading();
        const answer = await this.#poll(reading, isLast);
        if (signal.aborted) return this.#end('cancelled', String(signal.reason));
        this.#creationFailure = null;
        const end =
          answer === null
            ? null
            : isFailure(answer)
              ? this.#takeFailure(answer)
              : await this.#takeListing(answer, reading, pollAt);
        if (end !== null) return end;
        if (isLast && !this.#findings.isUnconfirmed) return this.#timeOut();
        pollAt = answer === null ? deadline : this.#nextPollAt();
        await sleep(clock, pollAt - clock.now(), signal);
        if (signal.aborted) return this.#end('cancelled', String(signal.reason));
      }
    } finally {
      stopHeartbeat();
    }
  }

  /** One poll, cut off at the deadline (`null`), or the last one, cut off a little after it (a failure). */
  async #poll(reading: Reading, isLast: boolean): Promise<CompleteListing | ApiFailure | null> {
    const grace = isLast ? Math.min(LAST_POLL_LIMIT, this.#inputs.requestTimeout) : 0;
    const visit: Visit = (task, serverClockOffset) => reading.visit(task, serverClockOffset);
    this.#polls += 1;
    return this.#cutOffAt(this.#span.deadline + grace, async (signal, isCutOff) => {
      const answer = await this.#ports.api.list(this.#query(), visit, signal);
      return isCutOff() && isFailure(answer) && !isLast ? null : answer;
    });
  }

  /** Does something that both the signal and the clock may end. */
  async #cutOffAt<T>(
    time: number,
    doIt: (signal: AbortSignal, isCutOff: () => boolean) => Promise<T>,
  ): Promise<T> {
    const { clock, signal } = this.#ports;
    const cut = new AbortController();
    const cancelCut = clock.after(time - clock.now(), () => cut.abort());
    try {
      return await doIt(AbortSignal.any([signal, cut.signal]), () => cut.signal.aborted);
    } finally {
      cancelCut();
    }
  }

  #query(): ListingQuery {
    const { image, note, clusterIds, taskIds } = this.#inputs;
    const [clusterId = null, ...others] = clusterIds;
    return {
      name: image === null ? note : imageNameOf(image),
      clusterId: others.length === 0 ? clusterId : null,
      taskIds,
    };
  }

  /** Takes a complete listing in; gives the outcome when it decides. */
  async #takeListing(listing: CompleteListing, reading: Reading, pollAt: number): Promise<Outcome | null> {
    const { clock, observe } = this.#ports;
    if (this.#failures.length > 0) observe({ type: 'recovered', failedPolls: this.#failures.length });
    this.#failures.end();
    const news = this.#findings.take(listing, reading, {
      now: clock.now(),
      isFirstPoll: this.#polls === 1,
      mayCreate: pollAt < this.#span.deadline,
    });
    if (news.changes.length > 0) {
      observe({ type: 'changed', changes: news.changes, serverNow: this.#serverNow() });
    }

    const verdict = this.#findings.judge(news, pollAt);
    if (verdict === 'waiting' && news.missing.length === 0) {
      this.#findings.dropUnconfirmed();
      return null;
    }
    const decision = verdict === 'waiting' ? `create in ${JSON.stringify(news.missing)}` : verdict;
    if (!this.#findings.confirm(listing, decision)) return null;
    if (verdict !== 'waiting') return this.#end(verdict, null);
    const givingUp = await this.#create(news.missing);
    return givingUp && this.#end(givingUp.result, givingUp.cause);
  }

  async #create(clusterIds: readonly string[]): Promise<GivingUp | null> {
    const { deadline } = this.#span;
    const { creation, serverClockOffset } = this.#findings;
    const { failure, givingUp } = await this.#cutOffAt(deadline, (signal) =>
      creation.createIn(clusterIds, { ...this.#ports, signal, deadline, serverClockOffset }),
    );
    this.#creationFailure = failure;
    this.#findings.takeCreations(this.#ports.clock.now());
    return givingUp;
  }

  /** Takes a failed poll in; gives the outcome when there is no point in going on. */
  #takeFailure(failure: ApiFailure): Outcome | null {
    this.#findings.dropUnconfirmed();
    const timeLeft = this.#span.deadline - this.#ports.clock.now();
    const givingUp = this.#failures.add(failure, this.#findings.isAny, timeLeft);
    return givingUp && this.#end(givingUp.result, givingUp.cause);
  }

  #timeOut(): Outcome {
    if (!this.#findings.isAny) {
      const { result, cause } = this.#failures.neverAnswered();
      return this.#end(result, cause);
    }
    const poll = this.#failures.last;
    const creation = this.#findings.creation.failures.last;
    const cause = poll
      ? `the last poll failed: ${poll.problem}`
      : creation && `the last request to create a task failed: ${creation.problem}`;
    return this.#end('timed-out', cause);
  }

  #nextPollAt(): number {
    const { clock, random, observe } = this.#ports;
    const { pollInterval, failFast } = this.#inputs;
    const { startedAt, deadline } = this.#span;
    const { selection, history, creation } = this.#findings;
    const now = clock.now();
    if (this.#findings.isUnconfirmed) return now;
    const failures = this.#creationFailure === null ? this.#failures : creation.failures;
    const { last, length: failuresInARow } = failures;
    const { pending, needed } = progressFrom({
      inputs: this.#inputs,
      selection,
      history,
      waited: now - startedAt,
      serverNow: this.#serverNow(),
    });
    const retryAfter = last?.retryAfter ?? null;
    const pause = nextPause(
      { pollInterval, failuresInARow, retryAfter, pending, needed, failFast },
      random(),
    );
    if (last === null) return Math.min(now + pause, this.#findings.dueBy(now));
    if (failures === this.#failures) observe({ type: 'poll-failed', problem: last.problem, pause });
    return Math.min(now + pause, deadline);
  }

  #tellProgress(): void {
    const { selection, history } = this.#findings;
    this.#ports.observe({
      type: 'heartbeat',
      waited: this.#ports.clock.now() - this.#span.startedAt,
      serverNow: this.#serverNow(),
      unfinished: unfinishedOf(selection.counted).map((task) => ({ task, earlier: history.before(task) })),
      absent: selection.absent,
      failing: this.#failures.last?.problem ?? null,
    });
  }

  #serverNow(): number {
    return this.#ports.clock.now() + this.#findings.serverClockOffset;
  }

  #end(result: Result, cause: string | null): Outcome {
    const { selection, creation, serverClockOffset } = this.#findings;
    return {
      result,
      cause,
      tasks: selection.counted,
      createdTaskIds: creation.createdTaskIds,
      unclearCreations: creation.unclear,
      absent: selection.absent,
      nearMisses: selection.nearMisses,
      startedAt: this.#span.startedAt,
      endedAt: this.#ports.clock.now(),
      serverClockOffset,
      polls: this.#polls,
      failedPolls: this.#failures.total,
    };
  }
}
