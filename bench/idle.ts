import { DEFAULT_API_KEY, startSimulator } from '../test/simulator/server.ts';
import { task } from '../test/simulator/wire.ts';
import { aim, aims, fixed, table } from './markdown.ts';
import { runProbedStep } from './real/step.ts';
import { median } from './statistics.ts';

const MINUTES = 10;
const SIDE_BY_SIDE = 3;

/** CPU time of a wait in which nothing happens. */
export async function idle({ full }: { readonly full: boolean }): Promise<string> {
  const minutes = full ? MINUTES : 1;
  await using simulator = await startSimulator({ tasks: [task({ state: 'Running' })] });
  const run = (timeout: string) =>
    runProbedStep({
      'api-key': DEFAULT_API_KEY,
      image: 'team/app',
      'base-url': simulator.url,
      'allowed-results': 'timed-out',
      timeout,
      'appear-timeout': '1s',
    });
  const medianOf = async (timeout: string) => {
    const runs = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => run(timeout)));
    return median(runs.map(({ cpuSeconds }) => cpuSeconds));
  };
  const startUp = await medianOf('1s');
  const whole = await medianOf(`${minutes}m`);
  const scaled = startUp + ((whole - startUp) * MINUTES) / minutes;
  const how = full
    ? `${MINUTES} minutes of real waiting`
    : `1 minute of real waiting; what it used beyond start-up counts ${MINUTES} times, although polls are closer while a task is young (\`--full\` waits ${MINUTES} minutes)`;
  return [
    `${how}; ${SIDE_BY_SIDE} waits side by side, medians, default inputs.`,
    table(
      ['', 'CPU time'],
      [
        ['a wait of a second', `${fixed(startUp, 3)} s`],
        [`a wait of ${minutes} min`, `${fixed(whole, 3)} s`],
        ...(full ? [] : [[`scaled to ${MINUTES} min`, `${fixed(scaled, 3)} s`]]),
      ],
    ),
    aims(aim(`CPU time of a wait of ${MINUTES} minutes under 1 s`, scaled < 1, `${fixed(scaled, 2)} s`)),
  ].join('\n\n');
}
