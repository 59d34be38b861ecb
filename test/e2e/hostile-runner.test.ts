import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from '../harness/environment.ts';
import { type Fault, on } from '../simulator/fault.ts';
import { rateLimited, status } from '../simulator/faults.ts';
import { cutBody, dribble, hang, slow } from '../simulator/wire-faults.ts';
import {
  enter,
  FAILED,
  type Facts,
  face,
  lone,
  preload,
  RUNNING,
  type Scene,
  warm,
} from './hostile-support.ts';

const COLD = { warm: false };

type Kind = 'outputs' | 'summary' | 'result file';
const VARIABLES: Readonly<Record<Kind, string>> = {
  outputs: 'GITHUB_OUTPUT',
  summary: 'GITHUB_STEP_SUMMARY',
  'result file': 'RUNNER_TEMP',
};
const KINDS = Object.keys(VARIABLES) as Kind[];

let place = '';
let full: { readonly directory: string; readonly env: Environment };

beforeAll(() => {
  place = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  mkdirSync(path.join(place, 'directory'));
  writeFileSync(path.join(place, 'file'), '');
  full = fullDisk(path.join(place, 'full'));
});

afterAll(() => {
  try {
    system('umount', path.join(place, 'full'));
  } catch {
    // It was not mounted.
  }
  rmSync(place, { recursive: true, force: true });
});

/** Runs a program of the system; throws when it fails. */
function system(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'ignore' });
}

/** A directory on a disk without any room left: a small tmpfs, or where none can be mounted an error that says so. */
function fullDisk(directory: string): { readonly directory: string; readonly env: Environment } {
  mkdirSync(directory);
  try {
    system('mount', '-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', directory);
    writeFileSync(path.join(directory, 'filler'), 'x'.repeat(4_096));
    return { directory, env: {} };
  } catch {
    const code = `
      import fs, { promises } from 'node:fs';
      const isFull = (file) => String(file).startsWith(${JSON.stringify(directory)});
      const fail = () => { throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }); };
      for (const [module, names] of [[fs, ['writeFileSync', 'appendFileSync']], [promises, ['writeFile', 'appendFile']]]) {
        for (const name of names) {
          const real = module[name];
          module[name] = (file, ...rest) => (isFull(file) ? fail() : real(file, ...rest));
        }
      }
    `;
    return { directory, env: preload(code) };
  }
}

/** What a variable may be that nothing can be written to. */
const OBSTACLES: Readonly<Record<string, (kind: Kind) => Environment>> = {
  unset: (kind) => ({ [VARIABLES[kind]]: undefined }),
  empty: (kind) => ({ [VARIABLES[kind]]: '' }),
  'a directory, or a file in place of one': (kind) => ({
    [VARIABLES[kind]]: path.join(place, kind === 'result file' ? 'file' : 'directory'),
  }),
  'below a file': (kind) => ({ [VARIABLES[kind]]: path.join(place, 'file', 'below') }),
  'not there': (kind) => ({ [VARIABLES[kind]]: path.join(place, 'nowhere', 'below') }),
  '/dev/full': (kind) => {
    // A link, which the step itself removes at its end: whoever reads /dev/full never comes to an end.
    const link = path.join(place, `full-${randomUUID()}`);
    symlinkSync('/dev/full', link);
    const removal = `import fs from 'node:fs'; process.on('exit', () => fs.unlinkSync(${JSON.stringify(link)}));`;
    return { ...preload(removal), [VARIABLES[kind]]: link };
  },
  'on a full disk': (kind) => {
    const file = path.join(full.directory, kind);
    if (kind !== 'result file') {
      writeFileSync(file, '');
    }
    return { ...full.env, [VARIABLES[kind]]: kind === 'result file' ? full.directory : file };
  },
  'of an impossible name': (kind) => ({ [VARIABLES[kind]]: `/${'x'.repeat(5_000)}` }),
};

const ENDINGS: Readonly<Record<string, Scene>> = {
  succeeded: { tasks: [lone('a')] },
  failed: { tasks: [lone('a', FAILED)] },
  error: { inputs: { timeout: 'soon' } },
};

