import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { Asker } from '../../../scripts/doctor/ask.ts';
import { examine } from '../../../scripts/doctor/examine.ts';
import { formOf } from '../../../scripts/doctor/forms.ts';
import { getter } from '../../../scripts/doctor/get.ts';
import { plain } from '../../../scripts/doctor/plain.ts';
import { overviewOf, reportOn } from '../../../scripts/doctor/report.ts';
import { type Answer, FIELDS, type Version } from '../../../scripts/doctor/wire.ts';
import { on } from '../../simulator/fault.ts';
import { body, header, rateLimited, shape, status, total } from '../../simulator/faults.ts';
import { DEFAULT_API_KEY, type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { ago, type TaskOptions, task } from '../../simulator/wire.ts';

const DOCTOR = fileURLToPath(new URL('../../../scripts/doctor.ts', import.meta.url));

/** Examines a simulated API without the pauses, which are recorded. */
async function examined(options: SimulatorOptions, version: Version = 'v1', key = DEFAULT_API_KEY) {
  await using simulator = await startSimulator(options);
  const dispatcher = new Agent();
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const asker = new Asker({ get: getter({ baseUrl: simulator.url, key, dispatcher }), pause });
  const seen = await examine(version, asker);
  await dispatcher.destroy();
  return { report: reportOn(seen), overview: overviewOf(seen, key), requests: simulator.requests, pauses };
}

function lineOf(report: string, name: string): string {
  return new RegExp(`^- \\*\\*${name}\\*\\*: (.*)$`, 'm').exec(report)?.[1] ?? `no line ${name}`;
}

/** Tasks of one image and cluster each, newest first. */
function tasks(count: number, options: TaskOptions = {}) {
  return Array.from({ length: count }, (_task, index) =>
    task({ imageUrl: `registry.example.com/team/app-${index}:v1`, createTime: ago(60 + index), ...options }),
  );
}

const REFUSAL = 'HTTP 400, code `400`, reason `VALIDATOR_PARAM`, message `pageSize must be at most 200`';
const NOT_FOUND = 'HTTP 404, code `404`, reason `RESOURCE_NOT_FOUND`, message `resource not found`';
const TOTALS = 'string of digits, not the same on 3 pages, no task twice';
const CURSORS =
  '3 pages, no task twice; first page: next_cursor string, has_more true; last page: next_cursor empty string, has_more false; total absent';
const MIXED = { tasks: [...tasks(1), ...tasks(1, { state: 'Running' })] };
const FRONT = '`via`; names kong; answers without JSON: one';
const RESET = header('x-ratelimit-reset', '1757656178');
const BUSY = { faults: [on({ request: 5 }, rateLimited('2'))] };
const growing = (real: number, { number }: { number: number }) => String(real + number);

const VARIED: SimulatorOptions = {
  tasks: [
    ...tasks(4, { note: 'commit 1', reason: [''], imageDigest: 'sha256:0', frobs: true }),
    ...tasks(1, { reason: { message: 'pulled' } }),
    ...tasks(1, { state: 'Failed', reason: ['denied'] }),
    ...tasks(1, { state: 'Running' }),
    ...tasks(1, { state: 'Running', completeTime: null, createTime: 1_757_656_178_000 }),
    ...tasks(1, { state: 'Frobbed', reason: undefined, completeTime: '' }),
  ],
  clockSkewSeconds: 90,
  faults: [
    header('x-ratelimit-remaining', '59'),
    header('server', 'cloudflare'),
    header('cf-ray', 'zqx'),
    header('x-account', 'zqx'),
  ],
};

// biome-ignore format: a case a line
const FINDINGS: [line: string, finding: string, options: SimulatorOptions, version?: Version][] = [
  ['Key', 'no listing came: HTTP 200, empty object', { faults: [shape({})] }],
  ['Page size when none is asked', '10', { tasks: tasks(11) }],
  ['Largest page', 'pageSize 1000: granted, but cut to 20', { tasks: tasks(25), maxPageSize: 20 }],
  ['Largest page', 'limit 1000: granted, but cut to 20', { tasks: tasks(25), maxPageSize: 20 }, 'v2'],
  ['Largest page', `pageSize 1000: ${REFUSAL}; pageSize 500: ${REFUSAL}; pageSize 200: granted in full`, { tasks: tasks(201), maxPageSize: 200, overMaxPageSize: 'refuse' }],
  ['Sort order', 'newest first, by creation time', { tasks: tasks(3) }],
  ['Sort order', 'oldest first, by creation time', { tasks: tasks(3).toReversed() }],
  ['Sort order', 'cannot be told without tasks of different times', { tasks: tasks(1) }],
  ['Total across pages', TOTALS, { tasks: tasks(9), faults: [total(growing)] }],
  ['Total across pages', CURSORS, { tasks: tasks(9) }, 'v2'],
  ['Completion time forms', '`running`: 0; `succeeded`: number, Unix seconds', MIXED, 'v2'],
  ['Ids of v1 in v2', 'looked up by id: found; both listings share every id', MIXED, 'v2'],
  ['Time header', 'none', { faults: [header('date', undefined)] }],
  ['Rate limit headers', '`x-ratelimit-reset` (Unix seconds)', { faults: [RESET] }],
  ['In front of the API', FRONT, { faults: [body('<p>', 'text/html', 403), header('via', '1.1 kong')] }],
  ['Clock offset', 'less than a second', {}],
  [
    'Ids of v1 in v2',
    `looked up by id: ${NOT_FOUND}; the listing of v2: ${NOT_FOUND}`,
    { tasks: tasks(2), faults: [on({ when: ({ path }) => path.includes('/v2/') }, status(404))] },
  ],
  ['Requests', '5 sent (HTTP 200 × 4, HTTP 429 × 1), ended by the first 429', BUSY],
];

describe('the report', () => {
  test('answers every question, in v1', async () => {
    const { report } = await examined(VARIED);
    expect(report).toMatchInlineSnapshot(`
      "### What the prewarm API answers, asked in v1

      - **Key**: works (HTTP 200 with a listing)
      - **Page size when none is asked**: all tasks came, so it cannot be told
      - **Largest page**: pageSize 1000: granted, and all tasks fitted in
      - **Sort order**: not by creation time
      - **Total across pages**: number, the same on 3 pages; as many tasks came, no task twice
      - **Page past the end**: data empty array, total number
      - **State filter**: Pending: no task; Running: only such tasks; Succeeded: only such tasks; Failed: only such tasks
      - **States met**: \`Failed\` (one), \`Running\` (a few), \`Succeeded\` (a few), \`another word\` (one)
      - **Reason forms**: \`Failed\`: array of string; \`Running\`: empty array; \`Succeeded\`: array of empty string or object {message: string}; \`another word\`: absent
      - **Completion time forms**: \`Failed\`: string, Unix seconds; \`Running\`: null or string "0"; \`Succeeded\`: string, Unix seconds; \`another word\`: empty string
      - **Name filter**: the name without tag: finds the task; the name with tag: does not find the task; a part of the name: finds the task; the name in capitals: finds the task; the tag: does not find the task; the whole image address: does not find the task; the exact note: finds the task; a part of the note: finds the task; a text that no task holds: does not find the task
      - **Quota form**: object {limit: number, perImageSize: number, total: number}; its total is that of the listing
      - **Time header**: \`date\` with every answer
      - **Rate limit headers**: \`x-ratelimit-remaining\` (a whole number)
      - **In front of the API**: \`cf-ray\`, \`server\`; names cloudflare
      - **Clock offset**: the server is 90 s ahead (± 1 s)
      - **Ids of v1 in v2**: looked up by id: found; both listings share every id
      - **Unknown id in v2**: HTTP 404, code \`404\`, reason \`RESOURCE_NOT_FOUND\`, message \`prewarm task … not found\`
      - **Requests**: 25 sent (HTTP 200 × 24, HTTP 404 × 1)

      **Field forms**, by state:

      | Field | \`Failed\` | \`Running\` | \`Succeeded\` | \`another word\` |
      | --- | --- | --- | --- | --- |
      | id | string | string | string | string |
      | imageName | string | string | string | string |
      | imageUrl | string | string | string | string |
      | clusterId | string | string | string | string |
      | clusterName | string | string | string | string |
      | products | empty array | empty array | empty array | empty array |
      | imageSize | string of digits | string "0" | string of digits | string "0" |
      | createTime | string, Unix seconds | number, Unix milliseconds or string, Unix seconds | string, Unix seconds | string, Unix seconds |
      | state | string | string | string | string |
      | completeTime | string, Unix seconds | null or string "0" | string, Unix seconds | empty string |
      | note | empty string | empty string | empty string or string | empty string |
      | reason | array of string | empty array | array of empty string or object {message: string} | absent |
      | repositoryAuth | empty string | empty string | empty string | empty string |
      | imageDigest (not documented) | absent | absent | absent or string | absent |
      | a field of another name (not documented) | absent | absent | absent or true | absent |
      "
    `);
  });

  test.each(FINDINGS)('has for "%s": %s', async (line, finding, options, version) => {
    const { report } = await examined(options, version);
    expect(lineOf(report, line)).toBe(finding);
  });

  test('says that there was no answer, and asks no more', async () => {
    const gone = await startSimulator();
    await gone.close();
    const get = getter({ baseUrl: gone.url, key: 'k', dispatcher: new Agent() });
    const report = reportOn(await examine('v1', new Asker({ get, pause: () => Promise.resolve() })));
    expect(lineOf(report, 'Key')).toBe('no listing came: no answer (ECONNREFUSED)');
    expect(lineOf(report, 'Requests')).toBe('1 sent (no answer × 1)');
  });
});

describe('the requests', () => {
  test.each(['v1', 'v2'] as const)('are GET, at most 30, a second apart (%s)', async (version) => {
    // What takes most requests: every size but the smallest refused, several pages, a note.
    const { requests, pauses } = await examined(
      { tasks: tasks(40, { note: 'commit 1' }), maxPageSize: 20, overMaxPageSize: 'refuse' },
      version,
    );
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(requests.length).toBeGreaterThan(25);
    expect(requests.length).toBeLessThanOrEqual(30);
    expect(pauses).toEqual(Array.from({ length: requests.length - 1 }, () => 1000));
  });

  // biome-ignore format: a case a line
  test.each([
    ['a key that does not work', 'sk-wrong', {}, /HTTP 403, code `403`, reason `INVALID_API_KEY`.*/, /Check PPIO_API_KEY, .*/],
    ['a busy API', DEFAULT_API_KEY, { faults: [rateLimited()] }, /HTTP 429.*/, /Try again later/],
  ])('end with the first after %s, which is told', async (_what, key, options, said, advice) => {
    const { report, overview, requests } = await examined(options, 'v1', key);
    expect(requests).toHaveLength(1);
    expect(lineOf(report, 'Key')).toMatch(new RegExp(`^no listing came: ${said.source}`));
    expect(overview).toMatch(new RegExp(`^No listing came: HTTP 4.*${advice.source}\\.$`));
  });
});

describe('for the terminal alone', () => {
  test('clusters with their names and images with their newest state are told', async () => {
    const us = { clusterId: 'us-1', clusterName: 'US' };
    const { overview } = await examined({
      tasks: [
        task({ ...us, imageUrl: 'team/app:v1', state: 'Failed', createTime: ago(90) }),
        task({ ...us, imageUrl: 'team/app:v1', state: 'Running', createTime: ago(30) }),
        task({ clusterId: 'eu-1', clusterName: '', imageUrl: 'team/app:v1' }),
        task({ ...us, imageUrl: `\u001b[2J${DEFAULT_API_KEY}` }),
      ],
    });
    expect(overview).toBe(`Clusters, for the input cluster-ids:
  us-1  (US)
  eu-1

Images, with the state of the newest task in each cluster:
  team/app:v1  Running in us-1, Succeeded in eu-1
  \ufffd[2J***  Succeeded in us-1`);
  });
});

describe('whatever the API answers', () => {
  const CANARY = 'zqvjx';
  const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
  const start = oneOf(
    '',
    'task ',
    '`|\n',
    '::error::',
    '1757656178',
    '\u001b[31m',
    'page-',
    '"',
    '<b>',
    '名',
  );
  const canary = oneOf(CANARY, CANARY.toUpperCase(), `size${CANARY}`, 'Zqvjx');
  const end = oneOf('', ' not found', '@x.example', '%', '|');
  const hostileText = fc.tuple(start, canary, end).map((parts) => parts.join(''));
  const hostileValue = fc.oneof(
    hostileText,
    fc.constantFrom(null, '', '0', 0, -1, 8_675_309_424_242, '8675309', true, []),
    fc.constant({ valueOf: 1, toString: 1 }),
    fc.dictionary(hostileText, hostileText, { maxKeys: 3 }),
    fc.array(hostileText, { maxLength: 3 }),
    fc.record({ status: hostileText, error: hostileText, code: hostileText }),
  );
  const fields = oneOf(...Object.values(FIELDS).flat(), 'id', 'task_id', 'name', 'status');
  const others = oneOf('code', 'reason', 'message', 'error', 'title', 'limit');
  const headers = oneOf('date', 'server', 'via', 'retry-after', 'x-ratelimit-reset', 'cf-ray');
  const task = fc.dictionary(fc.oneof(fields, hostileText), hostileValue, { maxKeys: 12 });
  const hostileListing = fc.record({
    data: fc.array(task, { maxLength: 4 }),
    total: hostileValue,
    next_cursor: hostileValue,
    has_more: hostileValue,
  });
  const error = fc.dictionary(fc.oneof(others, hostileText), hostileValue);
  const anyAnswer: fc.Arbitrary<Answer> = fc.record({
    status: fc.constantFrom(200, 200, 200, 200, 400, 403, 404, 500, null),
    failure: fc.constant('ECONNRESET'),
    headers: fc.dictionary(fc.oneof(headers, hostileText), hostileText, { maxKeys: 4 }),
    body: fc.oneof(hostileListing, error, fc.constant(undefined)),
    sentAt: fc.constant(0),
    answeredAt: fc.nat(1000),
  });

  test('the report holds no text of its own, and no number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('v1' as const, 'v2' as const),
        hostileListing,
        fc.array(anyAnswer, { minLength: 30, maxLength: 30 }),
        async (version, first, answers) => {
          const head = { status: 200, failure: '', headers: {}, sentAt: 0, answeredAt: 1 };
          const queue: Answer[] = [{ ...head, body: first }, ...answers];
          const asker = new Asker({
            get: () => Promise.resolve(queue.shift() as Answer),
            pause: () => Promise.resolve(),
          });
          const report = reportOn(await examine(version, asker));
          expect(report.toLowerCase()).not.toContain(CANARY);
          expect(report).not.toMatch(/8675309|1757656178|[\u001b名<]|::/);
          expect(report.split('\n').filter((line) => line.startsWith('- **'))).toHaveLength(19);
        },
      ),
    );
  });

  test.each([
    ['user acme-7 of team x has no access', 'user … of … has no access'],
    ['参数错误', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  test.each([
    [12.5, '', 'number with a fraction'],
    [2 ** 60, '', 'number beyond 2^53'],
    [1_757_656_178_000, 'createTime', 'number, Unix milliseconds'],
    ['12', 'createTime', 'string, in no known unit'],
    ['2025-09-12T05:49:38Z', 'createTime', 'string, a date'],
    ['  ', '', 'string of blanks'],
    [[['a', ['b']]], '', 'array of array of array or string'],
    [{ message: { code: { a: 1 } } }, '', 'object {message: object {code: object}}'],
  ])('the form of %j (%s) is: %s', (value, field, form) => {
    expect(formOf(value, field)).toBe(form);
  });
});

describe('npm run doctor', () => {
  const KEYED = { PPIO_API_KEY: 'k' };
  // biome-ignore format: a case a line
  test.each<[string[], Record<string, string>, RegExp]>([
    [[], {}, /^The environment variable PPIO_API_KEY is empty; set it to an API key [^\n]*\.\n$/],
    [[], { PPIO_API_KEY: 'a\nb' }, /^The environment variable PPIO_API_KEY holds a character that no key has; [^\n]*\.\n$/],
    [['--base-url', 'http://api.example.com'], KEYED, /^--base-url needs an https address [^\n]*\.\n$/],
    [['--api-version', 'v3'], KEYED, /^--api-version is v1 or v2\.\n$/],
    [['--base-uri', 'x'], {}, /^Unknown option '--base-uri'; accepted are [^\n]*\.\n$/],
    [[], { ...KEYED, HTTPS_PROXY: 'ftp://proxy' }, /^HTTPS_PROXY is set, but not to [^\n]*\.\n$/],
  ])('with %j and %j ends with one sentence', async (args, env, sentence) => {
    const run = promisify(execFile)(process.execPath, [DOCTOR, ...args], { env });
    const error: Error = await run.catch((reason) => reason);
    expect(error).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
  });
});
