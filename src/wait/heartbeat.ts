import type { Clock } from './clock.ts';

const SHORTEST_BEAT = 60_000;
const LONGEST_BEAT = 10 * 60_000;
const SHARE_OF_WAIT = 0.1;

/**
 * Calls back once a minute, in the middle of a slow request too; after ten minutes once in a tenth of the time waited, up
 * to ten minutes apart, so that the log of a long wait stays short.
 * @returns what ends it.
 */
export function startHeartbeat(clock: Clock, beat: () => void): () => void {
  const startedAt = clock.now();
  let cancel = () => {};
  const arm = () => {
    const share = (clock.now() - startedAt) * SHARE_OF_WAIT;
    cancel = clock.after(Math.min(LONGEST_BEAT, Math.max(SHORTEST_BEAT, share)), () => {
      beat();
      arm();
    });
  };
  arm();
  return () => cancel();
}
