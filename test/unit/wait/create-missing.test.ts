import { describe, expect, it } from 'vitest';
import { type ApiFailure, fatal } from '../../../src/api/types.ts';
import { isUnclear } from '../../../src/wait/create-missing.ts';
import { afterCreation, outcomeOf, type WaitState } from '../../../src/wait/state.ts';
import { START, wanted } from '../support/factories.ts';
import { shown, table } from '../support/notation.ts';
import { inputsFrom, Stepper } from '../support/stepper.ts';
import { decidesFrom, played } from './script.ts';

const IMAGE = 'registry.example.com/team/pytorch:v2';
const VLLM = 'registry.example.com/team/vllm:v1';
const V = `image=${VLLM}`;

/** A step with `create-missing`, for the image and cluster `c1` where the line names no other. */
function creating(line: string): Stepper {
  const images = line.includes('two') ? wanted(IMAGE, VLLM) : wanted(IMAGE);
  const clusters = line.includes('clusters=') ? '' : 'clusters=c1';
  return new Stepper(inputsFrom(`create ${clusters} ${line.replace('two', '')}`, { images }));
}

const decides = decidesFrom(creating);
const playedWith = (line: string, script: string) => played(line, script, creating);
const outcomeOfNow = (stepper: Stepper) =>
  outcomeOf(stepper.state as WaitState, { kind: 'end', result: 'cancelled', cause: null, nearMisses: [] }, 0);

describe('a task is created', () => {
  decides(`
                        | none / quota none / made m / m R 1 / m S 1            | quota for c1 / create c1 / poll / poll / succeeded
                        | a R -9 / a S -9                                       | poll / succeeded
                        | a S -9                                                | succeeded
                        | a R -9 / a F -9                                       | poll / failed
                        | o S -99; a F -9                                       | quota for c1
                        | a F -9 done=0                                         | quota for c1
                        | a F -9 done=1                                         | failed
                        | a F 1                                                 | failed
                        | a S -9 image=registry.example.com/team/pytorch:v1     | quota for c1
                        | a S -9 c2                                             | quota for c1
    after=-5            | a S -11                                               | quota for c1
    clusters=c2,c1      | none / quota 0/5 / made m / made n                    | quota for c2, c1 / create c2, c1 / create c1 / poll
    clusters=c1,c2      | @0 none / quota none / not made 409 / @9 none / quota none / made n | quota for c1, c2 / create c1, c2 / poll / quota for c2 / create c2 / poll
    clusters=c1,c2,c3   | a S 0; b F -9 c2                                      | quota for c2, c3
    clusters=c1,c2      | a F -9; b F 1 c2                                      | failed
    clusters=c1,c2 patient | a F -9; b F 1 c2                                   | quota for c1
    clusters=c1,c2 any  | a S -9                                                | quota for c2
    two                 | a S 0                                                 | quota for c1 vllm
    two clusters=c1,c2  | a S 0; v R 0 c2 ${V}                                  | quota for c2, c1 vllm
    require=2           | a S 0                                                 | poll
    products=p1,p2      | a S 0 p1                                              | quota for c1
    products=p1,p2      | a S 0 p1; b F -9 p2                                   | quota for c1
    products=p1,p2      | a S -9                                                | succeeded
    products=p1,p2      | a S 0 p1; b R 0 p2                                    | poll
                        | a F -9 / quota none / made a / a R -9 / a S -9        | quota for c1 / create c1 / poll / poll / succeeded
                        | ? none / none                                         | poll now / quota for c1
                        | ? none / a R -9                                       | poll now / poll
                        | ? a F -9 / ? a R -9 / a S -9                          | poll now / poll / succeeded
                        | @0 none / quota none / made m / @115 none / @119 none / m S 0 image=mirror.io/x | quota for c1 / create c1 / poll / poll / poll / succeeded
                        | @0 none / quota none / made m / @119 none / @120 none / @120 none | quota for c1 / create c1 / poll / poll / poll now / not-found
    appear=0            | @0 none / quota none / made m / @59 none / @60 none / @60 none | quota for c1 / create c1 / poll / poll / poll now / not-found
                        | a F -9; o S -99 / quota none / made m / o S -99 / o S -99; m R 1 / o S -99 / m S 1 | quota for c1 / create c1 / poll / poll / poll / poll / succeeded
    clusters=c1,c2      | ? none / ? a R 0 / ? a R 0                            | poll now / poll / quota for c2
                        | !502 / none                                           | poll / quota for c1
    timeout=60          | @60 none                                              | timed-out
    timeout=60          | none / @60 quota none / none                          | quota for c1 / poll now / timed-out
    `);

  it('as the inputs say', () => {
    const given = { images: wanted(IMAGE), registryAuthId: 'auth' };
    const stepper = new Stepper(inputsFrom('create clusters=c1 products=p1 note=x', given));
    stepper.play('none / quota none');
    const order = { imageUrl: IMAGE, clusterId: 'c1', productIds: ['p1'], note: 'x', registryAuthId: 'auth' };
    expect(stepper.decision).toMatchObject({ kind: 'create', order });
    stepper.play('made m');
    expect(stepper.events).toStrictEqual([{ type: 'created', place: { clusterId: 'c1' }, taskId: 'm' }]);
  });

  it('and told, with the place, and the image where there are several', () => {
    const stepper = playedWith('two', 'none / quota none / made m / not made 429');
    const place = { image: VLLM, clusterId: 'c1' };
    expect(stepper.events).toEqual([
      { type: 'created', place: { image: IMAGE, clusterId: 'c1' }, taskId: 'm' },
      { type: 'creation-failed', place, problem: 'HTTP 429', isUnclear: false },
    ]);
    expect(outcomeOfNow(stepper)).toMatchObject({ createdTaskIds: ['m'], unclearCreations: [] });
  });
});

