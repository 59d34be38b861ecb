import type { ApiFailure } from '../../src/api/types.ts';
import { type Inputs, parseInputs } from '../../src/inputs/inputs.ts';
import type { Outcome } from '../../src/outcome.ts';
import { wait } from '../../src/wait/poller.ts';
import { SimulatedApi } from './api.ts';
import type { VirtualClock } from './clock.ts';
import { type Knowledge, randomFor, type Work } from './work.ts';

export interface Wait {
  readonly outcome: Outcome;
  readonly requests: number;
}

/** The action's own loop and schedule, in virtual time: one step that waits for all of the works. */
export async function waitInVirtualTime(
  works: readonly Work[],
  knowledge: Knowledge,
  clock: VirtualClock,
  refuse?: () => ApiFailure | null,
): Promise<Wait> {
  const api = new SimulatedApi(clock, works, knowledge, refuse);
  const outcome = await wait(inputsFor(works.map(({ image }) => image).join()), {
    api,
    clock,
    signal: new AbortController().signal,
    random: randomFor('waiter', works[0]?.index ?? 0),
    observe: () => {},
  });
  return { outcome, requests: api.requests };
}

const inputsByImages = new Map<string, Inputs>();

/** The default inputs for these images, without a timeout that any of them meets. */
function inputsFor(images: string): Inputs {
  const known = inputsByImages.get(images);
  if (known) return known;
  const image = images
    .split(',')
    .map((name) => `team/${name}:v2`)
    .join();
  const given: Readonly<Record<string, string>> = { 'api-key': 'sk-bench', image, timeout: '5d' };
  const inputs = parseInputs((name) => given[name] ?? '');
  if ('problems' in inputs) throw new Error(inputs.problems.join('\n'));
  inputsByImages.set(images, inputs);
  return inputs;
}
