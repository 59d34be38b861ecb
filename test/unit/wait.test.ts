import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type ApiFailure, fatal, type ListingQuery, transient } from '../../src/api/types.ts';
import type { Inputs } from '../../src/inputs/inputs.ts';
import type { PrewarmTask } from '../../src/tasks/task.ts';
import type { WaitEvent } from '../../src/wait/events.ts';
import { wait } from '../../src/wait/poller.ts';
import { START, START_SECONDS, settings, task } from './support/factories.ts';
import { ScriptedApi, type Step } from './support/scripted-api.ts';
import { VirtualClock } from './support/virtual-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const running = task({ state: 'Running' });
const succeeded = task({ state: 'Succeeded', completeTime: START_SECONDS });
const failed = task({ state: 'Failed' });
const refused: ApiFailure = { kind: 'refused', problem: 'HTTP 401', retryAfter: null };

/** A wait on virtual time, with an interval of a second unless told otherwise. A draw of 0.5 is one without jitter. */
function begin(steps: readonly Step[], given: Partial<Inputs> = {}, draw = 0.5) {
  const clock = new VirtualClock();
  const api = new ScriptedApi(clock, steps);
  const cancellation = new AbortController();
  const events: WaitEvent[] = [];
  const heard: { readonly event: WaitEvent; readonly at: number }[] = [];
  const outcome = wait(settings({ pollInterval: SECOND, ...given }), {
    api,
    clock,
    signal: cancellation.signal,
    random: () => draw,
    observe: (event) => {
      events.push(event);
      heard.push({ event, at: clock.elapsed });
    },
  });
  const heardAt = (type: WaitEvent['type']) =>
    heard.filter(({ event }) => event.type === type).map(({ at }) => at);
  return { clock, api, cancellation, outcome, events, heardAt };
}

/** The same to its end, after which nothing of it may be left. */
async function waitFor(steps: readonly Step[], given: Partial<Inputs> = {}, draw = 0.5) {
  const begun = begin(steps, given, draw);
  const outcome = await begun.clock.finish(begun.outcome);
  expectNothingLeft(begun);
  return { ...begun, outcome };
}

function expectNothingLeft({ clock, cancellation, api }: ReturnType<typeof begin>) {
  expect(clock.pendingTimers).toBe(0);
  for (const signal of [cancellation.signal, ...api.signals]) {
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  }
}

