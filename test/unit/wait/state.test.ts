import { describe, expect, it } from 'vitest';
import { afterListing, queriesFor } from '../../../src/wait/state.ts';
import { START } from '../support/factories.ts';
import { shown, tasks } from '../support/notation.ts';
import { inputsFrom, Stepper } from '../support/stepper.ts';
import { decides, played } from './script.ts';

const VLLM = 'image=a.io/vllm:v1';

describe('what a wait decides, listing by listing', () => {
  decides(`
                          | a S -9                                         | succeeded
                          | a R -9 / a R -9 / a S -9                       | poll / poll / succeeded
                          | a R -9 / a F -9                                | poll / failed
                          | a R -9 / a S -9 p1; b R 0                      | poll / poll
                          | a R -9; o S -99 / o S -99 / o S -99            | poll / poll / failed
                          | a F -9 / b R 0                                 | failed / poll
                          | o F -99 p1; a S -9                             | succeeded
    any                   | a F -9; b R -9 c2 / a F -9; b S -9 c2          | poll / succeeded
    any patient           | a S -9; b R -9 c2 / a S -9; b F -9 c2          | poll / succeeded
    patient               | a F -9; b R -9 c2 / a F -9; b S -9 c2          | poll / failed
    require=2 patient     | a S 0; b R 0 c2; c R 0 c3 / a S 0; b S 0 c2; c R 0 c3 | poll / poll
    require=2             | a S 0; b R 0 c2; c R 0 c3 / a S 0; b S 0 c2; c R 0 c3 | poll / succeeded
    clusters=c1,c2        | a S 0 / a S 0; b S 5 c2                        | poll / succeeded
    images=pytorch,vllm   | a S 0 / a S 0; v S 5 ${VLLM}                   | poll / succeeded
    images=pytorch,vllm   | a S 0; v F 5 ${VLLM}                           | failed
    images=pytorch,vllm patient | a F 0; v R 5 ${VLLM} / a F 0; v S 5 ${VLLM} | poll / failed
    images=pytorch,vllm any | a S 0; b F 0 c2; v F 0 ${VLLM}; w S 0 c2 ${VLLM} | succeeded
    after=-900            | a S -906                                       | poll
    after=-900            | a S -905                                       | succeeded
    `);
});

describe('at the deadline', () => {
  decides(`
    timeout=60                    | a R 0 / @60 a S 0                           | poll / succeeded
    timeout=60                    | a R 0 / @60 a R 0                           | poll / timed-out
    timeout=60                    | a R 0 / @60 !502                            | poll / timed-out
    timeout=60 patient            | a F 0; b R 0 c2 / @60 a F 0; b R 0 c2       | poll / failed
    timeout=60 patient            | a F 0; b R 0 c2 / @60 !502                  | poll / failed
    timeout=60 patient            | a F 0; b R 0 c2 / @20 !429+90               | poll / failed
    timeout=60 patient any        | a S 0; b R 0 c2 / @60 a S 0; b R 0 c2       | poll / succeeded
    timeout=60 patient any        | a S 0; b R 0 c2 / @60 !502                  | poll / succeeded
    timeout=60 patient any        | ? a S 0; b R 0 c2 / @60 !502                | poll / timed-out
    timeout=60 any                | a F 0; b R 0 c2 / @60 a F 0; b R 0 c2       | poll / timed-out
    timeout=60                    | a R 0 / @20 !429+39                         | poll / poll
    timeout=60                    | a R 0 / @20 !429+41                         | poll / timed-out
    timeout=60                    | !429+61                                     | timed-out
    timeout=60                    | !502 / @60 !502                             | poll / error
    timeout=60                    | @60 ? a S 0 / @60.5 ? a S 0                 | poll now / succeeded
    timeout=60                    | @60 ? a S 0 / @60.5 ? a S 0; b S 0 c2       | poll now / timed-out
    timeout=60 appear=60 clusters=c1,c2 any | !502 / @9 a F 0 / @60 !502        | poll / poll / timed-out
    timeout=60 appear=60 clusters=c1,c2 | @0.5 a S 0 / @60 a S 0 / @60 a S 0         | poll / poll now / not-found
    timeout=60 appear=60 clusters=c1,c2 | !502 / @9 a S 0 / @60 a S 0           | poll / poll / timed-out
    `);

  it.each([
    ['a R 0 / @60 !502', 'the last poll failed: HTTP 502'],
    ['a R 0 / !429+90', expect.stringContaining('until after the timeout: HTTP 429')],
    ['!502 / a R 0 / @60 a R 0', null],
  ])('after %s a timeout names %j', (script, cause) => {
    expect(played('timeout=60', script).cause).toEqual(cause);
  });

  it('the last pause ends there', () => {
    const stepper = played('timeout=60', '@50 a R 0');
    expect(stepper.pollAt).toBeLessThanOrEqual(60);
    stepper.play('@55 !429+5');
    expect(stepper.pollAt).toBe(60);
  });
});

