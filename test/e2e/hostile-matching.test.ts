import { describe, expect, test } from 'vitest';
import { body } from '../simulator/faults.ts';
import { API_VERSION } from './api-version.ts';
import { face, lone, RUNNING } from './hostile-support.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const OTHER_DIGEST = `sha256:${'f'.repeat(64)}`;

describe.concurrent('an image', () => {
  test.each([
    // what is asked for, what the task has
    ['app', 'registry.example.com:5000/team/app:v1'],
    ['registry.example.com:5000/team/app', 'registry.example.com:5000/team/app:v1'],
    ['REGISTRY.example.com:5000/team/app', 'registry.Example.COM:5000/team/app:v1'],
    [`app@${DIGEST}`, `team/app@${DIGEST}`],
    [`app:v1@${DIGEST}`, `team/app:v1@${DIGEST}`],
    [`app@${DIGEST}`, `team/app:v1@${DIGEST}`],
    ['app:v1', `team/app:v1@${DIGEST}`],
    ['localhost/app', 'localhost/app:v2'],
    ['localhost:5000/app', 'localhost:5000/app'],
    ['a/app', 'docker.io/a/app'],
    ['docker.io/a/app', 'a/app:v3'],
    ['index.docker.io/a/app', 'a/app'],
    ['docker.io/app', 'app'],
    ['library/app', 'app'],
    ['docker.io/library/app', 'index.docker.io/app:latest'],
    ['app:latest', 'app'],
    ['team/app', 'registry.example.com/x/team/app:v1'],
  ])('%s is met by %s', async (image, imageUrl) => {
    const ended = await face({ tasks: [lone('a', { imageUrl })], inputs: { image } }, { warm: true });
    expect(ended.result).toBe('succeeded');
  });

  test.each<readonly [string, readonly unknown[]]>([
    [
      'registry.example.com/team/app',
      ['registry.example.com:5000/team/app', 'registry.example.org/team/app'],
    ],
    [
      'registry.example.com:5000/team/app',
      ['registry.example.com:50000/team/app', 'registry.example.com/team/app'],
    ],
    ['registry.example.com/app', ['registry.example.com/team/app', 'app', 'registry.example.com.evil/app']],
    [`app@${DIGEST}`, [`team/app@${OTHER_DIGEST}`, 'team/app:v1', `team/app@${DIGEST}0`]],
    [`app:v1@${DIGEST}`, [`team/app:v2@${DIGEST}`, `team/app@${DIGEST}`, 'team/app:v1']],
    ['app:latest', [`app@${DIGEST}`, 'app:Latest', 'app:latest-1']],
    ['app:v1', ['team/app:v10', 'team/app:V1', 'team/app', 'app:v1:v2', `team/app:v2@${DIGEST}`]],
    ['localhost/app', ['app', 'docker.io/localhost/app', 'localhost:5000/app', 'localhosts/app']],
    ['a/app', ['docker.io/aa/app', 'docker.io/b/a-app', 'a/app/app2', 'a-app']],
    ['docker.io/a/app', ['registry.example.com/docker.io/a/app', 'registry.example.com/a/app']],
    ['library/app', ['registry.example.com/app', 'docker.io/other/app']],
    ['team/app', ['my-team/app', 'team/x/app', 'app']],
    [
      'app',
      [
        'team/my-app',
        'team/app-gpu',
        'app/base',
        'registry.example.com/app:v1 ',
        'https://registry.example.com/app:v1',
        ' app',
        'app:v1:v2',
        'app\n',
        'ap\u0440',
        'app\u200b',
        null,
        undefined,
        5,
        '',
        ['app'],
        { image: 'app' },
      ],
    ],
  ])('%s is met by none of %j', async (image, imageUrls) => {
    // Whatever the server's fuzzy filter looks at says that this is the image.
    const tasks = imageUrls.map((imageUrl, index) =>
      lone(`t${index}`, { imageUrl, imageName: 'app', note: `${image} app` }),
    );
    const ended = await face({ tasks, inputs: { image, require: 'any' } }, { warm: false });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['not-found', '0']);
  });

  test('of the same name in two repositories counts twice', async () => {
    const tasks = [
      lone('a', { imageUrl: 'registry.example.com/one/app:v1', clusterId: 'c' }),
      lone('b', { imageUrl: 'registry.example.com/two/app:v1', clusterId: 'c', ...RUNNING }),
    ];
    const both = await face({ tasks, inputs: { timeout: '1s' } }, { warm: false });
    expect([both.result, both.outputs['total-count']]).toEqual(['timed-out', '2']);
    const one = await face({ tasks, inputs: { image: 'one/app' } }, { warm: true });
    expect(one.tasks.map(({ id }) => id)).toEqual(['a']);
  });

  test('with another tag does not vouch for the one that is asked for, nor a newer one against it', async () => {
    const tasks = [
      lone('v1', { imageUrl: 'team/app:v1', clusterId: 'c' }),
      lone('v2', { imageUrl: 'team/app:v2', clusterId: 'c', ...RUNNING }),
    ];
    const second = await face({ tasks, inputs: { image: 'app:v2', timeout: '1s' } }, { warm: false });
    expect(second.tasks.map(({ id }) => id)).toEqual(['v2']);
  });
});

