import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { OUTPUT_NAMES } from '../../src/outputs.ts';
import { run } from '../../src/run.ts';
import { START, START_SECONDS } from './support/factories.ts';
import { FakeRunner } from './support/fake-runner.ts';

const KEY = 'sk-0123456789abcdef';
const DATE = new Date(START).toUTCString();

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** The address of a loopback server that answers so. */
async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

function answer(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { date: DATE, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

const taskInState = (state: string, more: object = {}) => ({
  id: 'a1',
  imageName: 'pytorch',
  imageUrl: 'r.io/team/pytorch:v2',
  clusterId: 'c1',
  clusterName: 'One',
  createTime: String(START_SECONDS - 100),
  completeTime: String(START_SECONDS - 40),
  state,
  ...more,
});
const listingOf = (...tasks: readonly object[]) => answer({ data: tasks, total: tasks.length });

/** The action against such a server, with inputs that decide at the first answer. */
async function runAgainst(listener: RequestListener, inputs: Readonly<Record<string, string>> = {}) {
  const baseUrl = await serve(listener);
  return runWith({ 'base-url': baseUrl, ...inputs });
}

async function runWith(
  inputs: Readonly<Record<string, string>>,
  prepare: (runner: FakeRunner) => void = () => {},
) {
  const runner = new FakeRunner({ 'api-key': KEY, image: 'pytorch', 'appear-timeout': '0', ...inputs });
  prepare(runner);
  await run(runner);
  return runner;
}

const paths: readonly [string, RequestListener, string][] = [
  ['a success', listingOf(taskInState('Succeeded')), 'succeeded'],
  ['a failure', listingOf(taskInState('Failed', { reason: ['no room'] })), 'failed'],
  ['nothing found', listingOf(), 'not-found'],
  ['a Retry-After past the deadline', answer('', 429, { 'retry-after': '86400' }), 'timed-out'],
  ['refused credentials', answer({ code: 401, reason: 'UNAUTHORIZED' }, 401), 'error'],
  ['a wrong address', answer('nothing here', 404), 'error'],
];

describe('every path sets every output', () => {
  it.each(paths)('%s', async (_name, listener, result) => {
    const runner = await runAgainst(listener);
    expect(Object.keys(runner.outputs ?? {})).toEqual([...OUTPUT_NAMES]);
    expect(runner.outputs?.result).toBe(result);
    expect(runner.outputs?.['result-file']).toBe('/runner/temp/result.json');
    expect(JSON.parse(runner.file ?? '')).toMatchObject({
      version: 1,
      result,
      message: runner.outputs?.message,
    });
    expect(runner.summary).toContain('## ');
  });

  it('bad inputs, without a request', async () => {
    let requests = 0;
    const counting: RequestListener = (_request, response) => {
      requests += 1;
      response.end();
    };
    const runner = await runAgainst(counting, { require: 'none', timeout: 'x' });
    expect(requests).toBe(0);
    expect(Object.keys(runner.outputs ?? {})).toEqual([...OUTPUT_NAMES]);
    expect(runner.outputs).toMatchObject({ result: 'error', tasks: '[]', 'total-count': '0' });
    expect(runner.outputs?.message).toMatch(/^2 inputs are(?=.*require: "none")(?=.*timeout: "x")/);
    expect(runner.texts('fail')).toEqual([runner.outputs?.message]);
  });

  it('a proxy address that is none', async () => {
    const runner = await runWith({ 'base-url': 'https://api.example.com' }, (fake) => {
      Object.assign(fake.env, { HTTPS_PROXY: 'ftp://user:hunter2@proxy.example.com' });
    });
    expect(runner.outputs).toMatchObject({
      result: 'error',
      message: expect.stringContaining('HTTPS_PROXY'),
    });
    expect(JSON.stringify(runner.told)).not.toContain('hunter2');
  });

  it('a cancellation in the middle of a request', async () => {
    const baseUrl = await serve(() => fake.cancellation.abort('SIGTERM'));
    const fake = new FakeRunner({ 'api-key': KEY, image: 'pytorch', 'base-url': baseUrl });
    await run(fake);
    expect(fake.outputs).toMatchObject({ result: 'cancelled', message: expect.stringContaining('SIGTERM') });
    expect(Object.keys(fake.outputs ?? {})).toEqual([...OUTPUT_NAMES]);
    expect(fake.summary).toContain('cancelled');
    expect(fake.texts('fail')).toHaveLength(1);
  });

  it('a bug of its own', async () => {
    const baseUrl = await serve(listingOf(taskInState('Succeeded')));
    const fake = new FakeRunner({ 'api-key': KEY, image: 'pytorch', 'base-url': baseUrl });
    let calls = 0;
    const buggy = Object.assign(fake, {
      info: (line: string) => {
        calls += 1;
        if (calls === 2) throw new Error('pipe broke');
        fake.told.push({ what: 'info', text: line });
      },
    });
    await run(buggy);
    expect(fake.outputs).toMatchObject({ result: 'error', message: expect.stringContaining('pipe broke') });
    expect(fake.texts('fail')).toHaveLength(1);
  });
});

describe('the step is', () => {
  it('green for a success, which is told as it is', async () => {
    const runner = await runAgainst(listingOf(taskInState('Succeeded')));
    expect(runner.texts('fail')).toEqual([]);
    expect(runner.texts('warning')).toEqual([]);
    expect(runner.texts('info').at(-1)).toBe(runner.outputs?.message);
  });

  it.each(paths.slice(1))('red for %s, with one error that is the message', async (_name, listener) => {
    const runner = await runAgainst(listener);
    expect(runner.texts('fail')).toEqual([runner.outputs?.message]);
    expect(runner.texts('warning')).toEqual([]);
  });

  it.each(paths.slice(1))(
    'green for %s that is allowed, with one warning that is the message',
    async (_name, listener, result) => {
      const runner = await runAgainst(listener, { 'allowed-results': `succeeded, ${result}` });
      expect(runner.texts('fail')).toEqual([]);
      expect(runner.texts('warning')).toEqual([runner.outputs?.message]);
    },
  );

  it('red even for a success where only another result is allowed', async () => {
    const runner = await runAgainst(listingOf(taskInState('Succeeded')), { 'allowed-results': 'failed' });
    expect(runner.outputs?.result).toBe('succeeded');
    expect(runner.texts('fail')).toEqual([runner.outputs?.message]);
  });

  it('green for bad inputs as well where errors are allowed', async () => {
    const runner = await runWith({ 'allowed-results': 'error', timeout: 'x' });
    expect(runner.outputs?.result).toBe('error');
    expect(runner.texts('fail')).toEqual([]);
    expect(runner.texts('warning')).toEqual([runner.outputs?.message]);
  });

  it('red for bad inputs where it is the allowed results that are bad', async () => {
    const runner = await runWith({ 'allowed-results': 'error, everything' });
    expect(runner.texts('fail')).toEqual([runner.outputs?.message]);
  });
});

describe('the key', () => {
  it('is masked before anything else happens, trimmed', async () => {
    const runner = await runAgainst(listingOf(taskInState('Succeeded')), { 'api-key': ` ${KEY}\n` });
    expect(runner.told[0]).toEqual({ what: 'mask', text: KEY });
    expect(runner.texts('mask')).toEqual([KEY]);
  });

  it('is masked line by line when it holds line breaks', async () => {
    const runner = await runWith({ 'api-key': 'first-line\r\n second-line \n\n' });
    expect(runner.texts('mask')).toEqual(['first-line', 'second-line']);
    expect(runner.told.slice(2).some(({ text }) => /first-line|second-line/.test(text))).toBe(false);
  });

  it('that the API echoes goes nowhere', async () => {
    const echoing = [
      answer({ code: 401, reason: KEY, message: `bad key ${KEY}` }, 401),
      listingOf(
        taskInState('Failed', { id: KEY, reason: [KEY], note: KEY, imageName: KEY, clusterName: KEY }),
      ),
    ];
    for (const listener of echoing) {
      const { told, outputs, summary, file, debugged } = await runAgainst(listener);
      const everything = [told.filter(({ what }) => what !== 'mask'), outputs, summary, file, debugged];
      expect(JSON.stringify(everything)).not.toContain(KEY);
    }
  });
});

describe('what cannot be written is said and changes nothing', () => {
  const refuse = () => {
    throw new Error('no space left on device');
  };
  const runWithout = async (broken: object, state = 'Succeeded') => {
    const baseUrl = await serve(listingOf(taskInState(state)));
    return runWith({ 'base-url': baseUrl }, (fake) => Object.assign(fake, broken));
  };

  it('the outputs', async () => {
    const runner = await runWithout({ writeOutputs: refuse });
    expect(runner.texts('warning')).toEqual([
      expect.stringMatching(/outputs could not be written: no space left/),
    ]);
    expect(runner.texts('fail')).toEqual([]);
    expect(runner.summary).not.toBeNull();
    expect(runner.file).not.toBeNull();
  });

  it('the summary', async () => {
    const runner = await runWithout({ writeSummary: async () => refuse() });
    expect(runner.texts('warning')).toEqual([
      expect.stringMatching(/summary could not be written: no space left/),
    ]);
    expect(runner.texts('fail')).toEqual([]);
    expect(runner.outputs?.result).toBe('succeeded');
  });

  it('the result file, whose path is then empty', async () => {
    const runner = await runWithout({ writeResultFile: refuse });
    expect(runner.texts('warning')).toEqual([
      expect.stringMatching(/result file could not be written: no space left/),
    ]);
    expect(runner.outputs).toMatchObject({ result: 'succeeded', 'result-file': '' });
  });

  it('all of them, after a failure', async () => {
    const broken = { writeOutputs: refuse, writeSummary: refuse, writeResultFile: refuse };
    const runner = await runWithout(broken, 'Failed');
    expect(runner.texts('warning')).toHaveLength(3);
    expect(runner.texts('fail')).toHaveLength(1);
  });
});

describe('the summary', () => {
  it('is not written when it is not wanted', async () => {
    const runner = await runAgainst(listingOf(taskInState('Succeeded')), { summary: 'false' });
    expect(runner.summary).toBeNull();
    expect(runner.outputs?.result).toBe('succeeded');
  });

  it('is not written either when it is not wanted and another input is bad', async () => {
    const runner = await runWith({ summary: 'false', timeout: 'x' });
    expect(runner.summary).toBeNull();
  });
});

describe('the log', () => {
  it('starts with what is waited for, where and for how long', async () => {
    const runner = await runAgainst(listingOf(taskInState('Succeeded')));
    expect(runner.texts('info')[0]).toMatch(
      /^Waiting for pytorch at http:\/\/127\.0\.0\.1:\d+ for up to 30m/,
    );
  });

  it('never has a command in it, whatever the API sends', async () => {
    const evil = '\n::error::x\r##[error]y\u2028::stop-commands::z';
    const texts = {
      imageName: evil,
      clusterId: evil,
      clusterName: evil,
      note: evil,
      reason: [evil],
      id: evil,
    };
    const runner = await runAgainst(
      listingOf(
        taskInState('Failed', texts),
        taskInState(evil, { ...texts, id: 'b', clusterId: `${evil}2` }),
      ),
    );
    for (const { text } of runner.told) {
      expect(text).not.toMatch(/[\p{Cc}\u2028]|##\[|^\s*::/u);
    }
    for (const line of runner.debugged) expect(line).not.toMatch(/[\p{Cc}\u2028]|##\[|^\s*::/u);
  });
});