describe('a listing that may be incomplete decides nothing before a second one in a row counts the same', () => {
  decides(`
                   | ? a S 0 / ? a S 0                                       | poll now / succeeded
                   | ? a S 0 / a S 0                                         | poll now / succeeded
                   | ? a F 0 / ? a F 0                                       | poll now / failed
                   | ? a S 0 / ? a S 0; b R 5                                | poll now / poll
                   | ? a S 0 / ? a S 0; b S 5 / ? b S 5                      | poll now / poll / succeeded
                   | ? a F 0; b R 0 c2 / ? a F 0; b F 0 c2 / ? a F 0; b F 0 c2 | poll now / poll / failed
                   | ? a S 0 / !502 / ? a S 0 / ? a S 0                      | poll now / poll / poll now / succeeded
                   | ? a S 0 / ? a R 0 / ? a S 0                             | poll now / poll / poll now
                   | ? a R 0 / ? a R 0                                       | poll / poll
    appear=0 clusters=c1,c2 | ? a S 0 / ? a S 0                              | poll now / not-found
    appear=0 clusters=c1,c2 | ? a S 0 / ? a S 0; b S 5 c2 / b S 5 c2; a S 0  | poll now / poll / succeeded
    `);
});

describe('what is absent', () => {
  decides(`
    clusters=c1,c2               | a S 0 / @119 a S 0 / @120 a S 0 / @120 a S 0     | poll / poll / poll now / not-found
    clusters=c1,c2               | a S 0 / @120 a S 0 / @120 a S 0; b R 0 c2        | poll / poll now / poll
    clusters=c1,c2               | !502 / @50 a S 0 / @169 a S 0 / @170 a S 0       | poll / poll / poll / poll now
    clusters=c1,c2               | a F 0                                            | failed
    clusters=c1,c2 appear=0      | a R 0 / a R 0                                    | poll now / not-found
    clusters=c1,c2 appear=0 patient | a R 0 / a F 0                                 | poll / failed
    clusters=c1,c2 appear=0 any  | a S 0 / a S 0                                    | poll now / not-found
    ids=a,b appear=0 any         | a S 0                                            | succeeded
    require=2 appear=0           | a S 0 / a S 0                                    | poll now / not-found
    appear=0                     | none / none                                      | poll now / not-found
    appear=0                     | none / !502                                      | poll now / not-found
    appear=0                     | ? none / !502                                    | poll now / poll
    images=pytorch,vllm appear=0 | a S 0 / a S 0                                    | poll now / not-found
    images=pytorch,vllm appear=0 | a F 0                                            | failed
    `);

  it('is looked for in every cluster before it is not found, and near misses come from there', () => {
    const stepper = new Stepper(inputsFrom('clusters=c1 appear=0'));
    expect(queriesFor(stepper.state)).toEqual([{ name: 'pytorch', clusterId: 'c1', taskIds: [] }]);
    stepper.play('none');
    expect(queriesFor(stepper.state)).toEqual([{ name: null, clusterId: null, taskIds: [] }]);
    stepper.play('a S 0 c2');
    expect(stepper.decision).toMatchObject({
      nearMisses: [{ task: { id: 'a' }, why: 'it is in cluster c2' }],
    });
  });

  it('has its near misses from the narrow listing where the wide one fails', () => {
    const stepper = played('clusters=c1 appear=0 images=pytorch:v3', 'a S 0 / !502');
    expect(stepper.decision).toMatchObject({ result: 'not-found', nearMisses: [{ why: 'its tag is v2' }] });
  });

  it('is polled for when its time is over', () => {
    expect(played('clusters=c1,c2 appear=20', 'a S 0 / @15 a S 0').pollAt).toBe(20);
  });

  it('is told at the first listing and when it changes, with the time that is left', () => {
    const stepper = played(
      'clusters=c1,c2,c3',
      'a S 0 / @30 a S 0 / @40 a S 0; b S 0 c2 / @50 a S 0; b S 0 c2; c R 0 c3',
    );
    expect(stepper.events.filter(({ type }) => type === 'absent')).toEqual([
      { type: 'absent', absent: [{ clusterId: 'c2' }, { clusterId: 'c3' }], counted: 1, timeLeft: 120_000 },
      { type: 'absent', absent: [{ clusterId: 'c3' }], counted: 2, timeLeft: 80_000 },
    ]);
  });
});

