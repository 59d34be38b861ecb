import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from '../harness/environment.ts';
import { FAILED, lone, preload, RUNNING, runScene, type Scene, startScene } from '../harness/scene.ts';

const KINDS = ['outputs', 'summary', 'result file'] as const;
type Kind = (typeof KINDS)[number];
const VARIABLES: Readonly<Record<Kind, string>> = {
  outputs: 'GITHUB_OUTPUT',
  summary: 'GITHUB_STEP_SUMMARY',
  'result file': 'RUNNER_TEMP',
};

let place = '';

beforeAll(() => {
  place = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  mkdirSync(path.join(place, 'directory'));
  writeFileSync(path.join(place, 'file'), '');
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

/** What a variable may be that nothing can be written to. */
const OBSTACLES: Readonly<Record<string, (kind: Kind) => Environment>> = {
  unset: (kind) => ({ [VARIABLES[kind]]: undefined }),
  'a directory, or a file in place of one': (kind) => ({
    [VARIABLES[kind]]: path.join(place, kind === 'result file' ? 'file' : 'directory'),
  }),
  'not there': (kind) => ({ [VARIABLES[kind]]: path.join(place, 'nowhere', 'below') }),
  'on a full disk': (kind) => {
    if (kind === 'result file') return { RUNNER_TEMP: '/dev/full' };
    // A link, which the step itself removes at its end: whoever reads /dev/full never comes to an end.
    const link = path.join(place, `full-${randomUUID()}`);
    symlinkSync('/dev/full', link);
    const removal = `import fs from 'node:fs'; process.on('exit', () => fs.unlinkSync(${JSON.stringify(link)}));`;
    return { ...preload(removal), [VARIABLES[kind]]: link };
  },
  'of an impossible name': (kind) => ({ [VARIABLES[kind]]: `/${'x'.repeat(5_000)}` }),
};

const ENDINGS: Readonly<Record<string, Scene>> = {
  succeeded: { tasks: [lone('a')] },
  failed: { tasks: [lone('a', FAILED)] },
  error: { inputs: { timeout: 'soon' } },
};

describe.concurrent('what cannot be written does not change the verdict', () => {
  const check = async (obstacle: string, kinds: readonly Kind[], result: string) => {
    const obstacles = kinds.map((kind) => OBSTACLES[obstacle]?.(kind));
    const env = Object.assign({ RUNNER_DEBUG: '1' }, ...obstacles) as Environment;
    const ended = await runScene({ ...ENDINGS[result], step: { env } }, { unwritable: kinds });
    expect(ended.exitCode).toBe(result === 'succeeded' ? 0 : 1);
    for (const kind of kinds)
      expect(ended.warnings.join('\n'), 'the log says what').toMatch(new RegExp(kind, 'i'));
    expect(ended.stdout, 'the result is in the log all the same').toMatch(/warm|Failed|timeout/i);
  };

  test.each(Object.keys(OBSTACLES))('all of it: %s', async (obstacle) => {
    await check(obstacle, obstacle === 'on a full disk' ? ['outputs', 'result file'] : KINDS, 'succeeded');
  });

  test.each([
    ['outputs', 'not there', 'failed'],
    ['summary', 'on a full disk', 'failed'],
    ['result file', 'unset', 'error'],
  ] as const)('the %s alone: %s, when the wait ends as %s', async (kind, obstacle, result) => {
    await check(obstacle, [kind], result);
  });
});

/** Code that sends signals to the step's own process while it writes. */
function signalling(during: Kind, signals: readonly string[]): Environment {
  const [module, name] = {
    outputs: ['fs', 'appendFileSync'],
    summary: ['fs.promises', 'appendFile'],
    'result file': ['fs', 'writeFileSync'],
  }[during] as [string, string];
  return preload(`
    import fs from 'node:fs';
    const real = ${module}.${name};
    const signals = ${JSON.stringify(signals)};
    ${module}.${name} = (...all) => {
      for (const signal of signals.splice(0)) process.kill(process.pid, signal);
      return real(...all);
    };
  `);
}

describe.concurrent('a signal while the step writes', () => {
  test.each(KINDS)('the %s leaves it whole', async (kind) => {
    const env = signalling(kind, ['SIGTERM']);
    const ended = await runScene({ ...ENDINGS['failed'], step: { env } });
    expect([ended.result, ended.exitCode]).toEqual(['failed', 1]);
    expect(ended.summary).toContain('</code>');
  });

  test('again and again ends it, and what is written is whole', async () => {
    const env = signalling('outputs', ['SIGINT', 'SIGTERM']);
    await using running = await startScene({ ...ENDINGS['failed'], step: { env } });
    const { exitCode, outputs } = await running.step.done;
    expect(exitCode === 0, 'never green').toBe(false);
    expect(JSON.parse(outputs['tasks'] ?? '[]').length, 'all of it or nothing').toBeLessThanOrEqual(1);
  });
});

/** Says so by a request once the opening of the summary is under way. */
const OPENING = `
  import fs from 'node:fs';
  import http from 'node:http';
  const { appendFile } = fs.promises;
  fs.promises.appendFile = (...all) => {
    http.get(process.env['INPUT_BASE-URL'] + '/opening').on('error', () => {});
    return appendFile(...all);
  };
`;

describe.concurrent('on a file system that hangs', () => {
  test.each([[['SIGTERM']], [['SIGINT', 'SIGTERM']]] as const)(
    'a step that gets %j ends',
    async (signals) => {
      // The opening of a pipe that nobody reads never ends, and what is under way keeps node from leaving.
      const pipe = path.join(place, `pipe-${randomUUID()}`);
      execFileSync('mkfifo', [pipe]);
      const env = { ...preload(OPENING), GITHUB_STEP_SUMMARY: pipe };
      await using running = await startScene({ ...ENDINGS['failed'], step: { env } });
      const isOpening = (requests: readonly { path: string }[]) =>
        requests.some(({ path: at }) => at === '/opening');
      await running.until(running.sim.waitUntil(isOpening)).finally(() => unlinkSync(pipe));
      for (const signal of signals) running.step.signal(signal);
      const { exitCode, outputs } = await running.step.done;
      expect(exitCode === 0, 'never green').toBe(false);
      expect(outputs['result']).toBe('failed');
    },
  );
});

describe.concurrent('an environment', () => {
  test('of another language and time zone, without PATH and HOME, changes nothing', async () => {
    const env = {
      PATH: undefined,
      CI: undefined,
      GITHUB_ACTIONS: undefined,
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      TZ: 'Pacific/Kiritimati',
    };
    const tasks = [lone('a', { state: 'SUCCEEDED', createTime: '1757656178', completeTime: '1757656207' })];
    const ended = await runScene({ tasks, step: { env } });
    expect(ended.tasks).toMatchObject([{ createTime: '2025-09-12T05:49:38.000Z', durationSeconds: 29 }]);
  });

  test('in which a fault of its own is met still gets every output', async () => {
    // That tasks cannot be sorted for once stands for any bug.
    const env = preload(`
      const { sort } = Array.prototype;
      let hasFailed = false;
      Array.prototype.sort = function (...all) {
        if (!hasFailed && this.some((item) => item?.reportedState)) {
          hasFailed = true;
          throw new TypeError('a bug');
        }
        return sort.apply(this, all);
      };
    `);
    const ended = await runScene({ tasks: [lone('a', RUNNING)], step: { env } });
    expect([ended.result, ended.exitCode]).toEqual(['error', 1]);
    expect(ended.message).toContain('a bug');
  });
});