describe('the quota', () => {
  decides(`
    clusters=c1,c2         | none / quota 3/5                                        | quota for c1, c2 / create c1, c2
    clusters=c1,c2         | none / quota 4/5                                        | quota for c1, c2 / error
    delete                 | s F -99; o F -98; a F -9 / quota 5/5                    | quota for c1 / delete s
    delete                 | s F -99; o F -98; a F -9 / quota 6/5                    | quota for c1 / delete s, o
    delete                 | s F -99; a F -9 / quota 5/5 / deleted / quota 4/5       | quota for c1 / delete s / quota for c1 / create c1
    delete                 | s F -99; a F -9 / quota 5/5 / not deleted / quota 5/5   | quota for c1 / delete s / quota for c1 / error
    delete clusters=c1,c2  | a F -9; b F -8 c2 / quota 4/5                           | quota for c1, c2 / delete a
    delete clusters=c1,c2  | a F -9; b F -8 c2 / quota 5/5                           | quota for c1, c2 / delete a, b
    delete                 | s F -99 c2; a R -9 c2 / quota 5/5                       | quota for c1 / error
    recreate=1             | a R 0 / a F 0 / @50 a F 0 / quota 5/5 / a F 0           | poll / poll / quota for c1 / poll now / failed
    recreate=1 clusters=c1,c2 | @0 a F 1 / quota none / not made 429 / @40 a F 1 / quota 5/5 | quota for c2 / create c2 / poll / quota for c1, c2 / error
    recreate=1 delete      | o F -99; a R 0 / o F -99; a F 0 / @50 o F -99; a F 0 / quota 5/5 | poll / poll / quota for c1 / delete o
    `);

  // biome-ignore format: a case a line
  it.each([
    ['', 'none / quota 5/5', /1 task is needed.*5 of 5 allowed tasks exist; delete finished.*delete-superseded/],
    ['clusters=c1,c2', 'none / quota 4/5', /2 tasks are needed.*4 of 5/],
    ['delete', 'none / quota 5/5', /allowed tasks exist; delete tasks that are not needed/],
  ])('without room says so: %s', (given, script, cause) => {
    expect(playedWith(given, script).cause).toMatch(cause);
  });
});

