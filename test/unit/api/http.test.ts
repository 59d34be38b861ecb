import { MockAgent, type MockPool } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Http, type HttpOptions } from '../../../src/api/http.ts';

const ORIGIN = 'https://api.example.com';
const LIST = new URL(`${ORIGIN}/list?note=x`);
const KEY = 'sk-0123456789abcdef';
const START = Date.UTC(2026, 0, 31, 12);
const never = new AbortController().signal;

let agent: MockAgent;
let api: MockPool;
let time = START;
let debugged: string[] = [];

beforeEach(() => {
  agent = new MockAgent({ enableCallHistory: true });
  agent.disableNetConnect();
  api = agent.get(ORIGIN) as MockPool;
  time = START;
  debugged = [];
});
afterEach(() => agent.close());

function http(options: Partial<HttpOptions> = {}) {
  // biome-ignore format: a few fields a line
  return new Http({
    token: KEY, secrets: ['registry-auth-1'], requestTimeout: 5_000, dispatcher: agent, viaProxy: false,
    now: () => time, debug: (line) => debugged.push(line), ...options,
  });
}

type Headers = Readonly<Record<string, string>>;

/** The next answer comes so many milliseconds after its request. */
function answer(status: number, data: string, headers: Headers = {}, method = 'GET', after = 0): void {
  api.intercept({ path: () => true, method }).reply(() => {
    time += after;
    return { statusCode: status, data, responseOptions: { headers } };
  });
}

const get = (client: Http, signal = never) => client.getJson(LIST, signal);

describe('a good answer', () => {
  it('is its JSON, to a request that carries the key', async () => {
    answer(200, '{"data":[]}');
    expect(await get(http())).toEqual({ status: 200, body: { data: [] }, sentAt: START });
    const call = agent.getCallHistory()?.lastCall();
    expect(call).toMatchObject({ method: 'GET', origin: ORIGIN, path: '/list', searchParams: { note: 'x' } });
    expect(call?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      'user-agent': 'wait-for-image-prewarm',
    });
    expect(debugged).toEqual([`GET ${LIST}: HTTP 200 in 0 ms`]);
  });

  it.each([
    ['{"id":12345678901234567890}', { id: '12345678901234567890' }],
    ['{"id":-9007199254740993}', { id: '-9007199254740993' }],
    ['{"id":9007199254740991,"f":0.12345678901234568}', { id: 9007199254740991, f: 0.12345678901234568 }],
    ['{"id":"12345678901234567"}', { id: '12345678901234567' }],
    ['\ufeff{"a":"\u9884\u70ed"}', { a: '\u9884\u70ed' }],
  ])('keeps integers that a number cannot hold: %s', async (json, body) => {
    answer(200, json);
    expect(await get(http())).toMatchObject({ body });
  });

  it.each(['', 'OK', '{"data":', '<html>'])('that is no JSON is a failed poll: %j', async (text) => {
    answer(200, text);
    expect(await get(http())).toMatchObject({
      kind: 'transient',
      status: 200,
      problem: `GET ${ORIGIN}/list was answered with HTTP 200 and no JSON; check base-url and api-version`,
    });
  });

  it('may have 32 MiB and not more', async () => {
    const space = 32 * 2 ** 20 - 2;
    answer(200, `${' '.repeat(space)}[]`);
    expect(await get(http())).toMatchObject({ body: [] });
    answer(200, `${' '.repeat(space + 1)}[]`);
    expect(await get(http())).toMatchObject({ kind: 'fatal', problem: expect.stringContaining('32 MiB') });
  });
});

describe.each(['POST', 'DELETE'] as const)('%s', (method) => {
  it('sends JSON on a connection of its own', async () => {
    answer(201, '{"id":"t1"}', {}, method);
    expect(await http().sendJson(method, LIST, { ids: ['ü'] }, never)).toMatchObject({ body: { id: 't1' } });
    expect(agent.getCallHistory()?.lastCall()).toMatchObject({ method, body: '{"ids":["ü"]}' });
  });

  it.each(['', 'OK', ' '.repeat(33 * 2 ** 20)])('succeeded where a 2xx cannot be read', async (text) => {
    answer(200, text, {}, method);
    const answered = await http().sendJson(method, LIST, {}, never);
    expect(answered).toEqual({ status: 200, body: undefined, sentAt: START });
  });

  it('is refused like a listing', async () => {
    answer(409, '{"reason":"EXISTS","message":"it does"}', {}, method);
    const problem = expect.stringMatching(`^${method} ${LIST.origin}/list was .* HTTP 409 EXISTS: it does`);
    const refusal = { kind: 'refused', status: 409, reason: 'EXISTS', problem };
    expect(await http().sendJson(method, LIST, {}, never)).toMatchObject(refusal);
  });
});