describe.concurrent('what cannot be written does not change the verdict', () => {
  const cases = Object.keys(OBSTACLES).flatMap((obstacle, index) =>
    KINDS.map((kind) => [kind, obstacle, Object.keys(ENDINGS)[index % 2] ?? ''] as const),
  );

  test.each(cases)('the %s: %s, when the wait %s', async (kind, obstacle, result) => {
    const env = { RUNNER_DEBUG: '1', ...OBSTACLES[obstacle]?.(kind) };
    const facts: Facts = { warm: result === 'succeeded', unwritable: [kind] };
    const ended = await face({ ...ENDINGS[result], step: { env } }, facts);
    expect(ended.exitCode).toBe(result === 'succeeded' ? 0 : 1);
    const [warning, ...more] = ended.annotations.filter(({ level }) => level === 'warning');
    expect(warning?.message, 'the log says what').toMatch(
      new RegExp(kind === 'result file' ? 'result file' : kind, 'i'),
    );
    expect(more).toEqual([]);
    expect(ended.stdout, 'the result is in the log all the same').toMatch(/is warm|is not warm/);
  });

  test.each(Object.keys(ENDINGS))('none of it, when the wait ends as %s', async (result) => {
    for (const obstacle of Object.values(OBSTACLES).slice(0, 4)) {
      const env = Object.assign({}, ...KINDS.map(obstacle)) as Environment;
      const facts: Facts = { warm: result === 'succeeded', unwritable: KINDS };
      const ended = await face({ ...ENDINGS[result], step: { env } }, facts);
      expect(ended.exitCode).toBe(result === 'succeeded' ? 0 : 1);
    }
  });

  test('and a step that is cancelled is cancelled', async () => {
    const env = Object.assign({}, ...KINDS.map((kind) => OBSTACLES['unset']?.(kind))) as Environment;
    await using stage = await enter({ tasks: [lone('a', RUNNING)], step: { env } });
    await stage.until(stage.step.waitForOutput(/Running/));
    stage.step.signal('SIGINT');
    const ended = await stage.end({ ...COLD, unwritable: KINDS });
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain('cancelled');
  });
});

/** From the signal to the end of the process. */
const GONE_WITHIN_MS = 2_000;

interface Moment extends Scene {
  /** What is waited for before the signal is sent. */
  readonly at: RegExp | number;
}

const later = (fault: Fault) => on({ poll: { from: 2 } }, fault);
const PAUSED = { tasks: [lone('a', RUNNING)], inputs: { 'poll-interval': '10m', timeout: '5d' } };

/** Moments of a wait, each marked by a line of the log or by the number of a request that has arrived. */
const MOMENTS: Readonly<Record<string, Moment>> = {
  'a pause': { ...PAUSED, at: /Running/ },
  'a pause before the first good answer': {
    faults: [status(503)],
    inputs: { timeout: '5d' },
    at: /A poll failed/,
  },
  'a pause that the server asked for': {
    faults: [rateLimited('3600')],
    inputs: { timeout: '5d' },
    at: /A poll failed/,
  },
  'the first request': { faults: [hang()], at: 1 },
  'the headers of an answer': { faults: [hang('after-headers')], at: 1 },
  'the body of an answer': { faults: [hang('inside-body')], at: 1 },
  'a body that dribbles': { faults: [dribble({ endless: true })], at: 1 },
  'a slow answer': { faults: [slow(60_000)], at: 1 },
  'a later request': { tasks: [lone('a', RUNNING)], faults: [later(hang())], at: 2 },
  'the second of many pages': {
    tasks: warm(35),
    maxPageSize: 10,
    faults: [on({ page: { from: 2 } }, hang('inside-body'))],
    at: 2,
  },
  'the last of many pages': { tasks: warm(35), maxPageSize: 10, faults: [on({ page: 4 }, hang())], at: 4 },
  'a poll just after a failed one': { faults: [on({ poll: 1 }, cutBody()), later(hang())], at: 2 },
};

