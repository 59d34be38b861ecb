import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../src/inputs/parse.ts';
import type { Expectation } from '../../src/tasks/selection.ts';
import { phaseOf, type TaskState } from '../../src/tasks/task.ts';
import { countPhases, judge, missingCount, type Verdict } from '../../src/wait/verdict.ts';
import { task } from './support/factories.ts';

const STATES: Readonly<Record<string, TaskState>> = { S: 'Succeeded', F: 'Failed', U: 'Running' };
const VERDICTS: Readonly<Record<string, Verdict>> = {
  s: 'succeeded',
  f: 'failed',
  n: 'not-found',
  w: 'waiting',
};

const tasksIn = (states: readonly TaskState[]) =>
  states.map((state, index) => task({ id: `t${index}`, state }));
const fromLetters = (letters: string) => tasksIn([...letters].map((letter) => STATES[letter] ?? 'Unknown'));

// A row is a set of counted tasks: Succeeded, Failed, Unfinished. A column is a requirement with fail-fast on, off.
// A cell is the verdict: succeeded, failed, not-found, waiting.
const COLUMNS: readonly Requirement[] = ['all', 1, 2];
const TABLES: readonly {
  readonly name: string;
  readonly absent: readonly Expectation[];
  readonly mayAppear: boolean;
  readonly rows: string;
}[] = [
  {
    name: 'nothing listed is absent, and more may appear',
    absent: [],
    mayAppear: true,
    //     all any 2
    rows: `-   ww  ww  ww
           S   ss  ss  ww
           F   ff  ff  fw
           U   ww  ww  ww
           SS  ss  ss  ss
           SF  ff  ss  ff
           SU  ww  sw  ww
           FF  ff  ff  ff
           FU  fw  ww  fw
           UU  ww  ww  ww
           SSF ff  ss  ss
           SSU ww  sw  sw
           SFF ff  ss  ff
           SFU fw  sw  ww
           FFU fw  ww  fw`,
  },
  {
    name: 'nothing listed is absent, and the time to appear is over',
    absent: [],
    mayAppear: false,
    rows: `-   nn  nn  nn
           S   ss  ss  nn
           F   ff  ff  ff
           U   ww  ww  nw
           SS  ss  ss  ss
           SF  ff  ss  ff
           SU  ww  sw  ww
           FF  ff  ff  ff
           FU  fw  ww  fw
           UU  ww  ww  ww
           SSF ff  ss  ss
           SSU ww  sw  sw
           SFF ff  ss  ff
           SFU fw  sw  ww
           FFU fw  ww  fw`,
  },
  {
    name: 'a listed cluster is not covered, and may be yet',
    absent: [{ clusterId: 'c2' }],
    mayAppear: true,
    rows: `-   ww  ww  ww
           S   ww  ww  ww
           F   fw  ww  fw
           U   ww  ww  ww
           SS  ww  ww  ww
           SF  fw  ww  ww
           SU  ww  ww  ww
           FF  fw  ww  fw
           FU  fw  ww  ww
           UU  ww  ww  ww
           SSF fw  ww  ww
           SSU ww  ww  ww
           SFF fw  ww  ww
           SFU fw  ww  ww
           FFU fw  ww  ww`,
  },
  {
    name: 'a listed cluster is not covered, and the time to appear is over',
    absent: [{ clusterId: 'c2' }],
    mayAppear: false,
    rows: `-   nn  nn  nn
           S   nn  nn  nn
           F   ff  ff  ff
           U   nw  nw  nw
           SS  nn  nn  nn
           SF  ff  ff  ff
           SU  nw  nw  nw
           FF  ff  ff  ff
           FU  fw  fw  fw
           UU  nw  nw  nw
           SSF ff  ff  ff
           SSU nw  nw  nw
           SFF ff  ff  ff
           SFU fw  fw  fw
           FFU fw  fw  fw`,
  },
  {
    name: 'a listed task id is absent, and may appear yet',
    absent: [{ taskId: 't9' }],
    mayAppear: true,
    rows: `-   ww  ww  ww
           S   ww  ss  ww
           F   fw  ww  fw
           U   ww  ww  ww
           SS  ww  ss  ss
           SF  fw  ss  ww
           SU  ww  sw  ww
           FF  fw  ww  fw
           FU  fw  ww  ww
           UU  ww  ww  ww
           SSF fw  ss  ss
           SSU ww  sw  sw
           SFF fw  ss  ww
           SFU fw  sw  ww
           FFU fw  ww  ww`,
  },
  {
    name: 'a listed task id is absent, and the time to appear is over',
    absent: [{ taskId: 't9' }],
    mayAppear: false,
    rows: `-   nn  nn  nn
           S   nn  ss  nn
           F   ff  ff  ff
           U   nw  ww  nw
           SS  nn  ss  ss
           SF  ff  ss  ff
           SU  nw  sw  ww
           FF  ff  ff  ff
           FU  fw  ww  fw
           UU  nw  ww  ww
           SSF ff  ss  ss
           SSU nw  sw  sw
           SFF ff  ss  ff
           SFU fw  sw  ww
           FFU fw  ww  fw`,
  },
];

