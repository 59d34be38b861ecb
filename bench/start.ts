import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_API_KEY, startSimulator } from '../test/simulator/server.ts';
import { type TaskScript, task } from '../test/simulator/wire.ts';
import { aim, aims, fixed, table } from './markdown.ts';
import { BUNDLE, type Run, runScript, runStep, runWithoutInputs } from './real/step.ts';
import { median, quantile } from './statistics.ts';

const ROUNDS = 31;
const ROUNDS_WITH_PAUSE = 11;
const INPUTS = { 'api-key': DEFAULT_API_KEY, image: 'team/app', 'poll-interval': '1s' };

/**
 * How long the action takes where there is nothing, or little, to wait for.
 * @param peers a folder of other actions' bundles, to be started beside this one.
 */
export async function start({ peers }: { readonly peers: string | undefined }): Promise<string> {
  const runs: Record<'warm' | 'later' | 'node' | 'line', Run[]> = { warm: [], later: [], node: [], line: [] };
  const bundles = [['this action', BUNDLE] as const, ...(peers === undefined ? [] : bundlesIn(peers))];
  const complaints = bundles.map(([name, bundle]) => ({ name, bundle, runs: [] as Run[] }));
  await using simulator = await startSimulator({ tasks: [task()] });
  // In turn, so that what else the machine does meets all alike.
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.warm.push(await runStep({ ...INPUTS, 'base-url': simulator.url }));
    runs.node.push(await runScript('0'));
    runs.line.push(await runScript('console.log(0)'));
    for (const { bundle, runs } of complaints) runs.push(await runWithoutInputs(bundle));
  }
  for (let round = 0; round < ROUNDS_WITH_PAUSE; round += 1) {
    await using later = await startSimulator({ tasks: [finishedAtPoll(2)] });
    runs.later.push(await runStep({ ...INPUTS, 'base-url': later.url }));
  }

  const [step, node] = [timesOf(runs.warm, 'elapsed'), timesOf(runs.node, 'elapsed')];
  const ratio = median(step) / median(node);
  const [complaint = [], ...others] = complaints.map((one) => timesOf(one.runs, 'elapsed'));
  const complaintRatio = median(complaint) / median(node);
  const lingered = Math.max(median(timesOf(runs.warm, 'lingered')), median(timesOf(runs.later, 'lingered')));
  const requests = [await requestsPerPoll(1), await requestsPerPoll(99)];
  const row = (name: string, times: readonly number[], reference: readonly number[]) => [
    name,
    String(times.length),
    milliseconds(median(times)),
    milliseconds(quantile(times, 0)),
    milliseconds(quantile(times, 0.95)),
    fixed(median(times) / median(reference), 2),
  ];
  const head = (name: string, reference: string) => [
    name,
    'runs',
    'median',
    'shortest',
    '95th percentile',
    `relative to \`${reference}\``,
  ];
  const line = timesOf(runs.line, 'lingered');
  return [
    'The committed bundle against the simulator on a loopback port, in turn with bare Node.',
    table(head('start to exit', 'node -e 0'), [
      row('`node -e 0`', node, node),
      row('image already warm', step, node),
    ]),
    table(
      head('start to the first complaint about a missing input', 'node -e 0'),
      complaints.map(({ name, runs }) => row(name, timesOf(runs, 'elapsed'), node)),
    ),
    table(head('last line of the log to exit', 'console.log(0)'), [
      row("`node -e 'console.log(0)'`", line, line),
      row('image already warm', timesOf(runs.warm, 'lingered'), line),
      row('warm at the second poll', timesOf(runs.later, 'lingered'), line),
    ]),
    aims(
      aim('start to exit at most 3.5 times `node -e 0`', ratio <= 3.5, fixed(ratio, 2)),
      aim('first complaint at most 2.65 times `node -e 0`', complaintRatio <= 2.65, fixed(complaintRatio, 2)),
      ...(others.length === 0
        ? []
        : [
            aim(
              'first complaint no later than any peer',
              others.every((times) => median(complaint) <= median(times)),
              `${milliseconds(median(complaint))} and ${milliseconds(Math.min(...others.map(median)))}`,
            ),
          ]),
      aim('verdict to exit under 20 ms', lingered < 20, milliseconds(lingered)),
      aim(
        'one request per poll for 1 and for 99 tasks, which a page of 100 shows to be all',
        requests.every((number) => number === 1),
        requests.join(' and '),
      ),
    ),
  ].join('\n\n');
}

/** Name and path of each bundle in a folder, in alphabetical order. */
function bundlesIn(folder: string): (readonly [string, string])[] {
  const files = readdirSync(folder).filter((name) => /\.[cm]?js$/.test(name));
  return files.toSorted().map((name) => [path.parse(name).name, path.resolve(folder, name)]);
}

function timesOf(runs: readonly Run[], time: keyof Run): number[] {
  return runs.map((run) => run[time]);
}

function milliseconds(value: number): string {
  return `${fixed(value, 1)} ms`;
}

/** A task that runs until a poll. */
function finishedAtPoll(poll: number, clusterId = 'cluster-a'): TaskScript {
  return task({ clusterId, state: 'Running', steps: [{ fromPoll: poll, state: 'Succeeded' }] });
}

/** Requests per poll of a wait for so many tasks, two polls long. */
async function requestsPerPoll(tasks: number): Promise<number> {
  const scripts = Array.from({ length: tasks }, (_, index) => finishedAtPoll(2, `cluster-${index}`));
  await using simulator = await startSimulator({ tasks: scripts });
  await runStep({ ...INPUTS, 'base-url': simulator.url });
  return simulator.requests.length / 2;
}