describe.concurrent('a note', () => {
  test.each(['app', 'app:v1', 'registry.example.com/team/app:v1', 'prewarm of app'])(
    'that says %s does not make a task one of the image',
    async (note) => {
      const tasks = [lone('a', { imageUrl: 'team/other:v1', note })];
      expect((await face({ tasks }, { warm: false })).result).toBe('not-found');
    },
  );

  const NOTES = [
    'сборка 7 🚀',
    '构建-1',
    'é',
    'a, b\tc',
    '%0A',
    '-',
    'x'.repeat(100),
    'a&name=b?#c+d',
    '"quoted"',
  ];

  test.each(NOTES)('%s is found', async (note) => {
    const ended = await face({ tasks: [lone('a', { note })], inputs: { image: '', note } }, { warm: true });
    expect(ended.result).toBe('succeeded');
  });

  test.each<readonly [string, readonly unknown[]]>([
    [
      'build',
      ['build 7', 'Build', ' build', 'build\n', 'build\u0000', 'build\u200b', 'rebuild', ['build'], null],
    ],
    ['é', ['e\u0301', 'e', 'É']],
    ['a', ['\u0430', 'A', '\uff41']],
    ['null', [null, undefined, ['null']]],
    ['undefined', [null, undefined]],
  ])('%j is met by none of %j', async (note, others) => {
    const tasks = others.map((other, index) => lone(`t${index}`, { note: other }));
    const ended = await face({ tasks, inputs: { image: '', note, require: 'any' } }, { warm: false });
    expect(ended.result).toBe('not-found');
  });
});

describe.concurrent('ids', () => {
  const BIG = '"id": 9007199254740993';
  const NEIGHBOUR = '"id": 9007199254740992';

  test.each([
    ['9007199254740993', BIG, NEIGHBOUR],
    ['9007199254740992', NEIGHBOUR, BIG],
    ['12345678901234567890123', '"id": 12345678901234567890123', '"id": 12345678901234567890124'],
    ['-9007199254740993', '"id": -9007199254740993', '"id": -9007199254740992'],
  ])('beyond 2^53 are not confused: %s', async (id, running, succeeded) => {
    const rest = '"imageUrl": "app", "clusterId": "c", "createTime": "1757656178"';
    const listing = `{"data": [{${running}, ${rest}, "state": "Running"}, {${succeeded}, ${rest}, "state": "Succeeded"}], "total": 2}`;
    const single = `{${running}, "image": "app", "region_id": "c", "status": {"status": "running"}}`;
    const content = API_VERSION === 'v1' ? listing : single;
    const faults = [body(content)];
    const inputs = { 'task-ids': id, timeout: '1s' };
    const ended = await face({ faults, inputs }, { warm: false });
    expect(ended.result).toBe('timed-out');
    expect(ended.tasks.map((task) => task.id)).toEqual([id]);
  });

  test.each([
    ['task-1', 'task-10'],
    ['task-1', 'TASK-1'],
    ['task-1', 'task-1 '],
    ['1', '01'],
    ['1', 1.5],
  ])('%j and %j are different', async (wanted, other) => {
    const tasks = [lone('x', { id: other })];
    const ended = await face({ tasks, inputs: { 'task-ids': wanted } }, { warm: false });
    expect(ended.result).toBe('not-found');
  });
});

describe.concurrent('clusters and products', () => {
  const product = (...ids: string[]) => ({
    products: ids.map((productId) => ({ productId, productName: 'GPU' })),
  });

  test.each([
    ['a listed cluster has none', { 'cluster-ids': 'a, b' }, [lone('a')]],
    ['a listed cluster has one only in another case', { 'cluster-ids': 'a, B' }, [lone('a'), lone('b')]],
    ['a listed product has none', { 'product-ids': 'p, q' }, [lone('a', product('p'))]],
    [
      'a listed product has one only in another listed cluster',
      { 'cluster-ids': 'a, b', 'product-ids': 'p, q' },
      [lone('a', product('p', 'q')), lone('b', product('p'))],
    ],
    [
      'a product is only named like the one that is listed',
      { 'product-ids': 'GPU' },
      [lone('a', product('p'))],
    ],
  ])('are not covered when %s', async (_what, inputs, tasks) => {
    for (const require of ['all', 'any']) {
      const ended = await face({ tasks, inputs: { ...inputs, require } }, { warm: false });
      expect(ended.result).toBe('not-found');
    }
  });
});