describe.each(TABLES)('when $name', ({ absent, mayAppear, rows }) => {
  const cases = rows.split('\n').flatMap((row) => {
    const [letters = '', ...cells] = row.trim().split(/ +/);
    return COLUMNS.flatMap((requirement, column) =>
      [true, false].map((failFast, side) => ({
        letters: letters.replace('-', ''),
        requirement,
        failFast,
        expected: VERDICTS[cells[column]?.[side] ?? ''],
      })),
    );
  });
  it.each(cases)(
    '"$letters" with require $requirement and fail-fast $failFast is $expected',
    ({ letters, requirement, failFast, expected }) => {
      const counted = fromLetters(letters);
      expect(judge({ counted, absent, requirement, failFast, mayAppear })).toBe(expected);
    },
  );
});

describe('the verdict', () => {
  const judgeAll = (states: readonly TaskState[], requirement: Requirement = 'all', failFast = true) =>
    judge({ counted: tasksIn(states), absent: [], requirement, failFast, mayAppear: false });

  it('takes Deleted for a failure and Unknown for unfinished', () => {
    expect(judgeAll(['Succeeded', 'Deleted'])).toBe('failed');
    expect(judgeAll(['Succeeded', 'Unknown'])).toBe('waiting');
    expect(judgeAll(['Succeeded', 'Pending'])).toBe('waiting');
  });

  it('needs a product covered in its cluster as it needs a cluster', () => {
    const absent = [{ taskId: 't9' }, { clusterId: 'c1', productId: 'p1' }];
    const evidence = { counted: fromLetters('SS'), absent, requirement: 1, failFast: true } as const;
    expect(judge({ ...evidence, mayAppear: true })).toBe('waiting');
    expect(judge({ ...evidence, mayAppear: false })).toBe('not-found');
  });

  it('is not met by a number of tasks that is never there', () => {
    expect(judgeAll(['Succeeded', 'Succeeded'], 3)).toBe('not-found');
    expect(judgeAll(['Succeeded', 'Succeeded', 'Failed'], 3)).toBe('failed');
  });

  it('is never worse for a failure that is a success instead', () => {
    const rank: Readonly<Record<Verdict, number>> = { failed: 0, 'not-found': 0, waiting: 1, succeeded: 2 };
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const before = rank[judge(evidence)];
        for (const [index, one] of evidence.counted.entries()) {
          if (phaseOf(one.state) !== 'failed') continue;
          const counted = evidence.counted.with(index, { ...one, state: 'Succeeded' });
          expect(rank[judge({ ...evidence, counted })]).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  it('is never succeeded with zero counted, with a listed place uncovered, or with too few successes', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        if (judge(evidence) !== 'succeeded') return;
        const { succeeded, total, unfinished } = countPhases(evidence.counted);
        expect(total).toBeGreaterThan(0);
        expect(evidence.absent.filter(({ taskId }) => taskId === undefined)).toEqual([]);
        expect(succeeded).toBeGreaterThanOrEqual(
          evidence.requirement === 'all' ? total : evidence.requirement,
        );
        if (!evidence.failFast) expect(unfinished).toBe(0);
      }),
    );
  });

  it('is failed only with a failure, and not-found only without one', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const verdict = judge(evidence);
        const { failed } = countPhases(evidence.counted);
        if (verdict === 'failed') expect(failed).toBeGreaterThan(0);
        if (verdict === 'not-found') expect(failed).toBe(0);
        if (verdict === 'not-found') expect(evidence.mayAppear).toBe(false);
      }),
    );
  });

  it('is always reached once everything has finished and nothing may appear', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const counted = evidence.counted.filter(({ state }) => phaseOf(state) !== 'unfinished');
        expect(judge({ ...evidence, counted, mayAppear: false })).not.toBe('waiting');
      }),
    );
  });
});

const anyState = fc.constantFrom<TaskState>(
  'Pending',
  'Running',
  'Succeeded',
  'Failed',
  'Deleted',
  'Unknown',
);
const anyEvidence = fc.record({
  counted: fc.array(anyState, { maxLength: 6 }).map(tasksIn),
  absent: fc.array(fc.constantFrom<Expectation>({ taskId: 'x' }, { clusterId: 'c' }, { productId: 'p' }), {
    maxLength: 2,
  }),
  requirement: fc.constantFrom<Requirement>('all', 1, 2, 3),
  failFast: fc.boolean(),
  mayAppear: fc.boolean(),
});

describe('how many tasks are still needed', () => {
  const cases: readonly [Requirement, number, number, number][] = [
    ['all', 0, 0, 1],
    ['all', 1, 0, 0],
    ['all', 1, 2, 2],
    [1, 0, 0, 1],
    [1, 3, 0, 0],
    [3, 1, 0, 2],
    [3, 1, 1, 2],
    [3, 2, 2, 2],
    [3, 5, 0, 0],
  ];
  it.each(cases)('require %s with %i counted and %i absent: %i', (requirement, counted, absent, expected) => {
    expect(
      missingCount({
        requirement,
        counted: fromLetters('S'.repeat(counted)),
        absent: Array.from({ length: absent }, (_, index) => ({ taskId: `x${index}` })),
      }),
    ).toBe(expected);
  });
});

describe('counting', () => {
  it('puts each state where it belongs', () => {
    const states: readonly TaskState[] = ['Pending', 'Running', 'Unknown', 'Succeeded', 'Failed', 'Deleted'];
    expect(countPhases(tasksIn(states))).toEqual({ total: 6, succeeded: 1, failed: 2, unfinished: 3 });
    expect(countPhases([])).toEqual({ total: 0, succeeded: 0, failed: 0, unfinished: 0 });
  });
});
