import { aim, aims, count, fixed, table } from './markdown.ts';
import { type Filling, ListingServer } from './real/listing-server.ts';
import { type ProbedRun, runProbedStep } from './real/step.ts';
import { median } from './statistics.ts';

interface Row {
  readonly filling: Filling;
  readonly tasks: number;
  /** Milliseconds and bytes, medians. */
  readonly time: number;
  readonly memory: number;
  readonly memoryLater: number;
}

const SIZES = [10, 1_000, 10_000, 100_000];
const FILLINGS: readonly Filling[] = ['other images', 'the same repository'];
const ROUNDS = 3;
const POLLS = 3;
const LARGEST_GROWTH = 1.25;
const LARGEST_MEMORY = 2; // of 10,000 tasks, times that of 10

/** Time and memory where the listing is long. */
export async function listing(): Promise<string> {
  const rows: Row[] = [];
  for (const filling of FILLINGS) rows.push(...(await rowsFor(filling)));
  const smallest = (row: Row) => rows.find(({ filling }) => filling === row.filling) ?? row;
  const memoryRatios = rows
    .filter(({ tasks }) => tasks === 10_000)
    .map((row) => peakMemory(row) / peakMemory(smallest(row)));
  // What each task costs beyond the smallest listing, in the largest listing relative to the one before it.
  const growths = (cost: (row: Row) => number) =>
    rows.flatMap((row, index) => {
      const before = rows[index - 1];
      if (row.tasks !== SIZES.at(-1) || before === undefined) return [];
      const base = smallest(row);
      const perTask = (of: Row) => (cost(of) - cost(base)) / (of.tasks - base.tasks);
      return [perTask(row) / perTask(before)];
    });
  const largestGrowths = [growths(({ time }) => time), growths(peakMemory)].map((all) => Math.max(...all));
  return [
    `A listing in which the image is warm already, read once, and the same over ${POLLS} polls; server on a loopback port, pages of 100 tasks, ${ROUNDS} runs in turn, medians.`,
    table(
      [
        'filled with',
        'tasks',
        'start to exit',
        'relative to 10',
        'more per task',
        'peak memory',
        'relative to 10',
        `peak over ${POLLS} polls`,
        'relative to 10',
      ],
      rows.map((row) => {
        const { filling, tasks, time, memory, memoryLater } = row;
        const base = smallest(row);
        return [
          filling,
          count(tasks),
          `${fixed(time, 0)} ms`,
          fixed(time / base.time, 2),
          row === base ? '' : `${fixed((1000 * (time - base.time)) / (tasks - base.tasks), 0)} µs`,
          megabytes(memory),
          fixed(memory / base.memory, 2),
          megabytes(memoryLater),
          fixed(memoryLater / base.memoryLater, 2),
        ];
      }),
    ),
    aims(
      aim(
        `peak memory of 10,000 tasks at most ${LARGEST_MEMORY} times that of 10`,
        Math.max(...memoryRatios) <= LARGEST_MEMORY,
        fixed(Math.max(...memoryRatios), 2),
      ),
      aim(
        'every listing is read to its end, and 100,000 tasks cost no more time and memory a task than 10,000, within a quarter',
        largestGrowths.every((growth) => growth <= LARGEST_GROWTH),
        largestGrowths.map((growth) => fixed(growth, 2)).join(' and '),
      ),
    ),
  ].join('\n\n');
}

async function rowsFor(filling: Filling): Promise<Row[]> {
  await using servers = new AsyncDisposableStack();
  const sizes: { tasks: number; server: ListingServer; once: ProbedRun[]; later: ProbedRun[] }[] = [];
  for (const tasks of SIZES) {
    const server = servers.use(await ListingServer.start(tasks, filling));
    sizes.push({ tasks, server, once: [], later: [] });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { server, once, later } of sizes) {
      once.push(await runUntilPoll(1, server));
      later.push(await runUntilPoll(POLLS, server));
    }
  }
  return sizes.map(({ tasks, once, later }) => ({
    filling,
    tasks,
    time: median(once.map(({ elapsed }) => elapsed)),
    memory: median(once.map(({ peakMemory }) => peakMemory)),
    memoryLater: median(later.map(({ peakMemory }) => peakMemory)),
  }));
}

/** Bytes, the larger of one poll's and several polls'. */
function peakMemory({ memory, memoryLater }: Row): number {
  return Math.max(memory, memoryLater);
}

function runUntilPoll(poll: number, server: ListingServer): Promise<ProbedRun> {
  server.finishAtPoll(poll);
  return runProbedStep({
    'api-key': 'sk-bench',
    image: 'team/pytorch',
    'poll-interval': '1s',
    'base-url': server.url,
  });
}

function megabytes(bytes: number): string {
  return `${fixed(bytes / 1e6, 1)} MB`;
}
