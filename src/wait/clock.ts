/** Time as the wait sees it. */
export interface Clock {
  /** Unix milliseconds that never jump: the time of day at the start plus the time since. */
  now(): number;
  /** Calls back once after so many milliseconds, soon if they are negative, unless cancelled by what it returns. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Resolves after so many milliseconds, or at once when the signal aborts. Leaves no timer and no listener. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(milliseconds, wake);
    signal.addEventListener('abort', wake, { once: true });
  });
}
