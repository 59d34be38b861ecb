import type { Clock } from '../../src/wait/clock.ts';

interface Timer {
  readonly at: number;
  /** `null` once cancelled: it is skipped when its turn comes, which is cheaper than to look for it. */
  callback: (() => void) | null;
}

/** Time that passes from timer to timer, as fast as the waiting code runs. A binary heap keeps thousands of timers. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #heap: Timer[] = [];

  /** @param start Unix milliseconds. */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    if (Number.isNaN(milliseconds)) throw new Error('a timer was set for NaN milliseconds');
    const timer: Timer = { at: this.#now + Math.max(0, milliseconds), callback };
    this.#push(timer);
    return () => {
      timer.callback = null;
    };
  }

  /** Lets time pass until the promise settles; throws where nothing is left to wait for. */
  async finish<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (;;) {
      await drain();
      if (isSettled) return promise;
      this.#fireNext();
    }
  }

  #fireNext(): void {
    for (let timer = this.#pop(); timer !== undefined; timer = this.#pop()) {
      if (timer.callback === null) continue;
      this.#now = timer.at;
      timer.callback();
      return;
    }
    throw new Error('nothing is left to wait for, and the promise is not settled');
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || parent.at <= timer.at) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      const sibling = heap[childIndex + 1];
      if (sibling !== undefined && child !== undefined && sibling.at < child.at) {
        childIndex += 1;
        child = sibling;
      }
      if (child === undefined || child.at >= last.at) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return first;
  }
}

/** Every promise that can go on without a timer has gone on. */
function drain(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
