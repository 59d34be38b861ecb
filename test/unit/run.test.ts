import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { OUTPUT_NAMES } from '../../src/report/outputs.ts';
import { run } from '../../src/run.ts';
import { type Fault, unmade } from '../simulator/fault.ts';
import { status } from '../simulator/faults.ts';
import {
  DEFAULT_GITHUB_TOKEN,
  DEFAULT_REPOSITORY,
  type GithubOptions,
  startGithub,
} from '../simulator/github.ts';
import { START, START_SECONDS } from './support/factories.ts';
import { FakeRunner } from './support/fake-runner.ts';

const KEY = 'sk-0123456789abcdef';
const AUTH = 'auth-0123456789';
const TOKEN = 'ghs_0123456789abcdef';
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

const CREATING = {
  'create-missing': 'true',
  'cluster-ids': 'c1',
  image: 'r.io/team/pytorch:v2',
  'registry-auth-id': AUTH,
};

describe('the other secrets', () => {
  it('the token is masked before anything else happens, whether a status is asked for or not', async () => {
    const runner = await runWith({ 'github-token': ` ${TOKEN}\n`, timeout: 'x' });
    expect(runner.texts('mask')).toEqual([KEY, TOKEN]);
    expect(runner.told.slice(0, 2).map(({ what }) => what)).toEqual(['mask', 'mask']);
  });

  it('the token is masked line by line when it holds line breaks', async () => {
    const runner = await runWith({ 'github-token': 'first-line\r\n second-line \n\n', timeout: 'x' });
    expect(runner.texts('mask')).toEqual([KEY, 'first-line', 'second-line']);
  });

  it('no token, nothing to mask', async () => {
    expect((await runWith({ timeout: 'x' })).texts('mask')).toEqual([KEY]);
  });

  it('that are pasted into other inputs go nowhere', async () => {
    const runner = await runWith({
      'github-token': TOKEN,
      'registry-auth-id': AUTH,
      timeout: `1 ${TOKEN}`,
      require: `1 ${AUTH}`,
    });
    const everything = [runner.told.filter(({ what }) => what !== 'mask'), runner.outputs, runner.summary];
    expect(JSON.stringify(everything)).not.toMatch(new RegExp(`${TOKEN}|${AUTH}`));
  });

  it('that the API repeats go nowhere, from a creation too', async () => {
    const echo = `${KEY} ${AUTH}`;
    const listener: RequestListener = (request, response) => {
      if (request.method === 'POST') answer({ id: echo })(request, response);
      else answer({ data: [], total: 0 })(request, response);
    };
    const refusing: RequestListener = (request, response) => {
      if (request.method === 'POST') answer({ reason: echo, message: echo }, 400)(request, response);
      else answer({ data: [], total: 0 })(request, response);
    };
    for (const [one, result] of [
      [refusing, 'error'],
      [listener, 'cancelled'],
    ] as const) {
      const baseUrl = await serve(one);
      const inputs = { ...CREATING, 'base-url': baseUrl };
      const runner = await runWith(inputs, (fake) => {
        const { info } = fake;
        // The clock stands still, so that a wait would not end by itself.
        Object.assign(fake, {
          info: (line: string) => {
            info(line);
            if (line.startsWith('Created')) fake.cancellation.abort('SIGINT');
          },
        });
      });
      const { told, outputs, summary, file, debugged } = runner;
      expect(outputs?.result).toBe(result);
      const everything = [told.filter(({ what }) => what !== 'mask'), outputs, summary, file, debugged];
      const said = JSON.stringify(everything);
      for (const secret of [KEY, AUTH]) expect(said).not.toContain(secret);
      server?.closeAllConnections();
      server?.close();
    }
  });
});

describe('a creation', () => {
  it.each([
    ['v1', '/gpu-instance/openapi/v1/image/prewarm', { imageUrl: 'r.io/team/pytorch:v2', clusterId: 'c1' }],
    ['v2', '/gpus/v2/prewarm-tasks', { image: 'r.io/team/pytorch:v2', region_id: 'c1' }],
  ])('goes out by %s, and its refusal is the message', async (version, path, expected) => {
    const posted: { url: string | undefined; body: unknown }[] = [];
    const listener: RequestListener = (request, response) => {
      if (request.method === 'GET') {
        answer(request.url?.includes('quota') ? { total: 5, limit: 5 } : { data: [], total: 0 })(
          request,
          response,
        );
        return;
      }
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        posted.push({ url: request.url, body: JSON.parse(text) });
        answer({ code: 400, reason: 'OPERATION_LIMIT', message: 'too many' }, 400)(request, response);
      });
    };
    const runner = await runAgainst(listener, { ...CREATING, 'api-version': version });
    expect(posted).toEqual([{ url: path, body: expect.objectContaining(expected) }]);
    expect(runner.outputs).toMatchObject({ result: 'error', 'created-task-ids': '[]' });
    expect(runner.outputs?.message).toMatch(/OPERATION_LIMIT: too many.*5 used of 5 allowed/);
    expect(runner.texts('fail')).toEqual([runner.outputs?.message]);
  });
});

