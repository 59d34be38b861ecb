import { describe, expect, it } from 'vitest';
import { nearMissesAmong } from '../../../src/tasks/near-misses.ts';
import { differencesFrom } from '../../../src/tasks/selectors.ts';
import { selectors, task } from '../support/factories.ts';
import { selectorsFrom, table, tasks } from '../support/notation.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('a task counts only when it matches every selector', () => {
  it.each(
    table(`
    team/pytorch:v2          | t R 0                                       |
    pytorch                  | t R 0 image=other.io/a/pytorch:v9           |
    team/pytorch:v2          | t R 0 image=other.io/pytorch:v2             | its image is other.io/pytorch:v2
    torch                    | t R 0                                       | its image is registry.example.com/team/pytorch:v2
    a.io/team/pytorch        | t R 0 image=b.io/team/pytorch:v2            | its host is b.io
    a.io/pytorch             | t R 0 image=a.io/team/pytorch:v2            | its image is a.io/team/pytorch:v2
    pytorch:v3               | t R 0                                       | its tag is v2
    nginx:latest             | t R 0 image=nginx                           |
    nginx:latest             | t R 0 image=nginx@${DIGEST}                 | it has no tag
    nginx@${DIGEST}          | t R 0 image=nginx@${DIGEST}                 |
    nginx@${DIGEST}          | t R 0 image=nginx:1                         | it has no digest
    nginx@${DIGEST}          | t R 0 image=nginx@${DIGEST.replace('a', 'b')} | its digest is ${DIGEST.replace('a', 'b')}
    nginx                    | t R 0 image=NGINX                           | its image address "NGINX" cannot be read
                             | t R 0 image=NGINX                           |
    note=sha-1               | t R 0 note=sha-1                            |
    note=sha-1               | t R 0 note=sha-12                           | its note is "sha-12"
    note=sha-1               | t R 0                                       | it has no note
    ids=a,t                  | t R 0                                       |
    ids=t1                   | t R 0                                       | its id is not listed
    clusters=c0,c1           | t R 0                                       |
    clusters=c10             | t R 0                                       | it is in cluster c1
    products=p0,p1           | t R 0 p1,p2                                 |
    products=p1              | t R 0 p10,p2                                | it covers only p10, p2
    products=p1              | t R 0                                       |
    after=-5                 | t R -5                                      |
    after=-5                 | t R -6                                      | it was created earlier
    after=-5                 | t R ?                                       | it does not say when it was created
    pytorch:v3 note=x        | t R 0 note=y                                | its tag is v2 and its note is "y"
    `),
  )('%j against %j: %j', (given, line, why) => {
    const [one = task()] = tasks(line);
    const wanted = selectorsFrom(given);
    const differences = differencesFrom(one, wanted.images[0]?.reference ?? null, wanted);
    expect([...differences].map(({ clause }) => clause).join(' and ')).toBe(why);
  });
});

describe('near misses', () => {
  it.each(
    table(`
    team/pytorch:v2      | far R 0 image=a.io/x/pytorch:v9; near R 0 image=a.io/team/pytorch:v9     | near far
    team/pytorch:v2      | far R 0 image=a.io/team/pytorch:nightly; near R 0 image=a.io/team/pytorch:v1 | near far
    pytorch              | other R 0 image=a.io/nginx; near R 0 image=a.io/pytorhc                  | near
    pytorch              | far R 0 image=a.io/pytroch; near R 0 image=a.io/pytoch; none R 0 image=a.io/ptrc | near far
    team/pytorch         | far R 0 image=a.io/x/y/z/pytorch; near R 0 image=a.io/teem/pytorch       | near far
    pytorch              | near R 0 image=PyTorch; none R 0 image=NGINX                             | near
    pytorch clusters=c9  | far R 0 image=a.io/pytroch; near R 0 c1                                  | near far
    pytorch note=sha-1   | far R 9 note=feature; near R 0 note=SHA-2                                | near far
    pytorch ids=task-1   | none R 0; task-2 R 0; TASK-12 R 0                                        | TASK-12 task-2
    a.io/team/pytorch    | b R 0 image=b.io/team/pytorch; c R 0 image=c.io/other/pytorch            | b c
    pytorch@${DIGEST}    | far R 9 c9; near R 0 image=a.io/pytorch@${DIGEST} note=x                 | near far
    clusters=c2,c3       | b R 0; new R 5; a R 0; old R ?; c R 0                                    | new a b c old
    note=sha-1           | far R 9 note=feature; near R 0 note=sha-2                                | near far
    pytorch:v9           | old R 0; new R 5 c2; b R 5 c3                                            | b new old
    `),
  )('of %j among %j: %j', (given, line, expected) => {
    const misses = nearMissesAmong(tasks(line), selectorsFrom(given), []);
    expect(misses.map(({ task: { id } }) => id).join(' ')).toBe(expected);
  });

  it('leave out what counts, and say so of what a newer one supersedes', () => {
    const [counted = task(), old = task()] = tasks('new R 0; old S -9');
    const misses = nearMissesAmong([counted, old], selectors(), [counted]);
    expect(misses).toEqual([{ task: old, why: 'a newer task supersedes it' }]);
  });

  it('are compared with the nearest of several images', () => {
    const line = 'v R 0 image=a.io/vllm:v2; p R 0 c2 image=a.io/pytroch';
    const misses = nearMissesAmong(tasks(line), selectorsFrom('pytorch,vllm:v1 clusters=c1'), []);
    const far = 'its image is a.io/pytroch and it is in cluster c2';
    expect(misses.map(({ why }) => why)).toEqual(['its tag is v2', far]);
  });

  it('are ten at most, the nearest, of several as near the newest', () => {
    const far = Array.from({ length: 15 }, (_, n) => `far${n} R ${n} image=a.io/x/y/pytorch:nightly c2`);
    const close = Array.from({ length: 12 }, (_, n) => `t${n} R ${n}`);
    const misses = nearMissesAmong(tasks([...far, ...close].join(';')), selectorsFrom('team/pytorch:v3'), []);
    expect(misses.map((miss) => miss.task.id).join(' ')).toBe('t11 t10 t9 t8 t7 t6 t5 t4 t3 t2');
  });
});
