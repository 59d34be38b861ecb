import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { OUTPUT_NAMES } from '../../src/report/outputs.ts';
import { run } from '../../src/run.ts';
import { START, START_SECONDS } from './support/factories.ts';
import { FakeRunner } from './support/fake-runner.ts';

const KEY = 'sk-0123456789abcdef';
const AUTH = 'team-auth';
let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The action against a loopback server, with inputs that decide at the first answer. */
async function runAgainst(
  listener: RequestListener,
  inputs: Readonly<Record<string, string>> = {},
  broken: Partial<FakeRunner> = {},
): Promise<FakeRunner> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const given = { 'api-key': ` ${KEY}\n`, image: 'pytorch', 'appear-timeout': '0', 'base-url': url };
  const runner = new FakeRunner({ ...given, ...inputs });
  await run(Object.assign(runner, broken));
  return runner;
}

const answer =
  (body: unknown, status = 200, headers = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { date: new Date(START).toUTCString(), ...headers });
    response.end(JSON.stringify(body));
  };

const listing = (state: string, more: object = {}) => {
  const task = {
    id: 'a1',
    imageName: 'pytorch',
    imageUrl: 'r.io/team/pytorch:v2',
    clusterId: 'c1',
    createTime: String(START_SECONDS - 100),
    completeTime: String(START_SECONDS - 40),
    state,
    ...more,
  };
  return answer({ data: [task], total: 1 });
};

const PATHS: readonly [string, RequestListener, object, string][] = [
  ['a success', listing('Succeeded'), {}, 'succeeded'],
  ['a failure', listing('Failed'), {}, 'failed'],
  ['nothing found', answer({ data: [], total: 0 }), {}, 'not-found'],
  ['a Retry-After past the deadline', answer('', 429, { 'retry-after': '86400' }), {}, 'timed-out'],
  ['refused credentials', answer({ code: 401, reason: 'UNAUTHORIZED' }, 401), {}, 'error'],
  ['bad inputs', answer({}), { timeout: 'x', require: 'none' }, 'error'],
];