describe.concurrent('a signal', () => {
  const cases = Object.keys(MOMENTS).flatMap((moment, index) => [
    [moment, index % 2 === 0 ? ('SIGINT' as const) : ('SIGTERM' as const)] as const,
  ]);

  test.each(cases)('in the middle of %s (%s) ends the step with every output', async (name, signal) => {
    const { at, ...scene } = MOMENTS[name] ?? { at: 1 };
    await using stage = await enter({ ...scene, step: { env: { RUNNER_DEBUG: '1' } } });
    const arrived =
      typeof at === 'number' ? stage.sim.waitForRequest(at).then(() => {}) : stage.step.waitForOutput(at);
    await stage.until(arrived);
    const sentAt = performance.now();
    stage.step.signal(signal);
    const ended = await stage.end(COLD);
    expect(performance.now() - sentAt).toBeLessThan(GONE_WITHIN_MS);
    expect([ended.result, ended.exitCode]).toEqual(['cancelled', 1]);
    expect(ended.message).toContain(signal);
    expect(ended.summary).toContain('cancelled');
  });

  test('is not allowed as a result that leaves the step green', async () => {
    const inputs = { ...PAUSED.inputs, 'allowed-results': 'succeeded, failed, timed-out, not-found, error' };
    await using stage = await enter({ ...PAUSED, inputs });
    await stage.until(stage.step.waitForOutput(/Running/));
    stage.step.signal('SIGTERM');
    expect((await stage.end(COLD)).exitCode).toBe(1);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('of every kind after %s does no harm', async (first) => {
    await using stage = await enter(PAUSED);
    await stage.until(stage.step.waitForOutput(/Running/));
    stage.step.signal(first);
    for (let count = 0; count < 20; count += 1) {
      stage.step.signal(count % 2 === 0 ? 'SIGTERM' : 'SIGINT');
    }
    const { exitCode, signal, stderr } = await stage.step.done;
    expect(exitCode === 0, 'never green').toBe(false);
    expect(stderr).toBe('');
    expect([null, 'SIGINT', 'SIGTERM'], 'by itself or by the signal').toContain(signal);
  });
});

/** Code that sends signals to the step's own process while it writes. */
function signalling(during: 'outputs' | 'summary' | 'result file', signals: readonly string[]): Environment {
  const [module, name] = {
    outputs: ['fs', 'appendFileSync'],
    summary: ['fs.promises', 'appendFile'],
    'result file': ['fs', 'writeFileSync'],
  }[during] as [string, string];
  return preload(`
    import fs from 'node:fs';
    const real = ${module}.${name};
    let left = ${JSON.stringify(signals)};
    ${module}.${name} = (...all) => {
      for (const signal of left.splice(0)) process.kill(process.pid, signal);
      return real(...all);
    };
  `);
}

describe.concurrent('a signal while the step writes', () => {
  const cases = KINDS.flatMap((kind) =>
    (['SIGINT', 'SIGTERM'] as const).map(
      (signal, index) => [kind, signal, index === 0 ? 'succeeded' : 'failed'] as const,
    ),
  );

  test.each(cases)('the %s (%s) leaves it whole: %s', async (kind, signal, result) => {
    const env = signalling(kind, [signal]);
    const ended = await face({ ...ENDINGS[result], step: { env } }, { warm: result === 'succeeded' });
    expect([ended.result, ended.exitCode]).toEqual([result, result === 'succeeded' ? 0 : 1]);
    expect(ended.summary).toContain('</code>');
  });

  test('again and again ends it, and what is written is whole', async () => {
    const env = signalling('outputs', ['SIGINT', 'SIGTERM']);
    await using stage = await enter({ ...ENDINGS['failed'], step: { env } });
    const { exitCode, outputs } = await stage.step.done;
    expect(exitCode === 0, 'never green').toBe(false);
    expect(outputs['result']).toBe('failed');
    expect(JSON.parse(outputs['tasks'] ?? '')).toHaveLength(1);
  });
});

/** A summary whose writing never ends, which is told to the simulated API by a request. */
const stuck = `
  import fs from 'node:fs';
  import http from 'node:http';
  for (const name of ['appendFile', 'writeFile']) {
    fs.promises[name] = () => new Promise(() => {
      setInterval(() => {}, 1_000);
      http.get(process.env['INPUT_BASE-URL'] + '/stuck').on('error', () => {});
    });
  }
`;

describe.concurrent('a summary whose writing never ends', () => {
  const isStuck = (requests: readonly { path: string }[]) =>
    requests.some(({ path: at }) => at.endsWith('/stuck'));

  test('does not keep a cancelled step for more than 2 s', async () => {
    await using stage = await enter({ ...PAUSED, step: { env: preload(stuck), guardMs: 10_000 } });
    await stage.until(stage.step.waitForOutput(/Running/));
    stage.step.signal('SIGTERM');
    const sentAt = performance.now();
    const { exitCode, outputs } = await stage.step.done;
    expect(performance.now() - sentAt).toBeLessThan(GONE_WITHIN_MS + 1_000);
    expect([exitCode, outputs['result']]).toEqual([1, 'cancelled']);
  });

  test('does not keep a step that is cancelled meanwhile', async () => {
    const scene = { ...ENDINGS['failed'], step: { env: preload(stuck), guardMs: 10_000 } };
    await using stage = await enter(scene);
    await stage.until(stage.sim.waitUntil(isStuck));
    stage.step.signal('SIGINT');
    const sentAt = performance.now();
    const { exitCode, outputs } = await stage.step.done;
    expect(performance.now() - sentAt).toBeLessThan(GONE_WITHIN_MS + 1_000);
    expect([exitCode, outputs['result']]).toEqual([1, 'failed']);
  });

  test('does not keep a step that gets a second signal', async () => {
    const scene = { ...PAUSED, step: { env: preload(stuck), guardMs: 10_000 } };
    await using stage = await enter(scene);
    await stage.until(stage.step.waitForOutput(/Running/));
    stage.step.signal('SIGINT');
    await stage.until(stage.sim.waitUntil(isStuck));
    stage.step.signal('SIGTERM');
    const sentAt = performance.now();
    const { exitCode } = await stage.step.done;
    expect(performance.now() - sentAt).toBeLessThan(500);
    expect(exitCode === 0, 'never green').toBe(false);
  });
});

/** Says so by a request once the opening of the summary is under way. */
const opening = `
  import fs from 'node:fs';
  import http from 'node:http';
  const { appendFile } = fs.promises;
  fs.promises.appendFile = (...all) => {
    http.get(process.env['INPUT_BASE-URL'] + '/stuck').on('error', () => {});
    return appendFile(...all);
  };
`;

describe.concurrent('on a file system that hangs', () => {
  test.each([
    ['a cancelled step is gone within 2 s', ['SIGTERM'], GONE_WITHIN_MS + 1_000],
    ['a second signal ends the step at once', ['SIGINT', 'SIGTERM'], 1_000],
  ] as const)('%s', async (_what, signals, withinMs) => {
    // The opening of a pipe that nobody reads never ends, and what is under way keeps node from leaving.
    const pipe = path.join(place, `pipe-${randomUUID()}`);
    system('mkfifo', pipe);
    const env = { ...preload(opening), GITHUB_STEP_SUMMARY: pipe };
    await using stage = await enter({ ...ENDINGS['failed'], step: { env, guardMs: 10_000 } });
    try {
      await stage.until(
        stage.sim.waitUntil((requests) => requests.some(({ path: at }) => at.endsWith('/stuck'))),
      );
    } finally {
      // Whoever reads it later must not hang as well.
      unlinkSync(pipe);
    }
    const sentAt = performance.now();
    for (const signal of signals) {
      stage.step.signal(signal);
    }
    const { exitCode, outputs } = await stage.step.done;
    expect(performance.now() - sentAt).toBeLessThan(withinMs);
    expect(exitCode === 0, 'never green').toBe(false);
    expect(outputs['result']).toBe('failed');
  });
});

describe.concurrent('an environment', () => {
  test('that holds nothing but the inputs is enough for a verdict', async () => {
    const env = { PATH: undefined, CI: undefined, GITHUB_ACTIONS: undefined, HOME: undefined };
    expect((await face({ ...ENDINGS['succeeded'], step: { env } }, { warm: true })).result).toBe('succeeded');
  });

  test.each(['0', 'true', '1'])('of RUNNER_DEBUG=%s shows no secret', async (value) => {
    const scene: Scene = {
      tasks: [lone('a', FAILED)],
      step: { env: { RUNNER_DEBUG: value, NODE_DEBUG: '' } },
    };
    expect((await face(scene, COLD)).result).toBe('failed');
  });

  test('of another language and time zone changes nothing', async () => {
    const env = { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' };
    const tasks = [lone('a', { state: 'SUCCEEDED', createTime: '1757656178', completeTime: '1757656207' })];
    const ended = await face({ tasks, step: { env } }, { warm: true });
    expect(ended.tasks).toMatchObject([{ createTime: '2025-09-12T05:49:38.000Z', durationSeconds: 29 }]);
  });
});