describe('a request without a clear answer', () => {
  const lost = '@0 none / quota none / not made 502';
  const before = 'quota for c1 / create c1 / poll';
  it.each(
    table(`
    missing from two listings after a minute   | @30 none / @60 none                      | poll / quota for c1
    missing for less than a minute             | @30 none / @59 none / @59.9 none         | poll / poll / poll
    missing from one listing                   | @30 !502 / @70 none                      | poll / poll
    listed late                                | @9 none / @30 m R 0 / @90 m S 0          | poll / poll / succeeded
    listed under another host                  | @9 m R 0 image=mirror.io/team/pytorch:v2 / @90 m S 0 image=mirror.io/team/pytorch:v2 | poll / succeeded
    listed without its tag                     | @9 m R 0 image=mirror.io/team/pytorch / @90 m S 0 image=mirror.io/x | poll / succeeded
    listed under a longer path                 | @9 m S 0 image=mirror.io/proxy/team/pytorch:v2 | succeeded
    listed under a shorter path                | @9 m S 0 image=mirror.io/pytorch:v2      | succeeded
    with an unreadable address beside it       | @9 m R 0 image=UP / @90 m R 0 image=UP   | poll / quota for c1
    listed as another image                    | @9 m R 0 image=a.io/x/pytorch:v2 / @90 none | poll / quota for c1
    listed with another tag                    | @9 m R 0 image=a.io/team/pytorch:v1 / @90 none | poll / quota for c1
    listed too early                           | @9 m R -9 image=a.io/team/pytorch:v2 / @90 none | poll / quota for c1
    listed elsewhere                           | @9 m R 0 c2 / @90 none                   | poll / quota for c1
    failed by then                             | @9 m F 1                                 | failed
    perhaps listed for products                | @9 none / @90 m S 0 p1 image=a.io/team/pytorch:v2 | poll / poll
    lost again                                 | @30 none / @60 none / quota none / not made 502 / @90 none / @119 none / @120 none | poll / quota for c1 / create c1 / poll / poll / poll / quota for c1
    lost again, and the first is found         | @30 none / @60 none / quota none / not made 502 / @90 m S 0 image=a.io/team/pytorch | poll / quota for c1 / create c1 / poll / succeeded
    `),
  )('%s', (_what, script, decisions) => {
    expect(creating('').play(`${lost} / ${script}`)).toBe(`${before} / ${decisions}`);
  });

  it.each(['502', '409'])('%s is told as one, in the log and the outcome', (code) => {
    const stepper = playedWith('two clusters=c1,c2', `none / quota none / made m / not made ${code}`);
    expect(stepper.events.at(-1)).toMatchObject({ type: 'creation-failed', isUnclear: true });
    const unclearCreations = [{ image: IMAGE, clusterId: 'c2' }];
    expect(outcomeOfNow(stepper)).toMatchObject({ createdTaskIds: ['m'], unclearCreations });
  });

  const [other, failed] = ['m S 0 note=y image=a.io/team/pytorch:v2', 'a F -1 done=0'];
  it.each([
    ['note=x', `${lost} / @30 ${other} / @90 ${other}`, 'poll / poll'],
    ['', `${lost.replace('none', failed)} / @30 ${failed} / @60 ${failed}`, 'poll / quota for c1'],
  ])('is not taken for a task with another note, or that failed before: %s', (given, script, decisions) => {
    expect(creating(given).play(script)).toBe(`${before} / ${decisions}`);
  });

  it('is named by a timeout as long as it is open, whatever is there in other clusters', () => {
    const open = 'a R 0 c2 / quota none / not made 502 / @9 a R 0 c2 / @50 a R 0 c2';
    const lastFailure = 'the last request to create a task failed: HTTP 502';
    expect(playedWith('clusters=c1,c2 timeout=50', open).cause).toBe(lastFailure);
    const settled = 'none / quota none / not made 429 / a R 0 / @50 a R 0';
    expect(playedWith('timeout=50', settled).cause).toBeNull();
  });

  it('has its task looked for a minute after it', () => {
    expect(playedWith('', `${lost} / @30 none / @57 none`).pollAt).toBe(60);
  });
});