describe('the commit status', () => {
  const SHA = '0123456789abcdef0123456789abcdef01234567';
  const asking = { 'commit-status': 'prewarm', 'github-token': DEFAULT_GITHUB_TOKEN };

  async function runWithStatus(
    inputs: Readonly<Record<string, string>>,
    options: GithubOptions = {},
    prepare: (runner: FakeRunner) => void = () => {},
  ) {
    await using github = await startGithub(options);
    const runner = await runWith({ ...asking, ...inputs }, (fake) => {
      Object.assign(fake.env, {
        GITHUB_API_URL: github.url,
        GITHUB_SERVER_URL: 'https://github.example.com',
        GITHUB_REPOSITORY: DEFAULT_REPOSITORY,
        GITHUB_RUN_ID: '42',
        GITHUB_SHA: SHA,
      });
      prepare(fake);
    });
    const states = github.statuses.map(({ state }) => state);
    return { runner, states, statuses: github.statuses, requests: github.requests };
  }

  it.each(paths)('is published for %s, whatever is allowed', async (_name, listener, result) => {
    for (const allowed of ['succeeded', 'succeeded, failed, timed-out, not-found, error']) {
      const baseUrl = await serve(listener);
      const { runner, states, statuses } = await runWithStatus({
        'base-url': baseUrl,
        'allowed-results': allowed,
      });
      expect(runner.outputs?.result).toBe(result);
      const expected = { succeeded: 'success', error: 'error' }[result] ?? 'failure';
      expect(states).toEqual(['pending', expected]);
      expect(statuses).toMatchObject([
        { sha: SHA, context: 'prewarm' },
        { sha: SHA, context: 'prewarm' },
      ]);
      expect(statuses[0]?.description).toContain('pytorch');
      expect(runner.outputs?.message.slice(0, 100)).toBe(statuses[1]?.description?.slice(0, 100));
      server?.closeAllConnections();
      server?.close();
    }
  });

  it('is an error for bad inputs', async () => {
    const { runner, states, statuses } = await runWithStatus({ timeout: 'x' });
    expect(runner.outputs?.result).toBe('error');
    expect(states.at(-1)).toBe('error');
    expect(statuses.at(-1)?.description).toContain('timeout: "x"');
  });

  it('is an error for a proxy address that is none', async () => {
    const { states } = await runWithStatus({ 'base-url': 'https://api.example.com' }, {}, (fake) => {
      Object.assign(fake.env, { HTTPS_PROXY: 'ftp://proxy.example.com' });
    });
    expect(states).toEqual(['pending', 'error']);
  });

  it('is an error for a cancellation', async () => {
    let cancel = () => {};
    const baseUrl = await serve(() => cancel());
    const { runner, states } = await runWithStatus({ 'base-url': baseUrl }, {}, (fake) => {
      cancel = () => fake.cancellation.abort('SIGTERM');
    });
    expect(runner.outputs?.result).toBe('cancelled');
    expect(states.at(-1)).toBe('error');
    expect(runner.texts('warning')).toEqual([]);
  });

  it("goes to the pull request's head, or where it is asked to go", async () => {
    const head = 'f'.repeat(40);
    const pullRequest = (fake: FakeRunner) => {
      Object.assign(fake, { event: () => ({ pull_request: { head: { sha: head } } }) });
    };
    const ofHead = await runWithStatus({ timeout: 'x' }, {}, pullRequest);
    expect(ofHead.statuses.at(-1)?.sha).toBe(head);
    const asked = await runWithStatus({ timeout: 'x', 'commit-sha': 'A'.repeat(40) }, {}, pullRequest);
    expect(asked.statuses.at(-1)?.sha).toBe('a'.repeat(40));
  });

  it('that cannot be published is one warning and changes nothing else', async () => {
    const baseUrl = await serve(listingOf(taskInState('Succeeded')));
    const { runner } = await runWithStatus({ 'base-url': baseUrl }, { permitted: false });
    expect(runner.texts('warning')).toEqual([expect.stringContaining('statuses: write')]);
    expect(runner.texts('fail')).toEqual([]);
    expect(runner.outputs?.result).toBe('succeeded');
  });

  it('is told last: outputs and summary do not wait for it', async () => {
    const baseUrl = await serve(listingOf(taskInState('Succeeded')));
    let fake: FakeRunner | null = null;
    let told: readonly string[] = [];
    const look: Fault = {
      name: 'look',
      reply: (reply) => {
        told = fake?.told.map(({ what }) => what) ?? [];
        return reply;
      },
    };
    const { states } = await runWithStatus({ 'base-url': baseUrl }, { faults: [look] }, (runner) => {
      fake = runner;
    });
    expect(states).toEqual(['pending', 'success']);
    expect(told).toEqual(expect.arrayContaining(['file', 'outputs', 'summary']));
  });

  it('shows nobody the token', async () => {
    const faults = [unmade(status(422, { message: `no ${DEFAULT_GITHUB_TOKEN}` }))];
    const { runner } = await runWithStatus({ timeout: 'x' }, { faults });
    const { told, outputs, summary, file, debugged } = runner;
    const everything = [told.filter(({ what }) => what !== 'mask'), outputs, summary, file, debugged];
    expect(JSON.stringify(everything)).not.toContain(DEFAULT_GITHUB_TOKEN);
    expect(runner.texts('warning')).toHaveLength(1);
  });

  it.each(paths)('is none where none is asked for: %s', async (_name, listener) => {
    const baseUrl = await serve(listener);
    const { requests } = await runWithStatus({ 'base-url': baseUrl, 'commit-status': '' }, {}, (fake) => {
      Object.assign(fake, {
        event: () => {
          throw new Error('the event was looked at');
        },
      });
    });
    expect(requests).toHaveLength(0);
  });

  it.each<Readonly<Record<string, string>>>([
    { 'commit-status': '', timeout: 'x' },
    { 'commit-sha': 'main' },
    { 'commit-status': 'two\nlines' },
  ])('is none either for %o', async (inputs) => {
    const { runner, requests } = await runWithStatus(inputs);
    expect(runner.outputs?.result).toBe('error');
    expect(requests).toHaveLength(0);
  });
});
