import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../../src/inputs/parse.ts';
import type { Expectation } from '../../../src/tasks/selection.ts';
import { phaseOf, type TaskState } from '../../../src/tasks/task.ts';
import { countPhases, judge, judgeImages, missingCount, type Verdict } from '../../../src/wait/verdict.ts';
import { task } from '../support/factories.ts';
import { holds } from '../support/property.ts';

const STATES: Readonly<Record<string, TaskState>> = { S: 'Succeeded', F: 'Failed', U: 'Running' };
// biome-ignore format: a few fields a line
const VERDICTS: Readonly<Record<string, Verdict>> = {
  s: 'succeeded', f: 'failed', n: 'not-found', w: 'waiting',
};

const tasksIn = (states: readonly TaskState[]) =>
  states.map((state, index) => task({ id: `t${index}`, state }));
const fromLetters = (letters: string) =>
  tasksIn([...letters.replace('-', '')].map((letter) => STATES[letter] ?? 'Unknown'));

// A row is a set of counted tasks: Succeeded, Failed, Unfinished. A column pair is a requirement with fail-fast on, off.
// A cell is the verdict: succeeded, failed, not-found, waiting. Left more may appear, right the time for that is over.
const COLUMNS: readonly Requirement[] = ['all', 1, 2];
const TABLES: readonly [string, readonly Expectation[], string][] = [
  [
    'nothing listed is absent',
    [],
    //     all any 2   all any 2
    `-   ww  ww  ww  nn  nn  nn
     S   ss  ss  ww  ss  ss  nn
     F   ff  ff  fw  ff  ff  ff
     U   ww  ww  ww  ww  ww  nw
     SF  ff  ss  ff  ff  ss  ff
     SU  ww  sw  ww  ww  sw  ww
     FF  ff  ff  ff  ff  ff  ff
     FU  fw  ww  fw  fw  ww  fw
     SSF ff  ss  ss  ff  ss  ss
     SSU ww  sw  sw  ww  sw  sw
     SFU fw  sw  ww  fw  sw  ww`,
  ],
  [
    'a listed cluster is not covered',
    [{ clusterId: 'c2' }],
    `-   ww  ww  ww  nn  nn  nn
     S   ww  ww  ww  nn  nn  nn
     F   fw  ww  fw  ff  ff  ff
     U   ww  ww  ww  nw  nw  nw
     SF  fw  ww  ww  ff  ff  ff
     SU  ww  ww  ww  nw  nw  nw
     FF  fw  ww  fw  ff  ff  ff
     FU  fw  ww  ww  fw  fw  fw`,
  ],
  [
    'a listed task id is absent',
    [{ taskId: 't9' }],
    `-   ww  ww  ww  nn  nn  nn
     S   ww  ss  ww  nn  ss  nn
     F   fw  ww  fw  ff  ff  ff
     U   ww  ww  ww  nw  ww  nw
     SF  fw  ss  ww  ff  ss  ff
     SU  ww  sw  ww  nw  sw  ww
     FU  fw  ww  ww  fw  ww  fw
     SSF fw  ss  ss  ff  ss  ss`,
  ],
];

it.each(TABLES)('the verdict when %s', (_name, absent, rows) => {
  for (const row of rows.split('\n')) {
    const [letters = '', ...cells] = row.trim().split(/ +/);
    const counted = fromLetters(letters);
    const judged = [true, false].flatMap((mayAppear) =>
      COLUMNS.map((requirement) =>
        [true, false].map((failFast) => judge({ counted, absent, requirement, failFast, mayAppear })),
      ),
    );
    const expected = cells.map((cell) => [...cell].map((letter) => VERDICTS[letter]));
    expect([letters, judged]).toEqual([letters, expected]);
  }
});