describe("the server's clock", () => {
  const dated = (after: number, more: Headers = {}) => ({
    date: new Date(START + after).toUTCString(),
    ...more,
  });

  it('is told by the middle of the second and of the exchange, the quickest one', async () => {
    const client = http();
    expect(client.serverClockOffset).toBeNull();
    for (const [date, after, offset] of [
      [60_000, 800, 60_000 + 500 - 400],
      [99_000, 1_200, 60_100],
      [70_000, 100, 70_000 + 500 - 2_000 - 50],
    ] as const) {
      answer(200, '{}', dated(date), 'GET', after);
      await get(client);
      expect(client.serverClockOffset).toBe(offset);
    }
  });

  it.each<[string, number, Headers, number | null]>([
    ['an answer as fresh as can be', 200, dated(0, { age: '0' }), 500],
    ['no answer out of a cache', 200, dated(0, { age: '7' }), null],
    ['no answer without a date', 200, {}, null],
    ['no date that is none', 200, { date: 'now' }, null],
    ['no refusal', 502, dated(0), null],
  ])('is told by %s', async (_what, status, headers, offset) => {
    const client = http();
    answer(status, '{}', headers);
    await get(client);
    expect(client.serverClockOffset).toBe(offset);
  });
});

describe('a refusal', () => {
  it.each<[number, Headers, number | null]>([
    [429, { 'retry-after': '7' }, 7_000],
    [503, { date: 'Sat, 31 Jan 2026 13:00:00 GMT', 'retry-after': 'Sat, 31 Jan 2026 13:00:20 GMT' }, 20_000],
    [500, { 'retry-after': 'Sat, 31 Jan 2026 12:00:20 GMT' }, 20_000],
    [429, { 'x-ratelimit-reset': '9' }, 9_000],
    [429, { 'x-ratelimit-reset': String(START / 1000 + 30) }, 30_000],
    [503, { 'retry-after': 'soon', 'x-ratelimit-reset': '9' }, 9_000],
    [429, { 'retry-after': '7', 'x-ratelimit-reset': '9' }, 7_000],
    [502, { 'x-ratelimit-reset': '3000' }, null],
    [429, {}, null],
  ])('with HTTP %i and %j asks to wait %o ms', async (status, headers, retryAfter) => {
    answer(status, '', headers);
    expect(await get(http())).toMatchObject({ status, retryAfter });
  });

  it('measures a date against the clock that the server told before', async () => {
    const client = http();
    answer(200, '{}', { date: 'Sat, 31 Jan 2026 13:00:00 GMT' });
    await get(client);
    answer(429, '', { 'retry-after': 'Sat, 31 Jan 2026 13:00:20 GMT' });
    expect(await get(client)).toMatchObject({ retryAfter: 19_500 });
  });

  it.each([
    [401, `{"reason":"NO","message":"${KEY} registry-auth-1"}`, 'HTTP 401 NO: *** ***; check api-key'],
    [500, 'x'.repeat(33 * 2 ** 20), 'HTTP 500; the API itself is failing'],
  ])('with HTTP %i shows no secret, and nothing of what is long', async (status, text, told) => {
    answer(status, text);
    const problem = expect.stringContaining(`GET ${ORIGIN}/list was answered with ${told}`);
    expect(await get(http())).toMatchObject({ problem });
  });
});

describe('a request without an answer', () => {
  it('is a failed poll that says why, without a secret', async () => {
    const reset = Object.assign(new Error(`reset ${KEY}`), { code: 'ECONNRESET' });
    api.intercept({ path: '/list?note=x' }).replyWithError(reset);
    const problem = `GET ${ORIGIN}/list failed (ECONNRESET: reset ***); check base-url and the network`;
    expect(await get(http())).toMatchObject({ kind: 'transient', status: null, problem });
    expect(debugged.join()).not.toContain(KEY);
  });

  it.each([
    [false, 'check the network or raise request-timeout'],
    [true, 'check HTTPS_PROXY, the network or raise request-timeout'],
  ])('has a time limit, and says what to check: through a proxy %s', async (viaProxy, advice) => {
    api.intercept({ path: '/list?note=x' }).reply(200, '{}').delay(60_000);
    const problem = `GET ${ORIGIN}/list gave no complete answer within 0.02 s; ${advice}`;
    expect(await get(http({ requestTimeout: 20, viaProxy }))).toMatchObject({ kind: 'transient', problem });
  });

  it('when the wait ends is told as that', async () => {
    api.intercept({ path: '/list?note=x' }).reply(200, '{}').delay(60_000);
    const wait = new AbortController();
    const answered = get(http(), wait.signal);
    wait.abort();
    const problem = `GET ${ORIGIN}/list was still unanswered when the wait ended`;
    expect(await answered).toMatchObject({ kind: 'transient', problem });
  });
});
