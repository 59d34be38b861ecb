import { expect, test } from 'vitest';
import { ago, task } from '../simulator/wire.ts';
import { lone, play } from './support.ts';

const IMAGE = 'registry.example.com/team/app:v1';

test('a heartbeat comes once a minute, with what is unfinished, its age, and how long earlier tasks took', {
  timeout: 110_000,
}, async () => {
  const earlier = [80, 90, 90, 100].map((seconds, index) =>
    lone(`earlier-${index}`, {
      clusterId: 'west',
      imageUrl: 'registry.example.com/team/app:v0',
      createTime: String(1757656000 + index),
      completeTime: String(1757656000 + index + seconds),
    }),
  );
  const slow = task({
    id: 'slow',
    clusterId: 'west',
    imageUrl: IMAGE,
    createTime: ago(4 * 3600),
    state: 'Running',
    steps: [{ fromMs: 64_000, state: 'Succeeded' }],
  });
  const { result, log, message } = await play({
    tasks: [...earlier, slow],
    inputs: { timeout: '70s', 'poll-interval': '10m', 'cluster-ids': 'west' },
    step: { guardMs: 100_000 },
  });
  expect(result).toBe('succeeded');
  expect(log).toEqual([
    expect.stringMatching(/^Waiting for app/),
    expect.stringMatching(/west.*app:v1.*Running/),
    expect.stringMatching(/west.*app:v1.*Running.*4h.*usually 1m ?30s, from 4 earlier tasks/),
    expect.stringMatching(/west.*app:v1.*Running → Succeeded/),
    message,
  ]);
});
