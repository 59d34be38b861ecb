import { aim, aims, count, fixed, table } from './markdown.ts';
import { mean, quantile } from './statistics.ts';
import { action, fixedInterval, smithy, type Waiter } from './virtual/waiters.ts';
import { workOf } from './virtual/work.ts';

interface Row {
  readonly name: string;
  readonly delays: readonly number[];
  readonly meanDelay: number;
  readonly requests: number;
  readonly product: number;
}

const FIXED_INTERVALS = [5, 10, 15, 30];
const KNOWLEDGE = [
  { errorSigma: 0.25, known: 'earlier durations off by sigma 0.25', largestShare: 0.55 },
  { errorSigma: 0.5, known: 'earlier durations off by sigma 0.5', largestShare: 0.7 },
  { errorSigma: null, known: 'no earlier durations', largestShare: 1.15 },
];

/** How soon a wait notices the end of its task, and how many requests that takes. */
export async function schedule({ waits }: { readonly waits: number }): Promise<string> {
  const works = Array.from({ length: waits }, (_, index) => workOf(index));
  const measure = async (name: string, waiter: Waiter): Promise<Row> => {
    const watches = await waiter(works);
    const delays = watches.map(({ delay }) => delay / 1000);
    const meanDelay = mean(delays);
    const requests = mean(watches.map((watch) => watch.requests));
    return { name, delays, meanDelay, requests, product: meanDelay * requests };
  };

  const fixedRows: Row[] = [];
  for (const seconds of FIXED_INTERVALS) {
    fixedRows.push(await measure(`fixed ${seconds} s`, fixedInterval(seconds)));
  }
  const smithyRow = await measure("Smithy's waiter, 2 to 120 s", smithy);
  const ownRows: Row[] = [];
  for (const { errorSigma, known } of KNOWLEDGE) {
    ownRows.push(await measure(`this action, ${known}`, action(errorSigma)));
  }

  const reference = mean(fixedRows.map(({ product }) => product));
  const referenceDelay = fixedRows[FIXED_INTERVALS.indexOf(15)]?.meanDelay ?? Number.NaN;
  const shares = ownRows.map(({ product }) => product / reference);
  const worstDelay = Math.max(...ownRows.map(({ meanDelay }) => meanDelay));
  return [
    `${count(waits)} waits in virtual time: durations log-normal (median 90 s, sigma 1.2), \`poll-interval\` 15 s, 0.2 s a request.`,
    table(
      [
        'waiter',
        'mean delay',
        'median',
        '95th percentile',
        'requests per wait',
        'delay × requests',
        'relative to fixed',
      ],
      [...fixedRows, smithyRow, ...ownRows].map(({ name, delays, meanDelay, requests, product }) => [
        name,
        `${fixed(meanDelay, 2)} s`,
        `${fixed(quantile(delays, 0.5), 2)} s`,
        `${fixed(quantile(delays, 0.95), 2)} s`,
        fixed(requests, 2),
        fixed(product, 1),
        fixed(product / reference, 3),
      ]),
    ),
    `Relative to the mean product of the four fixed intervals, ${fixed(reference, 1)}.`,
    aims(
      ...KNOWLEDGE.map(({ known, largestShare }, index) => {
        const share = shares[index] ?? Number.NaN;
        return aim(
          `${known}: at most ${largestShare} of the fixed intervals' product`,
          share <= largestShare,
          fixed(share, 3),
        );
      }),
      aim(
        'mean delay never over that of fixed 15 s',
        worstDelay <= referenceDelay,
        `at most ${fixed(worstDelay, 2)} s, fixed 15 s has ${fixed(referenceDelay, 2)} s`,
      ),
    ),
  ].join('\n\n');
}
