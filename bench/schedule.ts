import { aim, aims, count, fixed, table } from './markdown.ts';
import { mean, quantile } from './statistics.ts';
import { fixedProduct, leastProduct } from './virtual/limit.ts';
import {
  action,
  fixedInterval,
  inTurn,
  sideBySide,
  smithy,
  type Watch,
  watchAll,
} from './virtual/waiters.ts';
import { DURATION_SIGMA, EARLIER_COUNT, type Knowledge, MEDIAN_DURATION, workOf } from './virtual/work.ts';

interface Row {
  readonly name: string;
  readonly delays: readonly number[];
  readonly meanDelay: number;
  readonly requests: number;
  readonly product: number;
}

const FIXED_INTERVALS = [5, 10, 15, 30];

interface Case {
  readonly knowledge: Knowledge;
  readonly known: string;
  readonly largestShare: number;
}

const CASES: readonly Case[] = [
  caseOf('off together', 0.25, 0.498),
  caseOf('off together', 0.5, 0.611),
  caseOf('independent', 0.25, 0.44),
  caseOf('independent', 0.5, 0.66),
  { knowledge: null, known: 'no earlier durations', largestShare: 0.973 },
];

const LIMITS: readonly Case[] = CASES.filter(({ knowledge }) => knowledge?.kind !== 'off together');

const IMAGES = ['pytorch', 'vllm', 'comfyui'];
const KNOWLEDGE_OF_IMAGES = { kind: 'independent', sigma: 0.5 } as const;

function caseOf(kind: NonNullable<Knowledge>['kind'], sigma: number, largestShare: number): Case {
  return { knowledge: { kind, sigma }, known: `earlier durations ${kind}, sigma ${sigma}`, largestShare };
}

/** How soon a wait notices the end of its task, and how many requests that takes. */
export async function schedule({ waits }: { readonly waits: number }): Promise<string> {
  const works = Array.from({ length: waits }, (_, index) => workOf(index));
  const fixedRows: Row[] = [];
  for (const seconds of FIXED_INTERVALS) {
    fixedRows.push(rowOf(`fixed ${seconds} s`, await fixedInterval(seconds)(works)));
  }
  const smithyRow = rowOf("Smithy's waiter, 2 to 120 s", await smithy(works));
  const ownRows: Row[] = [];
  for (const { knowledge, known } of CASES) {
    ownRows.push(rowOf(`this action, ${known}`, await action(knowledge)(works)));
  }

  const reference = mean(fixedRows.map(({ product }) => product));
  const referenceDelay = fixedRows[FIXED_INTERVALS.indexOf(15)]?.meanDelay ?? Number.NaN;
  const shares = ownRows.map(({ product }) => product / reference);
  const worstDelay = Math.max(...ownRows.map(({ meanDelay }) => meanDelay));
  return [
    `${count(waits)} waits in virtual time: durations log-normal (median ${MEDIAN_DURATION / 1000} s, sigma ${DURATION_SIGMA}), \`poll-interval\` 15 s, 0.2 s a request. "Off together": ${EARLIER_COUNT} earlier tasks agree with each other and are all off by one factor; "independent": ${EARLIER_COUNT} earlier tasks and the one waited for each deviate on their own from what is typical.`,
    table(
      [...HEAD, 'relative to fixed'],
      [
        ...[...fixedRows, smithyRow, ...ownRows].map((row) => [
          ...cellsOf(row),
          fixed(row.product / reference, 3),
        ]),
        ...LIMITS.map(({ knowledge, known }) => [
          `least possible, ${known}`,
          ...['', '', '', ''],
          fixed(leastProduct(knowledge), 1),
          fixed(leastProduct(knowledge) / fixedProduct(), 3),
        ]),
      ],
    ),
    `Relative to the mean product of the four fixed intervals, ${fixed(reference, 1)}. The least possible knows the typical duration itself, polls as far apart as it likes, counts neither the time of a request nor the first request, and is relative to a fixed interval on the same terms, ${fixed(fixedProduct(), 1)}.`,
    await severalImages(waits),
    aims(
      ...CASES.map(({ known, largestShare }, index) => {
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

/** Three images in one step against a step for each of them. */
async function severalImages(waits: number): Promise<string> {
  const jobs = Array.from({ length: Math.ceil(waits / IMAGES.length) }, (_, job) => {
    const works = IMAGES.map((image, position) => workOf(IMAGES.length * job + position, image));
    const start = works[0]?.start ?? 0;
    return works.map((work) => ({ ...work, start }));
  });
  const oneStep = jobs.map((works) => [works]);
  const threeSteps = jobs.map((works) => works.map((work) => [work]));
  return [
    `Three images, ${count(jobs.length)} times, until all are warm; earlier durations independent, sigma ${KNOWLEDGE_OF_IMAGES.sigma}; a poll of three images is three requests:`,
    table(HEAD, [
      cellsOf(rowOf('one step', await watchAll(oneStep, KNOWLEDGE_OF_IMAGES, sideBySide))),
      cellsOf(rowOf('three steps side by side', await watchAll(threeSteps, KNOWLEDGE_OF_IMAGES, sideBySide))),
      cellsOf(rowOf('three steps in turn', await watchAll(threeSteps, KNOWLEDGE_OF_IMAGES, inTurn))),
    ]),
  ].join('\n\n');
}

function rowOf(name: string, watches: readonly Watch[]): Row {
  const delays = watches.map(({ delay }) => delay / 1000);
  const meanDelay = mean(delays);
  const requests = mean(watches.map((watch) => watch.requests));
  return { name, delays, meanDelay, requests, product: meanDelay * requests };
}

const HEAD = ['waiter', 'mean delay', 'median', '95th percentile', 'requests per wait', 'delay × requests'];

function cellsOf({ name, delays, meanDelay, requests, product }: Row): string[] {
  return [
    name,
    `${fixed(meanDelay, 2)} s`,
    `${fixed(quantile(delays, 0.5), 2)} s`,
    `${fixed(quantile(delays, 0.95), 2)} s`,
    fixed(requests, 2),
    fixed(product, 1),
  ];
}