it.each<[Partial<ApiFailure>, boolean]>([
  [{ kind: 'transient' }, true],
  [{ status: 409 }, true],
  [{ reason: 'TASK_EXISTS' }, true],
  [{ reason: 'DUPLICATE_TASK' }, true],
  [{ problem: 'HTTP 400: the task already exists' }, true],
  [{ reason: 'CLUSTER_NOT_EXIST', problem: 'the cluster does not exist' }, false],
  [{ reason: 'NOTEXIST' }, false],
  [{ kind: 'busy', reason: 'TASK_EXISTS' }, false],
  [{}, false],
])('whether a task may exist although the API did not say so: %o: %s', (details, expected) => {
  expect(isUnclear(fatal('HTTP 400', { kind: 'refused', ...details }))).toBe(expected);
});

describe('a clear refusal', () => {
  decides(`
                    | @0 none / quota none / not made 429 / none / quota none / made m | quota for c1 / create c1 / poll / quota for c1 / create c1 / poll
                    | @0 none / quota none / not made 503+20 / @20 none / quota none / made m | quota for c1 / create c1 / poll / quota for c1 / create c1 / poll
                    | @0 none / quota none / not made 429+1801                         | quota for c1 / create c1 / timed-out
                    | @0 none / quota none / not made 401                              | quota for c1 / create c1 / error
                    | @0 none / quota none / not made fatal                            | quota for c1 / create c1 / error
  `);

  it('is tried again to the timeout while the API is busy, which then names it', () => {
    const stepper = creating('timeout=600');
    const again = Array.from({ length: 19 }, (_, n) => `@${n * 30} none / quota none / not made 429`);
    expect(stepper.play(again.join(' / ')).split(' / ').at(-1)).toBe('poll');
    expect(stepper.play('@600 none')).toBe('timed-out');
    expect(stepper.cause).toBe('the last request to create a task failed: HTTP 429');
  });

  it('is an error that says what could not be created, and the limit where that may be it', () => {
    const cause = `A task for ${IMAGE} in cluster c1 could not be created: HTTP 400`;
    expect(playedWith('', 'none / quota 0/5 / not made 400').cause).toBe(cause);
    const { state, decision } = playedWith('', 'none / quota 0/5');
    if (decision.kind !== 'create') throw new Error(decision.kind);
    const tooLarge = fatal('HTTP 400: too large', { kind: 'refused' });
    const at = { now: START, random: 0, sentAt: START };
    expect(afterCreation(state, decision, tooLarge, at).decision).toMatchObject({
      cause: expect.stringMatching(/too large; the quota allows images of up to 20 GB$/),
    });
  });
});

