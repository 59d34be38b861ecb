import type { ApiFailure } from '../../src/api/types.ts';
import type { Outcome } from '../../src/outcome.ts';
import { wait } from '../../src/wait/poller.ts';
import { settings } from '../../test/unit/support/factories.ts';
import { SimulatedApi } from './api.ts';
import type { VirtualClock } from './clock.ts';
import { listings, randomFor, type Work } from './work.ts';

const SETTINGS = settings({
  image: { host: null, path: 'team/pytorch', tag: 'v2', digest: null },
  imageText: 'team/pytorch:v2',
  pollInterval: 15_000,
  timeout: 5 * 86_400_000, // nothing times out
});

/**
 * The action's own loop and schedule, in virtual time.
 * @param errorSigma how far off the earlier durations in the listing are; `null`: it shows none.
 */
export function waitInVirtualTime(
  work: Work,
  errorSigma: number | null,
  clock: VirtualClock,
  refuse?: () => ApiFailure | null,
): Promise<Outcome> {
  return wait(SETTINGS, {
    api: new SimulatedApi(clock, work, listings(work, errorSigma), refuse),
    clock,
    signal: new AbortController().signal,
    random: randomFor('waiter', work.index),
    observe: () => {},
  });
}
