import type { Clock } from '../../../src/wait/clock.ts';
import { START } from './factories.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that passes only when a test says so. */
export class VirtualClock implements Clock {
  #now = START;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    if (Number.isNaN(milliseconds)) throw new Error('a timer was set for NaN milliseconds');
    const timer = { at: this.#now + Math.max(0, milliseconds), callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.#now - START;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Lets time pass from timer to timer until the promise settles; throws where nothing is left to wait for. */
  async finish<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (;;) {
      await drain();
      if (isSettled) return promise;
      this.#fireNext(Number.POSITIVE_INFINITY);
    }
  }

  /** Lets so much time pass, and everything happen that falls due in it. */
  async pass(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await drain();
    while (this.#next(until) !== undefined) {
      this.#fireNext(until);
      await drain();
    }
    this.#now = until;
  }

  #next(until: number): Timer | undefined {
    const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
    return next;
  }

  #fireNext(until: number): void {
    const next = this.#next(until);
    if (next === undefined) throw new Error('nothing is left to wait for, and the promise is not settled');
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.callback();
  }
}

/** Every promise that can go on without a timer has gone on. */
function drain(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