describe('the verdict', () => {
  it('takes Deleted for a failure and Unknown for unfinished', () => {
    const every = tasksIn(['Pending', 'Running', 'Unknown', 'Succeeded', 'Failed', 'Deleted']);
    expect(countPhases(every)).toEqual({ total: 6, succeeded: 1, failed: 2, unfinished: 3 });
  });

  it('needs a product covered beside a task id', () => {
    const absent = [{ taskId: 't9' }, { clusterId: 'c1', productId: 'p1' }];
    const evidence = { counted: fromLetters('SS'), absent, requirement: 1, failFast: true };
    expect(judge({ ...evidence, mayAppear: true })).toBe('waiting');
    expect(judge({ ...evidence, mayAppear: false })).toBe('not-found');
  });

  it('is sound for any evidence', () => {
    const anyState = fc.constantFrom<TaskState>('Running', 'Succeeded', 'Failed', 'Deleted', 'Unknown');
    const anyPlace = fc.constantFrom<Expectation>({ taskId: 'x' }, { clusterId: 'c' }, { productId: 'p' });
    const anyEvidence = fc.record({
      counted: fc.array(anyState, { maxLength: 6 }).map(tasksIn),
      absent: fc.array(anyPlace, { maxLength: 2 }),
      requirement: fc.constantFrom<Requirement>('all', 1, 2, 3),
      failFast: fc.boolean(),
      mayAppear: fc.boolean(),
    });
    holds(anyEvidence, (evidence) => {
      const verdict = judge(evidence);
      const { succeeded, failed, total, unfinished } = countPhases(evidence.counted);
      if (verdict === 'succeeded') {
        const { requirement } = evidence;
        expect(succeeded).toBeGreaterThanOrEqual(requirement === 'all' ? Math.max(1, total) : requirement);
        expect(evidence.absent.filter(({ taskId }) => taskId === undefined)).toEqual([]);
        if (!evidence.failFast) expect(unfinished).toBe(0);
      }
      if (verdict === 'failed') expect(failed).toBeGreaterThan(0);
      if (verdict === 'not-found') expect([failed, evidence.mayAppear]).toEqual([0, false]);
      if (verdict === 'waiting') expect(unfinished > 0 || evidence.mayAppear).toBe(true);
      const better = evidence.counted.map((one) =>
        phaseOf(one.state) === 'failed' ? { ...one, state: 'Succeeded' as const } : one,
      );
      if (verdict === 'succeeded') expect(judge({ ...evidence, counted: better })).toBe('succeeded');
    });
  });
});

describe('the verdict on several images', () => {
  // biome-ignore format: a case a line
  it.each<[string, string, Requirement, string]>([
    ['S', 'S', 'all', 'ss'],
    ['S', 'U', 'all', 'ww'],
    ['F', 'U', 'all', 'fw'],
    ['S', 'F', 'all', 'ff'],
    ['S', '-', 'all', 'nn'],
    ['U', '-', 'all', 'nw'],
    ['FS', '-', 'all', 'ff'],
    ['-', '-', 'all', 'nn'],
    ['SF', 'SF', 1, 'ss'],
    ['SF', '-', 1, 'ff'],
  ])('%s and %s with require %s and fail-fast on, off: %s', (one, other, requirement, expected) => {
    const images = [one, other].map((image) => ({ image, counted: fromLetters(image), absent: [] }));
    const rules = { requirement, mayAppear: false };
    const verdicts = [true, false].map((failFast) => judgeImages(images, { ...rules, failFast }));
    expect(verdicts).toEqual([...expected].map((letter) => VERDICTS[letter]));
  });
});

it.each<[Requirement, number, number, number]>([
  ['all', 0, 0, 1],
  ['all', 1, 0, 0],
  ['all', 1, 2, 2],
  [1, 3, 0, 0],
  [3, 1, 0, 2],
  [3, 1, 1, 2],
  [3, 5, 0, 0],
])('require %s with %i counted and %i absent still needs %i', (requirement, counted, absent, expected) => {
  const missing = Array.from({ length: absent }, (_, index) => ({ taskId: `x${index}` }));
  const evidence = { requirement, counted: fromLetters('S'.repeat(counted)), absent: missing };
  expect(missingCount(evidence)).toBe(expected);
});
