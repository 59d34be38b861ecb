import { describe, expect, test } from 'vitest';
import { renderSummary } from '../harness/runner-view.ts';
import { on } from '../simulator/fault.ts';
import { status } from '../simulator/faults.ts';
import { ago, task } from '../simulator/wire.ts';
import { lone, play, type Scene, start, until } from './support.ts';

const RUNNING = { state: 'Running' };
const SUCCEEDED = { state: 'Succeeded' };
const IMAGE = 'registry.example.com/team/app:v1';

describe.concurrent('the log', () => {
  test('opens with what is waited for, where, and for how long', async () => {
    const inputs = { image: 'team/app:v1', note: 'build 7', 'cluster-ids': 'west,east', timeout: '1m30s' };
    const tasks = [lone('west', { note: 'build 7' }), lone('east', { note: 'build 7' })];
    const { log, sim } = await play({ tasks, inputs });
    expect(log[0]).toContain('team/app:v1');
    expect(log[0]).toContain('build 7');
    expect(log[0]).toMatch(/west.*east/);
    expect(log[0]).toContain(sim.url);
    expect(log[0]).toMatch(/1m ?30s/);
  });

  test('has opened before the first answer', async () => {
    await using waiting = await start({ faults: [{ name: 'silent', send: () => {} }] });
    await waiting.until(waiting.sim.waitForRequest(1));
    await waiting.until(waiting.step.waitForOutput(/^Waiting for app/m));
  });

  test('has a line for each change of a state, and nothing for a poll that changes nothing', async () => {
    const times = { createTime: '1757656178', completeTime: '1757656267', imageSize: '6762128493' };
    const { log, message, sim } = await play({
      tasks: [
        task({
          clusterId: 'west',
          imageUrl: IMAGE,
          state: 'Pending',
          createTime: times.createTime,
          steps: [
            { fromPoll: 3, state: 'Running' },
            { fromPoll: 6, ...SUCCEEDED, ...times, reason: ['pulled from a mirror'] },
          ],
        }),
      ],
    });
    expect(sim.requests).toHaveLength(6);
    expect(log).toEqual([
      expect.stringMatching(/^Waiting for app/),
      expect.stringMatching(/west.*app:v1.*Pending/),
      expect.stringMatching(/west.*app:v1.*Pending → Running/),
      expect.stringMatching(/west.*app:v1.*Running → Succeeded.*1m ?29s.*6\.76 ?GB.*pulled from a mirror/),
      message,
    ]);
  });

  test('has no line for tasks that do not count', async () => {
    const { log } = await play({
      tasks: [
        lone('ours', { clusterId: 'west' }),
        until(2, SUCCEEDED, { id: 'theirs', clusterId: 'nowhere', imageUrl: 'host/other-app:v1' }),
        until(2, SUCCEEDED, { id: 'ours-2', clusterId: 'east' }),
      ],
    });
    expect(log).toHaveLength(5);
    expect(log.join('\n')).not.toContain('nowhere');
  });

  test('says that a task is gone', async () => {
    const gone = task({ clusterId: 'west', ...RUNNING, steps: [{ fromPoll: 2, gone: true }] });
    const { log } = await play({ tasks: [gone] });
    expect(log.join('\n')).toMatch(/west.*→ Deleted/);
  });

  test('says when polls fail and when the API is back, without repeating itself', async () => {
    const { log, result } = await play({
      tasks: [lone('a')],
      faults: [on({ poll: [1, 2, 3] }, status(503))],
    });
    expect(result).toBe('succeeded');
    expect(log.filter((line) => line.includes('503'))).toHaveLength(1);
    expect(log.join('\n')).toMatch(/again.*3/);
  });

  test('warns once of states that it does not know, which count as unfinished', async () => {
    const ended = await play({
      tasks: [
        task({
          id: 'a',
          clusterId: 'a',
          state: 'Archiving',
          steps: [
            { fromPoll: 2, state: 'Thawing' },
            { fromPoll: 4, ...SUCCEEDED },
          ],
        }),
        until(3, SUCCEEDED, { id: 'b', clusterId: 'b', state: 'Archiving' }),
      ],
    });
    expect([ended.result, ended.sim.requests.length]).toEqual(['succeeded', 4]);
    expect(ended.annotations).toHaveLength(1);
    expect(ended.annotations).toMatchObject([
      { level: 'warning', message: expect.stringMatching(/archiving.*unfinished/i) },
    ]);
  });

  test('shows an unknown state as such in the outputs', async () => {
    const ended = await play({ tasks: [lone('a', { state: 'Archiving' })], inputs: { timeout: '1s' } });
    expect(ended.result).toBe('timed-out');
    expect(ended.tasks).toMatchObject([{ id: 'a', state: 'Unknown' }]);
    expect(ended.outputs['unfinished-count']).toBe('1');
  });

  test('takes states in any case', async () => {
    const tasks = [
      lone('a', { state: 'SUCCEEDED' }),
      until(2, { state: 'succeeded' }, { clusterId: 'b', state: 'rUNNING' }),
    ];
    const ended = await play({ tasks });
    expect([ended.result, ended.sim.requests.length, ended.annotations]).toEqual(['succeeded', 2, []]);
  });

  test('says of a success that rests on old tasks how long ago they finished', async () => {
    const old = await play({
      tasks: [lone('a', { createTime: ago(7_400), completeTime: ago(7_230) })],
    });
    expect(old.message).toMatch(/2h.* ago/);
    const fresh = await play({ tasks: [until(2, SUCCEEDED)] });
    expect(fresh.message).not.toMatch(/\bago\b/);
  });
});