describe('every path', () => {
  it.each(['Waiting', 'Warm'])('sets every output where telling "%s…" fails', async (start) => {
    const info = (line: string) => {
      if (line.startsWith(start)) throw new Error('it broke');
    };
    const runner = await runAgainst(listing('Succeeded'), {}, { info });
    expect(Object.keys(runner.outputs ?? {})).toEqual([...OUTPUT_NAMES]);
    expect(runner.outputs).toMatchObject({
      result: 'error',
      message: 'The action met an error of its own, it broke; please report it',
    });
    expect(runner.texts('fail')).toEqual([runner.outputs?.message]);
  });

  it.each(PATHS)(
    'sets every output, and fails the step with one error: %s',
    async (_, api, inputs, result) => {
      const runner = await runAgainst(api, { ...inputs });
      expect(Object.keys(runner.outputs ?? {})).toEqual([...OUTPUT_NAMES]);
      expect(runner.outputs).toMatchObject({ result, 'result-file': '/runner/temp/result.json' });
      expect(JSON.parse(runner.texts('file')[0] ?? '')).toMatchObject({ version: 1, result });
      const errors = result === 'succeeded' ? [] : ['fail'];
      expect(runner.texts('fail')).toEqual(errors.map(() => runner.outputs?.message));
      const order = runner.told.map(({ what }) => what).filter((what) => !/debug|info|warning/.test(what));
      expect(order).toEqual(['mask', ...errors, 'file', 'outputs', 'summary', 'settle']);
    },
  );

  it.each(PATHS.slice(1))('is green with one warning if allowed: %s', async (_, api, inputs, result) => {
    const runner = await runAgainst(api, { ...inputs, 'allowed-results': result });
    expect(runner.texts('fail')).toEqual([]);
    expect(runner.texts('warning').filter((text) => text === runner.outputs?.message)).toHaveLength(1);
  });

  it('a proxy address that cannot be read', async () => {
    const env = { HTTPS_PROXY: 'ftp://user:hunter2@proxy.example.com' };
    const { outputs, told } = await runAgainst(
      answer({}),
      { 'base-url': 'https://api.example.com' },
      { env },
    );
    expect(outputs).toMatchObject({ result: 'error', message: expect.stringContaining('HTTPS_PROXY') });
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it('a fault of its own in the middle of the wait', async () => {
    let lines = 0;
    const info = () => {
      lines += 1;
      if (lines === 2) throw new Error('pipe broke');
    };
    const runner = await runAgainst(listing('Succeeded'), {}, { info });
    expect(runner.outputs).toMatchObject({ result: 'error', message: expect.stringContaining('pipe broke') });
    expect(runner.texts('fail')).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('are masked first, trimmed, line by line', async () => {
    const inputs = { 'api-key': 'line-one\r\n line-two \n', 'github-token': 'ghs_token', timeout: 'x' };
    const runner = await runAgainst(answer({}), inputs);
    expect(runner.texts('mask')).toEqual(['line-one', 'line-two', 'ghs_token']);
    expect(JSON.stringify(runner.told.slice(3))).not.toMatch(/line-one|line-two|ghs_token/);
  });

  it.each([
    ['a refusal', answer({ code: 401, reason: KEY, message: `bad key ${KEY}` }, 401)],
    ['a task', listing('Failed', { id: KEY, reason: [KEY], note: KEY, clusterName: KEY })],
    ['a near miss', listing('Failed', { imageUrl: `r.io/${KEY}/pytorch:v3`, note: KEY })],
  ])('go nowhere when the API repeats them in %s', async (_what, api) => {
    const { told } = await runAgainst(api, { image: 'team/pytorch:v2' });
    expect(JSON.stringify(told.slice(1))).not.toContain(KEY);
  });

  it.each([
    ['counts', 'pytorch', 'failed'],
    ['is a near miss', 'pytorch:v3', 'not-found'],
  ])("neither does a task's registry authentication id, while the task %s", async (_what, image, result) => {
    const names = { imageUrl: `r.io/${AUTH}/pytorch:v2`, note: AUTH, reason: [`401 for ${AUTH}`] };
    const task = listing('Failed', { ...names, repositoryAuth: AUTH });
    const { told, outputs } = await runAgainst(task, { image });
    expect(outputs?.result).toBe(result);
    expect(JSON.stringify(told)).not.toContain(AUTH);
  });
});

describe('what cannot be written is said and changes nothing', () => {
  const refuse = () => {
    throw new Error('no space left');
  };
  it.each<[string, Partial<FakeRunner>]>([
    ['The outputs', { writeOutputs: refuse }],
    ['The job summary', { writeSummary: async () => refuse() }],
    ['The result file', { writeResultFile: refuse }],
  ])('%s', async (what, broken) => {
    const runner = await runAgainst(listing('Succeeded'), {}, broken);
    expect(runner.texts('warning')).toContain(`${what} could not be written: no space left`);
    expect(runner.texts('fail')).toEqual([]);
    expect(runner.told.at(-1)?.what).toBe('settle');
    if (what !== 'The outputs') expect(runner.outputs?.result).toBe('succeeded');
  });

  it.each([{}, { timeout: 'x' }])('and a summary that is not wanted is not written: %o', async (inputs) => {
    const runner = await runAgainst(listing('Succeeded'), { summary: 'false', ...inputs });
    expect(runner.texts('summary')).toEqual([]);
  });
});

it('the log never has a command in it, whatever the API sends', async () => {
  const evil = '\n::error::x\r##[error]y\u2028::stop-commands::z';
  const texts = { imageName: evil, clusterId: evil, clusterName: evil, note: evil, reason: [evil], id: evil };
  const { told } = await runAgainst(listing('Failed', texts));
  for (const { what, text } of told) {
    if (/info|warning|fail|debug/.test(what)) expect(text).not.toMatch(/[\p{Cc}\u2028]|##\[|^\s*::/u);
  }
});
