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
const LARGEST_MEMORY = { 10000: 1.5, 100000: 3 };

/** Time and memory where the listing is long. */
export async function listing(): Promise<string> {
  const rows: Row[] = [];
  for (const filling of FILLINGS) rows.push(...(await rowsFor(filling)));
  const smallest = (row: Row) => rows.find(({ filling }) => filling === row.filling) ?? row;
  const memoryRatio = (row: Row) => row.memory / smallest(row).memory;
  const growths = rows.flatMap((row, index) => {
    const before = rows[index - 1];
    return before?.filling === row.filling ? [row.time / before.time / (row.tasks / before.tasks)] : [];
  });
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
      ...Object.entries(LARGEST_MEMORY).map(([tasks, most]) => {
        const worst = Math.max(...rows.filter((row) => row.tasks === Number(tasks)).map(memoryRatio));
        return aim(
          `peak memory of one reading of ${count(Number(tasks))} tasks at most ${most} times that of 10`,
          worst <= most,
          fixed(worst, 2),
        );
      }),
      aim(
        'time grows no faster than the number of tasks',
        growths.every((growth) => growth <= 1),
        `at most ${fixed(Math.max(...growths), 2)} times as fast, from one row to the next`,
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