describe('with recreate-failed', () => {
  decides(`
    recreate=1            | a R 0 / @10 a F 0 / @39 a F 0 / @40 a F 0 / quota none / made m / m S 41 | poll / poll / poll / quota for c1 / create c1 / poll / succeeded
    recreate=1            | a R 0 / @10 a F 0 / @40 a F 0 / quota none / made m / m F 41             | poll / poll / quota for c1 / create c1 / poll / failed
    recreate=2            | @0 a F 1 / @30 a F 1 / quota none / made m / @40 m F 31 / @99 m F 31 / @100 m F 31 | poll / quota for c1 / create c1 / poll / poll / poll / quota for c1
    recreate=1            | @10 a F 1; b R 0 image=registry.example.com/team/pytorch:v2 p1 / @50 a F 1; b R 0 p1 | poll / poll
    recreate=1            | @10 a F 1 / @20 a R 1 / @50 a S 1                                        | poll / poll / succeeded
    recreate=1            | @10 a F 1 / @20 a F 1; b S 15                                            | poll / succeeded
    recreate=1            | @10 a F 1 / @40 none / quota none / made m / m S 41; a F 1 | poll / quota for c1 / create c1 / poll / succeeded
    recreate=1            | a R 0 / none / none                                                      | poll / poll / failed
    recreate=1 timeout=40 | @10 a F 1                                                                | failed
    recreate=1 timeout=41 | @10 a F 1                                                                | poll
    recreate=1            | @0 a F -9 / quota none / made m / @10 a F -9; m F 1 / @40 a F -9; m F 1  | quota for c1 / create c1 / poll / poll / quota for c1
    recreate=1            | @0 a F 1 / @30 a F 1 / quota none / not made 502 / @60 a F 1 / @90 a F 1 | poll / quota for c1 / create c1 / poll / poll / quota for c1
    recreate=1            | @0 a F 1 / @30 a F 1 / quota none / not made 429 / @31 a F 1             | poll / quota for c1 / create c1 / poll / quota for c1
    recreate=1 clusters=c1,c2 | @0 a F 1; b R 0 c2 / @30 a F 1; b R 0 c2                             | poll / quota for c1
    recreate=1            | @0 a F 1 / @30 a F 1; n R 0 image=a.io/nginx:1                           | poll / quota for c1
    recreate=1 appear=0   | @10 a F 1                                                                | poll
    two recreate=1        | @0 a F 1 / quota none / made v / @30 a F 1; v R 0 ${V}                   | quota for c1 vllm / create c1 vllm / poll / quota for c1
    recreate=1            | @0 none / quota none / made m / @9 m R 1 image=x.io/z; x F 5 / @40 m R 1 image=x.io/z; x F 5 / @50 m S 1; x F 5 | quota for c1 / create c1 / poll / poll / poll / quota for c1
    `);

  it('each failed attempt is told, when it happens and in the outcome', () => {
    const script = '@0 a F 1 why=429 / @30 a F 1 why=429 / quota none / made m / @40 m F 31';
    const stepper = playedWith('recreate=2', script);
    const attempts = stepper.events.flatMap((event) => (event.type === 'attempt-failed' ? [event] : []));
    expect(attempts.map(({ task, attempt, of, delay }) => [task.id, attempt, of, delay])).toEqual([
      ['a', 1, 2, 30_000],
      ['m', 2, 2, 60_000],
    ]);
    expect(outcomeOfNow(stepper).failedAttempts).toMatchObject([{ id: 'a', reasons: ['429'] }, { id: 'm' }]);
    expect(stepper.pollAt).toBeLessThanOrEqual(100);
  });

  it.each([
    ['that there is no room to replace', '@0 a F 1 / @30 a F 1 / quota 5/5 / a F 1', 'a Failed'],
    ['that runs again', '@0 a F 1 / @10 a R 1', 'a Running'],
  ])('one %s counts again and is no failed attempt', (_what, script, counted) => {
    const { failedAttempts, tasks } = outcomeOfNow(playedWith('recreate=1', script));
    expect([failedAttempts, shown(tasks)]).toEqual([[], counted]);
  });

  it('what succeeded beside a failed one goes on to count, and the failed one alone is an attempt', () => {
    const stepper = playedWith('products=p1,p2 recreate=1', '@0 b S -5 p2; a F 1 p1');
    expect(shown(outcomeOfNow(stepper).tasks)).toBe('b Succeeded');
    expect(shown(outcomeOfNow(stepper).failedAttempts)).toBe('a Failed');
    const first = playedWith('products=p1,p2', 'a S 0 p1; b F -9 p2');
    expect(shown(outcomeOfNow(first).tasks)).toBe('a Succeeded');
  });

  it('no room in one cluster takes nothing back in another', () => {
    const before = '@0 a F 1; b R 0 c2 / @30 a F 1; b R 0 c2 / quota none / made m';
    const stepper = playedWith('recreate=1 clusters=c1,c2', before);
    const script =
      '@40 m R 31; a F 1; b F 0 c2 done=35 / @70 m R 31; a F 1; b F 0 c2 done=35 / quota 5/5 / m R 31; b F 0 c2';
    expect(stepper.play(script)).toBe('poll / quota for c2 / poll now / failed');
    expect(shown(outcomeOfNow(stepper).failedAttempts)).toBe('a Failed');
  });

  it('the pause is spread by a quarter', () => {
    const stepper = creating('recreate=1');
    stepper.random = 0.8;
    stepper.play('@0 a F 1');
    expect(stepper.events.at(-1)).toMatchObject({ type: 'attempt-failed', delay: 36_000 });
  });
});
