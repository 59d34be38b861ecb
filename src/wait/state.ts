import type { CompleteListing } from '../api/types.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { earliestCreation } from '../tasks/creation-time.ts';
import { History } from '../tasks/past-durations.ts';
import type { Selection, Selectors } from '../tasks/selection.ts';
import { SHORTEST_PAUSE } from './backoff.ts';
import { Creation } from './create-missing.ts';
import type { Change } from './events.ts';
import { Reading } from './reading.ts';
import { judge, missingCount, type Verdict } from './verdict.ts';

/** When a wait starts and ends, Unix milliseconds. */
export interface Span {
  readonly startedAt: number;
  readonly deadline: number;
}

/** What is known of a listing besides what it shows. */
export interface Circumstances {
  /** When it came, Unix milliseconds. */
  readonly now: number;
  /** Whether no poll failed before it. */
  readonly isFirstPoll: boolean;
  /** Whether there is time left in which to wait for a new task. */
  readonly mayCreate: boolean;
}

/** What a complete listing brought. */
export interface News {
  readonly changes: readonly Change[];
  /** The clusters in which a task is to be created now. */
  readonly missing: readonly string[];
}

/** What the listings have shown so far, and what follows from it. */
export class Findings {
  readonly creation: Creation;
  readonly #inputs: Inputs;
  readonly #span: Span;
  #selectors: Selectors | null = null;
  #serverClockOffset = 0;
  #history = new History();
  #selection: Selection = { counted: [], absent: [], nearMisses: [], memory: new Map() };
  #selectWithout: (replaced: ReadonlySet<string>) => Selection = () => this.#selection;
  #appearDeadline = Number.POSITIVE_INFINITY;
  #unconfirmed: string | null = null;

  constructor(inputs: Inputs, span: Span) {
    this.#inputs = inputs;
    this.#span = span;
    this.creation = new Creation(inputs);
  }

  /** Whether there was a good answer at all. */
  get isAny(): boolean {
    return this.#selectors !== null;
  }

  /** What to add to a time on this machine's clock for the same moment on the server's. */
  get serverClockOffset(): number {
    return this.#serverClockOffset;
  }

  get history(): History {
    return this.#history;
  }

  get selection(): Selection {
    return this.#selection;
  }

  /** Whether a decision waits for a second reading to agree. */
  get isUnconfirmed(): boolean {
    return this.#unconfirmed !== null;
  }

  newReading(): Reading {
    // The last reading is not held while the next one is gathered: it may be a long one.
    this.#selectWithout = () => this.#selection;
    const selectorsAt = (offset: number | null) => this.#selectorsAt(offset);
    return new Reading(this.#span.startedAt, selectorsAt, this.#selection.memory);
  }

  /** Takes a complete listing in. */
  take(listing: CompleteListing, reading: Reading, { now, isFirstPoll, mayCreate }: Circumstances): News {
    const { serverClockOffset, mayHaveSlipped } = listing;
    if (this.#selectors === null) {
      this.#serverClockOffset = serverClockOffset ?? 0;
      this.#selectors = this.#selectorsAt(serverClockOffset);
      // A time as long as the whole wait ends with it, not the moment later that the first answer took.
      const { appearTimeout, timeout } = this.#inputs;
      const isWholeWait = isFirstPoll && appearTimeout === timeout;
      this.#appearDeadline = isWholeWait ? this.#span.deadline : now + appearTimeout;
    }
    const before = new Map(this.#selection.counted.map((task) => [task.id, task.state]));
    this.#selectWithout = (replaced) => reading.selection(serverClockOffset, replaced);
    const whole = this.#selectWithout(new Set());
    const startedAt = this.#span.startedAt + this.#serverClockOffset;
    const needing = this.creation.missingFrom(whole, reading.recent, startedAt, !mayHaveSlipped);
    const missing = mayCreate ? needing : [];
    const replaced = this.creation.replacedWith(missing);
    this.#selection = replaced.size === 0 ? whole : this.#selectWithout(replaced);
    this.#history = reading.history;
    const changes = this.#selection.counted.flatMap((task): Change[] => {
      const from = before.get(task.id) ?? null;
      return from === task.state ? [] : [{ task, from }];
    });
    return { changes, missing };
  }

  /** What has been created has its time to appear from now on, and what could not be replaces nothing. */
  takeCreations(now: number): void {
    this.#appearDeadline = now + this.#inputs.appearTimeout;
    this.#selection = this.#selectWithout(this.creation.replacedWith([]));
  }

  /** @param at when the listing was asked for. */
  judge({ missing }: News, at: number): Verdict {
    const { requirement, failFast, appearTimeout } = this.#inputs;
    const isAppearing = appearTimeout > 0 && at < this.#appearDeadline;
    const mayAppear = isAppearing || missing.length > 0 || this.creation.isUnderWay;
    return judge({ ...this.#selection, requirement, failFast, mayAppear });
  }

  /** Whether a decision stands: on a listing that may have a gap, a second reading in a row must lead to the same one. */
  confirm({ mayHaveSlipped }: CompleteListing, decision: string): boolean {
    const isConfirmed = !mayHaveSlipped || decision === this.#unconfirmed;
    this.#unconfirmed = isConfirmed || this.#unconfirmed !== null ? null : decision;
    return isConfirmed;
  }

  dropUnconfirmed(): void {
    this.#unconfirmed = null;
  }

  /** When the next look is due at the latest: what is absent is judged at the end of its time, not a poll later. */
  dueBy(now: number): number {
    const isMissing = missingCount({ ...this.#selection, requirement: this.#inputs.requirement }) > 0;
    const isAppearing = isMissing && now < this.#appearDeadline;
    const appearsBy = Math.max(this.#appearDeadline, now + SHORTEST_PAUSE);
    return isAppearing ? Math.min(appearsBy, this.#span.deadline) : this.#span.deadline;
  }

  /** The selectors, whose times are fixed by the server's clock at the first good answer. */
  #selectorsAt(serverClockOffset: number | null): Selectors {
    const { createdAfter } = this.#inputs;
    const earliest =
      createdAfter && earliestCreation(createdAfter, this.#span.startedAt, serverClockOffset ?? 0);
    return this.#selectors ?? { ...this.#inputs, createdAfter: earliest };
  }
}