describe('a calm wait', () => {
  it('ends at the first listing that decides, without a pause', async () => {
    const { outcome, api, clock } = await waitFor([[succeeded]]);
    expect(outcome).toMatchObject({ result: 'succeeded', cause: null, polls: 1, failedPolls: 0 });
    expect(outcome.tasks).toEqual([succeeded]);
    expect(api.polledAt).toEqual([0]);
    expect(clock.elapsed).toBe(0);
  });

  it('polls once an interval', async () => {
    const { outcome, api } = await waitFor([[running], [running], [running], [succeeded]]);
    expect(outcome).toMatchObject({
      result: 'succeeded',
      polls: 4,
      startedAt: START,
      endedAt: START + 3_000,
    });
    expect(api.polledAt).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it.each([0, 0.5, 0.999])(
    'polls sooner than the interval at times, never later, for a draw of %d',
    async (draw) => {
      const { api } = await waitFor([[running]], { pollInterval: 40_000 }, draw);
      const gaps = api.polledAt.map((at, index) => at - (api.polledAt[index - 1] ?? at)).slice(1, -1);
      expect(gaps.length).toBeGreaterThan(40);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(40_000);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
    },
  );

  it('pauses from the end of a slow answer on', async () => {
    const { api } = await waitFor([{ takes: 4_000, gives: [running] }, [succeeded]]);
    expect(api.polledAt).toEqual([0, 5_000]);
  });

  it('ends with the first failure when it is to fail fast', async () => {
    const { outcome } = await waitFor([[running], [failed]]);
    expect(outcome).toMatchObject({ result: 'failed', polls: 2 });
  });

  it('waits for the others after a failure when it is not', async () => {
    const other = task({ id: 't2', clusterId: 'c2' });
    const steps = [
      [failed, other],
      [failed, other],
      [failed, { ...other, state: 'Succeeded' as const }],
    ];
    const { outcome } = await waitFor(steps, { failFast: false });
    expect(outcome).toMatchObject({ result: 'failed', polls: 3 });
  });

  it('goes on when a task goes back from Succeeded', async () => {
    const other = task({ id: 't2', clusterId: 'c2' });
    const { outcome } = await waitFor([
      [succeeded, other],
      [running, { ...other, state: 'Succeeded' }],
      [succeeded, { ...other, state: 'Succeeded' }],
    ]);
    expect(outcome).toMatchObject({ result: 'succeeded', polls: 3 });
  });

  it('fails for a counted task that is deleted, an older success notwithstanding', async () => {
    const older = task({ id: 'old', state: 'Succeeded', createTime: START_SECONDS - 500 });
    const { outcome } = await waitFor([[running, older], [older]]);
    expect(outcome).toMatchObject({ result: 'failed', polls: 3 });
    expect(outcome.tasks).toMatchObject([{ id: 't1', state: 'Deleted' }]);
  });

  it('says which tasks changed, and nothing on a poll that changed nothing', async () => {
    const { events, heardAt } = await waitFor([[running], [running], [succeeded]]);
    expect(heardAt('changed')).toEqual([0, 2_000]);
    expect(events).toMatchObject([
      { changes: [{ task: running, from: null }], serverNow: START },
      { changes: [{ task: succeeded, from: 'Running' }], serverNow: START + 2_000 },
    ]);
  });
});

describe('what the API is asked for', () => {
  const image = { host: 'r.io', path: 'team/pytorch', tag: 'v2', digest: null };
  it.each<[string, Partial<Inputs>, Partial<ListingQuery>]>([
    ['the tasks by their ids', { taskIds: ['t1', 't2'] }, { taskIds: ['t1', 't2'] }],
    ['the last component of the image', { image }, { name: 'pytorch', clusterId: null }],
    ['the image before the note', { image, note: 'sha' }, { name: 'pytorch', clusterId: null }],
    ['the note without an image', { image: null, note: 'sha' }, { name: 'sha', clusterId: null }],
    ['nothing with only ids', { image: null, taskIds: ['t1'] }, { name: null, clusterId: null }],
    ['the one cluster', { image, clusterIds: ['c1'] }, { name: 'pytorch', clusterId: 'c1' }],
    ['no cluster out of two', { image, clusterIds: ['c1', 'c2'] }, { name: 'pytorch', clusterId: null }],
  ])('%s', async (_name, given, query) => {
    const { api } = await waitFor([fatal('enough')], given);
    expect(api.queries).toMatchObject([query]);
  });
});

describe('the deadline', () => {
  it('has a last poll of its own, and a success there is a success', async () => {
    const steps: Step[] = [{ takes: 500, gives: [running] }, [running], [running], [succeeded]];
    const { outcome, api } = await waitFor(steps, { timeout: 3_000 });
    expect(api.polledAt).toEqual([0, 1_500, 2_500, 3_000]);
    expect(outcome).toMatchObject({ result: 'succeeded', endedAt: START + 3_000 });
  });

  it('ends the wait after that poll', async () => {
    const { outcome, api } = await waitFor([[running]], { timeout: 3_000 });
    expect(api.polledAt).toEqual([0, 1_000, 2_000, 3_000]);
    expect(outcome).toMatchObject({ result: 'timed-out', cause: null, polls: 4, endedAt: START + 3_000 });
    expect(outcome.tasks).toEqual([running]);
  });

  it('comes before a pause that is longer than what is left', async () => {
    const old = task({ createTime: START_SECONDS - 86_400 });
    const { api } = await waitFor([[old]], { timeout: 5_000, pollInterval: 10 * MINUTE });
    expect(api.polledAt).toEqual([0, 5_000]);
  });

  it('cuts a hanging request off and polls a last time', async () => {
    const { outcome, api } = await waitFor([[running], 'hangs', [succeeded]], { timeout: MINUTE });
    expect(api.polledAt).toEqual([0, 1_000, MINUTE]);
    expect(outcome).toMatchObject({ result: 'succeeded', failedPolls: 0 });
  });

  it('is overrun by seconds at most when the last poll hangs as well', async () => {
    const { outcome, clock } = await waitFor([[running], 'hangs'], { timeout: MINUTE });
    expect(outcome.result).toBe('timed-out');
    expect(clock.elapsed).toBeLessThanOrEqual(MINUTE + 5_000);
  });

  it('of a second, with a hanging API, is an error: it never answered', async () => {
    const { outcome, clock } = await waitFor(['hangs'], { timeout: SECOND, appearTimeout: SECOND });
    expect(outcome.result).toBe('error');
    expect(clock.elapsed).toBeLessThanOrEqual(6_000);
  });

  it('names the last failure', async () => {
    const { outcome } = await waitFor([[running], transient('HTTP 503')], { timeout: 20_000 });
    expect(outcome.result).toBe('timed-out');
    expect(outcome.cause).toContain('HTTP 503');
  });

  it('of five days is reached', async () => {
    const { outcome } = await waitFor([[running]], { timeout: 432_000_000, pollInterval: 600_000 });
    expect(outcome).toMatchObject({ result: 'timed-out', endedAt: START + 432_000_000 });
  });
});

describe('what is expected and absent', () => {
  it.each([10_000, 40_000, 300_000])(
    'is not found at the end of its %i ms, not a poll later',
    async (appearTimeout) => {
      const { outcome } = await waitFor([[]], { appearTimeout, pollInterval: 10 * MINUTE });
      expect(outcome.result).toBe('not-found');
      expect(outcome.endedAt - START).toBeGreaterThanOrEqual(appearTimeout);
      expect(outcome.endedAt - START).toBeLessThan(appearTimeout + SECOND);
    },
  );

  it('may turn up in the poll at the very end of its time', async () => {
    const { outcome, api } = await waitFor([[], [], [], [succeeded]], { appearTimeout: 3_000 });
    expect(api.polledAt).toEqual([0, 1_000, 2_000, 3_000]);
    expect(outcome.result).toBe('succeeded');
  });

  it('must be there at the first good answer with a time of zero', async () => {
    const { outcome, api } = await waitFor([transient('HTTP 503'), [], [succeeded]], { appearTimeout: 0 });
    expect(outcome).toMatchObject({ result: 'not-found', polls: 2 });
    expect(api.polledAt).toEqual([0, 1_000]);
  });

  it('has its time from the first good answer on, failures before it aside', async () => {
    const steps: Step[] = [transient('HTTP 503'), transient('HTTP 503'), []];
    const { outcome } = await waitFor(steps, { appearTimeout: 20_000 });
    expect(outcome).toMatchObject({ result: 'not-found', endedAt: START + 23_000 });
  });

  it('has its time from the first good answer on, however long that took', async () => {
    const { outcome } = await waitFor([{ takes: 25_000, gives: [] }, []], { appearTimeout: 40_000 });
    expect(outcome).toMatchObject({ result: 'not-found', endedAt: START + 65_000 });
  });

  it('is not found while others run, when it is to fail fast', async () => {
    const given = { clusterIds: ['c1', 'c2'], appearTimeout: 20_000 };
    const { outcome } = await waitFor([[running]], given);
    expect(outcome).toMatchObject({ result: 'not-found', endedAt: START + 20_000 });
    expect(outcome.absent).toEqual([{ clusterId: 'c2' }]);
  });

  it('is not found once the others have finished, when it is not', async () => {
    const given = { clusterIds: ['c1', 'c2'], appearTimeout: 2_000, failFast: false };
    const steps = [...Array<Step>(5).fill([running]), [succeeded]];
    const { outcome } = await waitFor(steps, given);
    expect(outcome).toMatchObject({ result: 'not-found', endedAt: START + 5_000 });
  });

  it('is a failure when what is there failed', async () => {
    const given = { clusterIds: ['c1', 'c2'], failFast: false, appearTimeout: 20_000 };
    const { outcome } = await waitFor([[failed]], given);
    expect(outcome).toMatchObject({ result: 'failed', endedAt: START + 20_000 });
  });

  it('is timed out when its time ends with the timeout and the first answer came late', async () => {
    const given = { timeout: 30_000, appearTimeout: 30_000, pollInterval: 10 * MINUTE };
    const { outcome } = await waitFor([transient('HTTP 503'), []], given);
    expect(outcome).toMatchObject({ result: 'timed-out', endedAt: START + 30_000 });
  });

  it('is not found at the timeout when its time is as long, though the first answer took a moment', async () => {
    const given = { timeout: 30_000, appearTimeout: 30_000, pollInterval: 10 * MINUTE };
    const { outcome } = await waitFor([{ takes: 200, gives: [] }, []], given);
    expect(outcome).toMatchObject({ result: 'not-found', endedAt: START + 30_000 });
  });

  it('comes with its near misses', async () => {
    const other = task({ imageUrl: 'nginx' });
    const { outcome } = await waitFor([[other]], { appearTimeout: 0 });
    expect(outcome.nearMisses).toEqual([{ task: other, why: 'its path is another' }]);
  });
});

describe('failed polls', () => {
  const busy = transient('HTTP 503');

  it('before the first good answer: five in a row are an error', async () => {
    const { outcome, api } = await waitFor([busy]);
    expect(api.polledAt).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(outcome).toMatchObject({ result: 'error', polls: 5, failedPolls: 5 });
    expect(outcome.cause).toContain('HTTP 503');
  });

  it('before the first good answer: four in a row are none', async () => {
    const { outcome } = await waitFor([busy, busy, busy, busy, [succeeded]]);
    expect(outcome).toMatchObject({ result: 'succeeded', polls: 5, failedPolls: 4 });
  });

  it('after a good answer: the wait goes on to the timeout, with growing pauses', async () => {
    const { outcome, api } = await waitFor([[running], busy], { timeout: 2 * MINUTE });
    expect(api.polledAt).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 62_000, 92_000, 120_000]);
    expect(outcome).toMatchObject({ result: 'timed-out', failedPolls: 9 });
  });

  it('a good answer in between starts the pauses anew', async () => {
    const steps: Step[] = [[running], busy, busy, busy, [running], busy, [succeeded]];
    const { api } = await waitFor(steps);
    expect(api.polledAt).toEqual([0, 1_000, 2_000, 4_000, 8_000, 9_000, 10_000]);
  });

  it('wait for Retry-After where that is longer, also than the poll interval', async () => {
    const steps: Step[] = [[running], transient('HTTP 429', 90_000), transient('HTTP 429', 500), [succeeded]];
    const { api } = await waitFor(steps, {}, 0);
    expect(api.polledAt).toEqual([0, 1_000, 91_000, 92_500]);
  });

  it('with a Retry-After past the deadline end the wait at once', async () => {
    const steps: Step[] = [[running], transient('HTTP 429', 59_001)];
    const { outcome, clock } = await waitFor(steps, { timeout: MINUTE });
    expect(outcome.result).toBe('timed-out');
    expect(outcome.cause).toContain('HTTP 429');
    expect(clock.elapsed).toBe(1_000);
  });

  it('with a Retry-After to the very deadline have their last poll', async () => {
    const steps: Step[] = [[running], transient('HTTP 429', 59_000), [succeeded]];
    const { outcome, api } = await waitFor(steps, { timeout: MINUTE });
    expect(api.polledAt).toEqual([0, 1_000, MINUTE]);
    expect(outcome.result).toBe('succeeded');
  });

  it('with a Retry-After past the deadline are a timeout even before any good answer', async () => {
    const { outcome, clock } = await waitFor([transient('HTTP 429', 31 * MINUTE)]);
    expect(outcome.result).toBe('timed-out');
    expect(clock.elapsed).toBe(0);
  });

  it('all the way to the deadline without a good answer are an error', async () => {
    const { outcome } = await waitFor([busy], { timeout: 5_000, appearTimeout: 5_000 });
    expect(outcome.result).toBe('error');
    expect(outcome.cause).toContain('HTTP 503');
  });

  it.each([
    ['at first', [fatal('HTTP 404')]],
    ['later', [[running], fatal('HTTP 404')]],
  ])('that will not pass are an error at once, %s', async (_when, steps: Step[]) => {
    const { outcome, api } = await waitFor(steps);
    expect(outcome).toMatchObject({ result: 'error', cause: 'HTTP 404' });
    expect(api.polledAt).toHaveLength(steps.length);
  });

  it('leave the tasks as the last good listing had them', async () => {
    const { outcome } = await waitFor([[running], fatal('HTTP 404')]);
    expect(outcome.tasks).toEqual([running]);
  });

  it('do not make a missing task Deleted: only complete listings do', async () => {
    const steps: Step[] = [[running], [], busy, busy, [running], [succeeded]];
    const { outcome } = await waitFor(steps);
    expect(outcome.result).toBe('succeeded');
  });

  it('are told, and so is their end', async () => {
    const steps: Step[] = [[running], busy, busy, [succeeded]];
    const { events } = await waitFor(steps);
    expect(events.map((event) => event.type)).toEqual([
      'changed',
      'poll-failed',
      'poll-failed',
      'recovered',
      'changed',
    ]);
    expect(events[2]).toMatchObject({ problem: 'HTTP 503', pause: 2_000 });
    expect(events[3]).toMatchObject({ failedPolls: 2 });
  });
});

