import { DEFAULT_API_KEY, startSimulator } from '../test/simulator/server.ts';
import { type Scripted, task } from '../test/simulator/wire.ts';
import { aim, aims, fixed, table } from './markdown.ts';
import { type Run, runScript, runStep } from './real/step.ts';
import { median, quantile } from './statistics.ts';

const ROUNDS = 31;
const ROUNDS_WITH_PAUSE = 11;
const INPUTS = { 'api-key': DEFAULT_API_KEY, image: 'team/app', 'poll-interval': '1s' };

/** How long the action takes where there is nothing, or little, to wait for. */
export async function start(): Promise<string> {
  const runs: Record<'warm' | 'later' | 'node' | 'line', Run[]> = { warm: [], later: [], node: [], line: [] };
  await using simulator = await startSimulator({ tasks: [task()] });
  // In turn, so that what else the machine does meets all alike.
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.warm.push(await runStep({ ...INPUTS, 'base-url': simulator.url }));
    runs.node.push(await runScript('0'));
    runs.line.push(await runScript('console.log(0)'));
  }
  for (let round = 0; round < ROUNDS_WITH_PAUSE; round += 1) {
    await using later = await startSimulator({ tasks: [finishedAtPoll(2)] });
    runs.later.push(await runStep({ ...INPUTS, 'base-url': later.url }));
  }

  const [step, node] = [timesOf(runs.warm, 'elapsed'), timesOf(runs.node, 'elapsed')];
  const ratio = median(step) / median(node);
  const lingered = Math.max(median(timesOf(runs.warm, 'lingered')), median(timesOf(runs.later, 'lingered')));
  const requests = [await requestsPerPoll(1), await requestsPerPoll(100)];
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
    table(head('last line of the log to exit', 'console.log(0)'), [
      row("`node -e 'console.log(0)'`", line, line),
      row('image already warm', timesOf(runs.warm, 'lingered'), line),
      row('warm at the second poll', timesOf(runs.later, 'lingered'), line),
    ]),
    aims(
      aim('start to exit at most 3.0 times `node -e 0`', ratio <= 3, fixed(ratio, 2)),
      aim('verdict to exit under 20 ms', lingered < 20, milliseconds(lingered)),
      aim(
        'one request per poll for 1 and for 100 tasks',
        requests.every((number) => number === 1),
        requests.join(' and '),
      ),
    ),
  ].join('\n\n');
}

function timesOf(runs: readonly Run[], time: keyof Run): number[] {
  return runs.map((run) => run[time]);
}

function milliseconds(value: number): string {
  return `${fixed(value, 1)} ms`;
}

/** A task that runs until a poll. */
function finishedAtPoll(poll: number, clusterId = 'cluster-a'): Scripted {
  return task({ clusterId, state: 'Running', steps: [{ fromPoll: poll, state: 'Succeeded' }] });
}

/** Requests per poll of a wait for so many tasks, two polls long. */
async function requestsPerPoll(tasks: number): Promise<number> {
  const scripts = Array.from({ length: tasks }, (_, index) => finishedAtPoll(2, `cluster-${index}`));
  await using simulator = await startSimulator({ tasks: scripts });
  await runStep({ ...INPUTS, 'base-url': simulator.url });
  return simulator.requests.length / 2;
}
