import { type ApiFailure, isFailure, type Listing, type PrewarmApi } from '../api/types.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Outcome } from '../outcome.ts';
import type { PrewarmTask } from '../tasks/task.ts';
import { ownFault } from '../text.ts';
import { type Clock, sleep } from './clock.ts';
import type { WaitEvent } from './events.ts';
import { startHeartbeat } from './heartbeat.ts';
import {
  afterCreation,
  afterDeletion,
  afterFailure,
  afterListing,
  afterQuota,
  type Decision,
  ending,
  graceOf,
  heartbeat,
  initialState,
  outcomeOf,
  queriesFor,
  type Step,
  type WaitState,
} from './state.ts';

export interface WaitPorts {
  readonly api: PrewarmApi;
  readonly clock: Clock;
  /** Cancels the wait; its reason is the name of the signal that the process got. */
  readonly signal: AbortSignal;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly observe: (event: WaitEvent) => void;
}

/** Polls until the counted tasks decide the result, the time is up, or the signal aborts. Never rejects. */
export async function wait(inputs: Inputs, ports: WaitPorts): Promise<Outcome> {
  return new Wait(inputs, ports).run();
}

/** Carries out what the pure steps of the state decide. */
class Wait {
  readonly #ports: WaitPorts;
  #state: WaitState;

  constructor(inputs: Inputs, ports: WaitPorts) {
    this.#ports = ports;
    this.#state = initialState(inputs, ports.clock.now());
  }

  async run(): Promise<Outcome> {
    const { clock, signal, observe } = this.#ports;
    const stopHeartbeat = startHeartbeat(clock, () => observe(heartbeat(this.#state, clock.now())));
    try {
      let decision: Decision = { kind: 'poll', at: this.#state.startedAt };
      while (decision.kind !== 'end') {
        const step: Step | null = await this.#carryOut(decision);
        if (step !== null) this.#take(step);
        if (signal.aborted) return this.#outcome(ending('cancelled', String(signal.reason)));
        if (step !== null) decision = step.decision;
      }
      return this.#outcome(decision);
    } catch (bug) {
      return this.#outcome(ending('error', ownFault(bug)));
    } finally {
      stopHeartbeat();
    }
  }

  #take({ state, events }: Step): void {
    this.#state = state;
    for (const event of events) this.#ports.observe(event);
  }

  #outcome(end: Extract<Decision, { kind: 'end' }>): Outcome {
    return outcomeOf(this.#state, end, this.#ports.clock.now());
  }

  /** Returns `null` when the signal aborted before anything was asked for. */
  async #carryOut(decision: Exclude<Decision, { kind: 'end' }>): Promise<Step | null> {
    const { api, clock, signal } = this.#ports;
    if (decision.kind === 'poll') {
      await sleep(clock, decision.at - clock.now(), signal);
      return signal.aborted ? null : this.#poll(decision.at);
    }
    if (decision.kind === 'delete') {
      const failure = await api.delete(
        decision.tasks.map(({ id }) => id),
        signal,
      );
      return afterDeletion(this.#state, decision, failure);
    }
    if (decision.kind === 'read quota') {
      const quota = await this.#endingAt(this.#state.deadline, (cut) => api.quota(cut));
      return afterQuota(this.#state, decision, quota, this.#moment());
    }
    const sentAt = clock.now();
    const answer = await this.#endingAt(this.#state.deadline, (cut) => api.create(decision.order, cut));
    return afterCreation(this.#state, decision, answer, { ...this.#moment(), sentAt });
  }

  /** @param pollAt the time that the poll was planned for. */
  async #poll(pollAt: number): Promise<Step> {
    const { clock } = this.#ports;
    const sentAt = clock.now();
    const endsAt = Math.max(this.#state.deadline, sentAt) + graceOf(this.#state);
    let isCutOff = false;
    const answer = await this.#endingAt(endsAt, async (cut) => {
      const listing = await this.#list(cut);
      isCutOff = cut.aborted;
      return listing;
    });
    const at = { ...this.#moment(), pollAt, sentAt };
    return isFailure(answer)
      ? afterFailure(this.#state, answer, { ...at, isCutOff })
      : afterListing(this.#state, answer, at);
  }

  /** Reads all listings of a poll, one after the other, as one. */
  async #list(signal: AbortSignal): Promise<Listing | ApiFailure> {
    const tasks = new Map<string, PrewarmTask>();
    let mayBeIncomplete = false;
    let serverClockOffset: number | null = null;
    for (const query of queriesFor(this.#state)) {
      const listing = await this.#ports.api.list(query, signal);
      if (isFailure(listing)) return listing;
      for (const task of listing.tasks) tasks.set(task.id, task);
      mayBeIncomplete ||= listing.mayBeIncomplete;
      serverClockOffset = listing.serverClockOffset;
    }
    return { tasks: [...tasks.values()], mayBeIncomplete, serverClockOffset };
  }

  /** Does `work`, aborted on cancellation or at `time`, in Unix milliseconds. */
  async #endingAt<T>(time: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, signal } = this.#ports;
    const cut = new AbortController();
    const cancelCut = clock.after(time - clock.now(), () => cut.abort());
    try {
      return await work(AbortSignal.any([signal, cut.signal]));
    } finally {
      cancelCut();
    }
  }

  #moment(): { readonly now: number; readonly random: number } {
    return { now: this.#ports.clock.now(), random: this.#ports.random() };
  }
}