describe('refused credentials', () => {
  it('at the first poll are an error at once', async () => {
    const { outcome } = await waitFor([refused]);
    expect(outcome).toMatchObject({ result: 'error', cause: 'HTTP 401', polls: 1 });
  });

  it('after failed polls only are an error at once', async () => {
    const { outcome } = await waitFor([transient('HTTP 503'), refused]);
    expect(outcome).toMatchObject({ result: 'error', polls: 2 });
  });

  it('after a good answer have two more tries, then the key stopped working', async () => {
    const { outcome, api } = await waitFor([[running], refused]);
    expect(api.polledAt).toEqual([0, 1_000, 2_000, 4_000]);
    expect(outcome.result).toBe('error');
    expect(outcome.cause).toMatch(/key stopped working.*may still be running.*HTTP 401/);
  });

  it('that pass within two more tries are forgiven, again and again', async () => {
    const steps: Step[] = [[running], refused, refused, [running], refused, refused, [succeeded]];
    const { outcome } = await waitFor(steps);
    expect(outcome).toMatchObject({ result: 'succeeded', failedPolls: 4 });
  });
});

describe('cancellation', () => {
  it('in the middle of a pause ends the wait at once', async () => {
    const begun = begin([[running]]);
    await begun.clock.pass(20_500);
    begun.cancellation.abort('SIGINT');
    const outcome = await begun.outcome;
    expect(outcome).toMatchObject({ result: 'cancelled', cause: 'SIGINT', endedAt: START + 20_500 });
    expect(outcome.tasks).toEqual([running]);
    expect(begun.api.polledAt.at(-1)).toBe(20_000);
    expectNothingLeft(begun);
  });

  it('in the middle of a request aborts it', async () => {
    const begun = begin([[running], 'hangs']);
    await begun.clock.pass(20_000);
    begun.cancellation.abort('SIGTERM');
    expect(begun.api.signals.at(-1)?.aborted).toBe(true);
    expect(await begun.outcome).toMatchObject({ result: 'cancelled', cause: 'SIGTERM' });
    expectNothingLeft(begun);
  });

  it('in the last request counts before the timeout', async () => {
    const begun = begin([[running], 'hangs'], { timeout: 15_000, appearTimeout: 0 });
    await begun.clock.pass(17_000);
    begun.cancellation.abort('SIGINT');
    expect((await begun.outcome).result).toBe('cancelled');
    expectNothingLeft(begun);
  });

  it('before the start ends it as well', async () => {
    const clock = new VirtualClock();
    const api = new ScriptedApi(clock, ['hangs']);
    const signal = AbortSignal.abort('SIGINT');
    const outcome = await wait(settings(), { api, clock, signal, random: () => 0, observe: () => {} });
    expect(outcome).toMatchObject({ result: 'cancelled', cause: 'SIGINT', tasks: [] });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the heartbeat', () => {
  it('comes once a minute', async () => {
    const { heardAt } = await waitFor([[running]], { timeout: 200 * SECOND });
    expect(heardAt('heartbeat')).toEqual([60_000, 120_000, 180_000]);
  });

  it('grows rarer in a long wait, so that the log stays short', async () => {
    const { heardAt } = await waitFor([[running]], { timeout: 6 * 60 * MINUTE, pollInterval: 10 * MINUTE });
    const beats = heardAt('heartbeat');
    const gaps = beats.map((at, index) => at - (beats[index - 1] ?? 0));
    expect(beats.length).toBeLessThan(70);
    expect(gaps.toSorted((one, other) => one - other)).toEqual(gaps);
    expect(gaps.at(-1)).toBe(10 * MINUTE);
  });

  it('comes in the middle of a hanging request and of a long pause as well', async () => {
    const given = { timeout: 10 * MINUTE, requestTimeout: 5 * MINUTE, pollInterval: 4 * MINUTE };
    const { heardAt } = await waitFor([[running], 'hangs'], given);
    expect(heardAt('heartbeat')).toHaveLength(10);
  });

  it('tells what is unfinished, how long such tasks took before, what is absent and what fails', async () => {
    const earlier = task({
      id: 'earlier',
      imageUrl: 'registry.example.com/team/pytorch:v1',
      state: 'Succeeded',
      createTime: START_SECONDS - 500,
      completeTime: START_SECONDS - 410,
    });
    const steps: Step[] = [[running, earlier], transient('HTTP 503')];
    const given = { clusterIds: ['c1', 'c2'], timeout: 90 * SECOND };
    const { events } = await waitFor(steps, given);
    expect(events.find(({ type }) => type === 'heartbeat')).toEqual({
      type: 'heartbeat',
      waited: 60_000,
      serverNow: START + 60_000,
      unfinished: [{ task: running, earlier: { medianSeconds: 90, count: 1 } }],
      absent: [{ clusterId: 'c2' }],
      failing: 'HTTP 503',
    });
  });
});

describe("the server's clock", () => {
  const createdAfter = { secondsBeforeStart: 10 * 60 };
  const createdAt = (secondsBeforeStart: number) =>
    task({ state: 'Succeeded', createTime: START_SECONDS - secondsBeforeStart });

  it.each([
    ['on time', 605, 0, 'succeeded'],
    ['on time', 606, 0, 'not-found'],
    ['90 s ahead', 515, 90_000, 'succeeded'],
    ['90 s ahead', 516, 90_000, 'not-found'],
    ['90 s behind', 695, -90_000, 'succeeded'],
    ['90 s behind', 696, -90_000, 'not-found'],
    ['not told', 605, null, 'succeeded'],
  ])(
    '%s: a task that it says was created %i s before the start',
    async (_clock, age, serverClockOffset, result) => {
      const steps: Step[] = [{ tasks: [createdAt(age)], serverClockOffset, mayHaveSlipped: false }];
      const { outcome } = await waitFor(steps, { createdAfter, appearTimeout: 0 });
      expect(outcome).toMatchObject({ result, serverClockOffset: serverClockOffset ?? 0 });
    },
  );

  it('is taken from the first good answer', async () => {
    const steps: Step[] = [
      { tasks: [running], serverClockOffset: 90_000, mayHaveSlipped: false },
      { tasks: [succeeded], serverClockOffset: -90_000, mayHaveSlipped: false },
    ];
    const { outcome, events } = await waitFor(steps);
    expect(outcome.serverClockOffset).toBe(90_000);
    expect(events).toMatchObject([{ serverNow: START + 90_000 }, { serverNow: START + 91_000 }]);
  });
});

describe('a listing that may have shifted while it was read', () => {
  const paged = (...tasks: PrewarmTask[]): Step => ({ tasks, serverClockOffset: null, mayHaveSlipped: true });

  it('decides only when a second reading says the same, which is asked for at once', async () => {
    const { outcome, api } = await waitFor([paged(running), paged(succeeded), paged(succeeded)]);
    expect(outcome).toMatchObject({ result: 'succeeded', polls: 3 });
    expect(api.polledAt).toEqual([0, 1_000, 1_000]);
  });

  it('does not decide when the second reading finds what had slipped through', async () => {
    const slipped = task({ id: 'slipped', clusterId: 'c2' });
    const steps = [
      paged(succeeded),
      paged(succeeded, slipped),
      paged(succeeded, { ...slipped, state: 'Failed' }),
    ];
    const { outcome } = await waitFor([...steps, ...steps.slice(-1)]);
    expect(outcome).toMatchObject({ result: 'failed', polls: 4 });
  });

  it.each<[string, Step]>([
    ['fails', transient('HTTP 503')],
    ['decides otherwise', paged(failed)],
    ['decides nothing', paged(running)],
  ])('starts over when the second reading %s, after the usual pause', async (_how, second) => {
    const { outcome, api } = await waitFor([paged(succeeded), second, paged(succeeded), paged(succeeded)]);
    expect(outcome).toMatchObject({ result: 'succeeded', polls: 4 });
    expect(api.polledAt).toEqual([0, 0, 1_000, 1_000]);
  });

  it('is timed out when the second reading at the deadline fails', async () => {
    const steps = [paged(running), paged(succeeded), transient('HTTP 503')];
    const { outcome } = await waitFor(steps, { timeout: 1_000 });
    expect(outcome).toMatchObject({ result: 'timed-out', polls: 3, endedAt: START + 1_000 });
  });

  it('is read a second time at the deadline too', async () => {
    const steps = [paged(running), paged(running), paged(succeeded), paged(succeeded)];
    const { outcome, api } = await waitFor(steps, { timeout: 2_000 });
    expect(outcome).toMatchObject({ result: 'succeeded', polls: 4 });
    expect(api.polledAt).toEqual([0, 1_000, 2_000, 2_000]);
  });
});

describe('a bug behind the API', () => {
  it('comes through, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const api = new ScriptedApi(clock, []);
    api.list = () => Promise.reject(new Error('a bug'));
    const { signal } = new AbortController();
    const outcome = wait(settings(), { api, clock, signal, random: () => 0, observe: () => {} });
    await expect(outcome).rejects.toThrow('a bug');
    expect(clock.pendingTimers).toBe(0);
  });
});