describe.concurrent('the summary', () => {
  test.each<[string, RegExp, Scene]>([
    ['succeeded', /succeeded/i, { tasks: [lone('a')] }],
    ['failed', /failed/i, { tasks: [lone('a', { state: 'Failed' })] }],
    ['timed-out', /timed[ -]out/i, { tasks: [lone('a', RUNNING)], inputs: { timeout: '1s' } }],
    ['not-found', /not[ -]found/i, { inputs: { 'appear-timeout': '0' } }],
    ['error', /error/i, { faults: [status(401)] }],
  ])('has the verdict as its heading: %s', async (result, heading, scene) => {
    const ended = await play(scene);
    expect(ended.result).toBe(result);
    expect(ended.summary.match(/^#+ .*$/gm)?.[0]).toMatch(heading);
  });

  test('has a table of what counted', async () => {
    const { summary } = await play({
      tasks: [
        lone('pw-1', {
          clusterId: 'west-01',
          imageUrl: IMAGE,
          products: [{ productId: 'RTX 4090', productName: 'RTX 4090' }],
          createTime: '1757656178',
          completeTime: '1757656267',
          imageSize: '6762128493',
          state: 'Failed',
          reason: { code: 7, text: 'limit' },
        }),
        lone('pw-2', { clusterId: 'east-02', ...RUNNING }),
        lone('pw-3', { clusterId: 'north-03', imageUrl: 'host/other-app:v1' }),
      ],
    });
    const rows = renderSummary(summary)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const [head = [], , ...body] = rows;
    expect(head.filter((cell) => cell !== '').map((cell) => cell.toLowerCase())).toEqual([
      'cluster',
      'image',
      'products',
      'state',
      'size',
      'took',
      'reasons',
    ]);
    expect(body).toHaveLength(2);
    const row = body.find((cells) => cells.join().includes('west-01')) ?? [];
    expect(row[2]).toContain(IMAGE);
    expect(row[3]).toContain('RTX 4090');
    expect(row[4]).toContain('Failed');
    expect(row[5]).toMatch(/6\.76 ?GB/);
    expect(row[6]).toMatch(/1m ?29s/);
    expect(row[7]).toMatch(/7.*limit/);
  });

  test('has what was absent, and its near misses', async () => {
    const { summary } = await play({
      tasks: [lone('near-1', { clusterId: 'west', imageUrl: 'host/team/app:v2' })],
      inputs: { image: 'app:v1', 'cluster-ids': 'west,cluster-z', 'appear-timeout': '0' },
    });
    const text = renderSummary(summary);
    expect(text).toMatch(/absent/i);
    expect(text).toContain('cluster-z');
    expect(text).toMatch(/near-1.*tag/);
  });

  test('has the message', async () => {
    const { summary, message } = await play({ faults: [status(404)] });
    expect(renderSummary(summary)).toContain(message.slice(0, 60));
  });

  test.each([
    ['unset', undefined],
    ['of a folder that is not there', '/nowhere/summary.md'],
  ])('that cannot be written changes nothing else: its variable is %s', async (_what, file) => {
    const ended = await play({ tasks: [lone('a')], step: { env: { GITHUB_STEP_SUMMARY: file } } });
    expect([ended.result, ended.exitCode, ended.summary]).toEqual(['succeeded', 0, '']);
  });
});

describe.concurrent('annotations', () => {
  test.each<[string, Scene]>([
    ['error', { tasks: [lone('a', { state: 'Failed', reason: ['disk full'] }), lone('b', RUNNING)] }],
    ['error', { faults: [on({ poll: { from: 1 } }, status(404))] }],
    ['warning', { tasks: [lone('a', { state: 'Failed' })], inputs: { 'allowed-results': 'failed' } }],
  ])('are one %s, which carries the message', async (level, scene) => {
    const { annotations, message } = await play(scene);
    expect(annotations).toEqual([{ level, message, properties: {} }]);
  });

  test('are none when all is well, failed polls or not', async () => {
    const ended = await play({ tasks: [lone('a')], faults: [on({ poll: 1 }, status(500))] });
    expect([ended.result, ended.annotations]).toEqual(['succeeded', []]);
  });

  test('and message name the task that failed and its reasons', async () => {
    const { message } = await play({
      tasks: [
        lone('a'),
        lone('pw-7', { clusterId: 'west', state: 'Failed', reason: ['disk full', 'gave up'] }),
      ],
    });
    expect(message).toMatch(/west.*pw-7.*disk full.*gave up/);
  });
});