describe('what is listed', () => {
  it.each([
    ['', 'name=pytorch'],
    ['clusters=c1', 'name=pytorch cluster=c1'],
    ['clusters=c1,c2', 'name=pytorch'],
    ['images=a.io/x/pytorch:v1,pytorch:v2,vllm', 'name=pytorch, name=vllm'],
  ])('%s: %s', (given, expected) => {
    const queries = queriesFor(new Stepper(inputsFrom(given)).state);
    const words = queries.map((one) => `name=${one.name}${one.clusterId ? ` cluster=${one.clusterId}` : ''}`);
    expect(words.join(', ')).toBe(expected);
  });

  it('is all at once where several images and ids are asked for', () => {
    const { state } = new Stepper(inputsFrom('ids=a,b images=pytorch,vllm'));
    expect(queriesFor(state)).toEqual([{ name: null, clusterId: null, taskIds: ['a', 'b'] }]);
  });

  it('is asked for by the note without an image, and by id', () => {
    const { state } = new Stepper(inputsFrom('ids=a,b', { images: [], note: 'sha-1' }));
    expect(queriesFor(state)).toEqual([{ name: 'sha-1', clusterId: null, taskIds: ['a', 'b'] }]);
  });
});

describe("the server's clock", () => {
  const decide = (given: string, line: string, serverClockOffset: number | null) => {
    const { state } = new Stepper(inputsFrom(given));
    const listing = { tasks: tasks(line), mayBeIncomplete: false, serverClockOffset };
    return afterListing(state, listing, { now: START, random: 0, pollAt: START, sentAt: START });
  };

  it('is what created-after goes by, and the failures from before the step', () => {
    expect(decide('after=-10', 'a S 80', 100_000).decision.kind).toBe('poll');
    expect(decide('after=-10', 'a S 85', 100_000).decision).toMatchObject({ result: 'succeeded' });
    expect(decide('after=-10', 'a S -15', null).decision).toMatchObject({ result: 'succeeded' });
    const creating = 'create clusters=c1 images=a.io/x:v1';
    expect(decide(creating, 'a F 90 image=a.io/x:v1', 100_000).decision.kind).toBe('read quota');
    expect(decide(creating, 'a F 101 image=a.io/x:v1', 100_000).decision).toMatchObject({ result: 'failed' });
  });

  it('is told with what changed', () => {
    const { events } = decide('', 'a R 0', 100_000);
    expect(events).toMatchObject([{ type: 'changed', serverNow: START + 100_000 }]);
  });
});

describe('what is told', () => {
  const changesOf = (script: string) => {
    const stepper = played('', script);
    return stepper.events
      .flatMap((event) => (event.type === 'changed' ? event.changes : []))
      .map(({ task, from, isListed }) => `${from} → ${shown([task])}${isListed ? '' : ', not listed'}`);
  };

  it('every change of state, of reasons or of presence, once', () => {
    const script =
      'a P 0 / a P 0 / a P 0 why=401 / a R 0 why=401 / none / a R 0 why=401 / none / none / none';
    // biome-ignore format: a few changes a line
    expect(changesOf(script)).toEqual([
      'null → a Pending', 'Pending → a Pending', 'Pending → a Running', 'Running → a Unknown, not listed',
      'Unknown → a Running', 'Running → a Unknown, not listed', 'Unknown → a Deleted',
    ]);
  });

  it('failed polls with the pause after them, and their end', () => {
    const stepper = played('', '!502 / !502 / a R 0 / a R 0');
    expect(stepper.events.filter(({ type }) => type !== 'changed')).toEqual([
      { type: 'poll-failed', problem: 'HTTP 502', delay: 1_000 },
      { type: 'poll-failed', problem: 'HTTP 502', delay: 1_500 },
      { type: 'recovered', failedPolls: 2 },
    ]);
    expect(stepper.state).toMatchObject({ polls: 4, failedPolls: 2 });
  });
});
