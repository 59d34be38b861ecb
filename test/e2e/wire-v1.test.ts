import { describe, expect, test } from 'vitest';
import { body } from '../simulator/faults.ts';
import { task } from '../simulator/wire.ts';
import { lone, play } from './support.ts';

describe.concurrent('the outputs', () => {
  test('hold every counted task as the contract has it, and never the registry credentials', async () => {
    const ended = await play({
      tasks: [
        task({
          id: 'pw-1',
          imageUrl: 'registry.example.com/team/app:v1',
          clusterId: 'west',
          clusterName: 'v2测试(cn-dev-1)',
          products: [{ productId: 'p1', productName: 'RTX 4090' }],
          imageSize: '6762128493',
          createTime: '1757656178',
          completeTime: '1757656267',
          note: 'build 7',
          reason: ['', 'cached'],
          repositoryAuth: 'registry-credentials-77',
        }),
        lone('pw-2', {
          imageUrl: 'registry.example.com/team/app:v1',
          clusterId: 'east',
          createTime: 1757656179,
          completeTime: 1757656199,
          imageSize: 5,
          products: null,
          note: undefined,
          repositoryAuth: 'registry-credentials-77',
          state: 'Failed',
          reason: 'no such tag',
        }),
        lone('pw-3', {
          imageUrl: 'app@sha256:'.padEnd(75, 'a'),
          clusterId: 'north',
          createTime: '1757656180',
          completeTime: '0',
          imageSize: '',
          state: 'PENDING',
          reason: null,
        }),
      ],
    });
    expect(ended.result).toBe('failed');
    const byId = Object.fromEntries(ended.tasks.map((one) => [one.id, one]));
    expect(byId['pw-1']).toEqual({
      id: 'pw-1',
      imageName: 'app',
      imageUrl: 'registry.example.com/team/app:v1',
      clusterId: 'west',
      clusterName: 'v2测试(cn-dev-1)',
      products: [{ productId: 'p1', productName: 'RTX 4090' }],
      imageSize: 6762128493,
      state: 'Succeeded',
      createTime: '2025-09-12T05:49:38.000Z',
      completeTime: '2025-09-12T05:51:07.000Z',
      durationSeconds: 89,
      note: 'build 7',
      reasons: ['cached'],
    });
    expect(byId['pw-2']).toMatchObject({
      products: [],
      imageSize: 5,
      state: 'Failed',
      durationSeconds: 20,
      note: '',
      reasons: ['no such tag'],
    });
    expect(byId['pw-3']).toMatchObject({
      imageSize: null,
      state: 'Pending',
      completeTime: null,
      durationSeconds: null,
      reasons: [],
    });
    const list = (name: string) => (JSON.parse(ended.outputs[name] ?? '') as string[]).toSorted();
    expect(list('task-ids')).toEqual(['pw-1', 'pw-2', 'pw-3']);
    expect(list('image-urls')).toEqual(['app@sha256:'.padEnd(75, 'a'), 'registry.example.com/team/app:v1']);
    expect(list('ready-clusters')).toEqual(['west']);
    expect(list('failed-clusters')).toEqual(['east']);
    expect(ended.outputs).toMatchObject({
      'total-count': '3',
      'succeeded-count': '1',
      'failed-count': '1',
      'unfinished-count': '1',
    });
    expect(JSON.stringify(ended), 'credentials stay inside').not.toContain('registry-credentials-77');
  });

  test('have in the summary the names of clusters and products where they have some', async () => {
    const { summary } = await play({
      tasks: [
        lone('pw-1', {
          clusterId: 'west-01',
          clusterName: 'v2测试',
          products: [{ productId: 'p1', productName: 'RTX 4090' }],
        }),
      ],
    });
    expect(summary).toMatch(/\| <code>v2测试 \(west-01\)<\/code> \|.*\| <code>RTX 4090<\/code> \|/);
  });
});

describe.concurrent('a good answer', () => {
  test('may have numbers for strings and strings for numbers', async () => {
    const item = {
      id: 0,
      imageUrl: 'app:v1',
      imageName: 'app',
      clusterId: 7,
      clusterName: 'seven',
      createTime: 1757656178,
      completeTime: 1757656207,
      imageSize: 10,
      state: 'Succeeded',
    };
    const json = JSON.stringify({ data: [item], total: '1' }).replace('"id":0', '"id":12345678901234567');
    const ended = await play({ faults: [body(json)], inputs: { 'cluster-ids': '7' } });
    expect([ended.result, ended.taskIds, ended.outputs['ready-clusters']]).toEqual([
      'succeeded',
      ['12345678901234567'],
      '["7"]',
    ]);
  });
});
