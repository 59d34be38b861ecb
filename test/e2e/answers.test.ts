import { describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../simulator/certificate.ts';
import { type Fault, on } from '../simulator/fault.ts';
import { body, html, rateLimited, redirect, shape, status } from '../simulator/faults.ts';
import { startSimulator } from '../simulator/server.ts';
import { raw } from '../simulator/wire.ts';
import {
  cutBody,
  dribble,
  endlessHeaders,
  hang,
  hugeBody,
  reset,
  slow,
  wrongContentLength,
} from '../simulator/wire-faults.ts';
import { gapsOf, lone, play, requestsOf, until } from './support.ts';

const SUCCEEDED = { state: 'Succeeded' };
const MIB = 1024 * 1024;

/** What passes: each with the status that the request log has for it. */
const PASSING: [string, Fault, number][] = [
  ['a connection that is reset', reset('reset'), 200],
  ['a connection that is closed', reset('close'), 200],
  ...[408, 425, 429, 500, 502, 503, 504, 599].map((code): [string, Fault, number] => [
    `HTTP ${code}`,
    status(code),
    code,
  ]),
  ['HTTP 503 as a page for people', html(503), 503],
  ['a body that is cut short', cutBody(), 200],
  ['a body that is cut by a reset', cutBody({ how: 'reset' }), 200],
  ['a body in chunks that is cut short', cutBody({ chunked: true }), 200],
  ['a page for people', html(), 200],
  ['half of the JSON, whole by its length', body('{"data":[{"id":"1"'), 200],
  ['an empty body', body(''), 200],
  ['an object without the list', shape({ total: 0 }), 200],
  ['a list where an object belongs', shape([]), 200],
  ['null', shape(null), 200],
  ['a list that is text', shape({ data: 'none', total: 0 }), 200],
  ['an error in an answer of HTTP 200', shape({ code: 500, reason: 'UNKNOWN', message: 'oops' }), 200],
];

/** What never ends by itself. */
const HANGING: [string, Fault][] = [
  ['before the headers', hang('before-headers')],
  ['after the headers', hang('after-headers')],
  ['inside the body', hang('inside-body')],
  ['in headers without end', endlessHeaders(50)],
  ['in a body without end', dribble({ endless: true, everyMs: 50 })],
  ['in a body that is shorter than announced', wrongContentLength(10)],
];

describe.concurrent('an answer that may pass', () => {
  test.each(PASSING)('is tried again: %s', async (_what, fault, code) => {
    const ended = await play({ tasks: [lone('a')], faults: [on({ poll: 1 }, fault)] });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['succeeded', [`1.1 ${code}`, '2.1 200']]);
    expect(ended.file).toMatchObject({ polls: 2, failedPolls: 1 });
  });

  test.each(HANGING)('is cut off by the request timeout: hanging %s', async (_where, fault) => {
    const ended = await play({
      tasks: [lone('a')],
      faults: [on({ poll: 1 }, fault)],
      inputs: { 'request-timeout': '1s' },
    });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['succeeded', ['1.1 200', '2.1 200']]);
    expect(ended.file).toMatchObject({ polls: 2, failedPolls: 1 });
  });

  test('that is slow but within the request timeout is good', async () => {
    const ended = await play({
      tasks: [lone('a')],
      faults: [slow(1_500)],
      inputs: { 'request-timeout': '15s' },
    });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['succeeded', ['1.1 200']]);
  });

  test.each([
    ['has no id', { imageUrl: 'app', imageName: 'app', state: 'Succeeded', clusterId: 'b' }],
    ['has products that cannot be read', { id: 't', imageName: 'app', state: 'Failed', products: 'p1' }],
    ['is no task at all', null],
  ])('is a listing with an item that %s', async (_what, item) => {
    const ended = await play({
      tasks: [lone('a'), raw(item)],
      inputs: { timeout: '1s' },
    });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['error', '0']);
    expect(ended.file.failedPolls).toBe(ended.file.polls);
  });

  test('ends in an error when it comes five times before the first good one', async () => {
    const ended = await play({ tasks: [lone('a')], faults: [status(503)], inputs: { timeout: '1h' } });
    expect([ended.result, requestsOf(ended.sim)]).toEqual([
      'error',
      ['1.1 503', '2.1 503', '3.1 503', '4.1 503', '5.1 503'],
    ]);
    expect(ended.message).toContain('503');
    // Jittered around 1, 2, 4 and 8 s; never much less, whatever the poll interval.
    for (const [index, gap] of gapsOf(ended.sim).entries()) {
      expect(gap).toBeGreaterThan(500 * 2 ** index);
    }
  });

  test('does not end in an error when it comes four times before the first good one', async () => {
    const ended = await play({ tasks: [lone('a')], faults: [on({ poll: { to: 4 } }, reset())] });
    expect([ended.result, ended.sim.requests.length]).toEqual(['succeeded', 5]);
  });

  test('after a good one does not end the wait however often it comes, and is named at the timeout', async () => {
    const ended = await play({
      tasks: [until(99, SUCCEEDED, { id: 'slow-one' })],
      faults: [on({ poll: { from: 2, to: 4 } }, status(500)), on({ poll: { from: 5 } }, status(504))],
      inputs: { timeout: '12s' },
    });
    expect(ended.result).toBe('timed-out');
    expect(ended.message).toContain('504');
    expect(ended.message).toContain('slow-one');
    expect(ended.file.failedPolls, 'more than ended it before a good answer').toBeGreaterThanOrEqual(5);
    expect(ended.file.failedPolls).toBe(ended.sim.requests.length - 1);
  });

  test('and is over is not named at the timeout', async () => {
    const ended = await play({
      tasks: [until(99, SUCCEEDED)],
      faults: [on({ poll: 2 }, status(504))],
      inputs: { timeout: '4s' },
    });
    expect(ended.result).toBe('timed-out');
    expect(ended.message).not.toContain('504');
  });

  test.each<[string, Fault]>([
    ['is an error', status(503)],
    ['hangs', hang()],
  ])('and is all that comes until the timeout is an error: it %s', async (_what, fault) => {
    const ended = await play({ faults: [fault], inputs: { timeout: '1s' } });
    expect(ended.result).toBe('error');
    expect(ended.exitCode).toBe(1);
  });

  test('and is no server at all is an error that names the address', async () => {
    const gone = await startSimulator();
    await gone.close();
    const ended = await play({ inputs: { 'base-url': gone.url, timeout: '1s' } });
    expect(ended.result).toBe('error');
    expect(ended.message).toContain(String(gone.port));
  });
});

/** Retry-After as a date so many seconds after the answer, on a server's clock that is ahead. */
function busyUntil(seconds: number, skewSeconds = 0): Fault {
  const at = () => new Date(Date.now() + (seconds + skewSeconds) * 1000).toUTCString();
  return {
    name: 'Retry-After as a date',
    reply: (reply, request) => rateLimited(at()).reply?.(reply, request) ?? reply,
  };
}

describe.concurrent('Retry-After', () => {
  test.each<[string, Fault, number, number]>([
    ['in seconds with 429', rateLimited('3'), 2_950, 0],
    ['in seconds with 503', status(503, { headers: { 'retry-after': '3' } }), 2_950, 0],
    // The date is cut to seconds, so is the clock that it is held against.
    ['as a date', busyUntil(4), 2_950, 0],
    ['as a date on a clock that is an hour ahead', busyUntil(4, 3600), 2_950, 3600],
    ['as a date on a clock that is an hour behind', busyUntil(4, -3600), 2_950, -3600],
    ['shorter than the pause', rateLimited('0'), 500, 0],
    ['as garbage', rateLimited('soon'), 500, 0],
    ['as a negative number', rateLimited('-9'), 500, 0],
    ['as a date in the past', rateLimited('Wed, 21 Oct 2015 07:28:00 GMT'), 500, 0],
  ])('%s is honoured where it can be', async (_what, fault, atLeast, clockSkewSeconds) => {
    const ended = await play({ tasks: [lone('a')], faults: [on({ poll: 1 }, fault)], clockSkewSeconds });
    expect(ended.result).toBe('succeeded');
    expect(ended.sim.requests).toHaveLength(2);
    expect(gapsOf(ended.sim)[0]).toBeGreaterThan(atLeast);
  });

  test.each<[string, Fault]>([
    ['in seconds', rateLimited('3600')],
    ['in more seconds than a timer takes', rateLimited('9999999')],
    ['as a date', busyUntil(7200)],
  ])('past the deadline ends the wait at once, before any good answer: %s', async (_what, fault) => {
    const ended = await play({ faults: [fault] });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['timed-out', ['1.1 429']]);
  });

  test('past the deadline ends the wait at once, after a good answer', async () => {
    const ended = await play({
      tasks: [until(99, SUCCEEDED, { id: 'slow-one' })],
      faults: [on({ poll: 2 }, rateLimited('3600'))],
    });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['timed-out', ['1.1 200', '2.1 429']]);
    expect(ended.message).toContain('slow-one');
  });
});

describe.concurrent('refused credentials', () => {
  test.each([401, 403])('end in an error at once when %i comes first', async (code) => {
    const ended = await play({ tasks: [lone('a')], faults: [status(code)] });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', [`1.1 ${code}`]]);
    expect(ended.message).toContain('api-key');
    expect(ended.message).toContain(String(code));
  });

  test('end in an error at once when the key is another', async () => {
    const ended = await play({ apiKey: 'sk-right', inputs: { 'api-key': 'sk-wrong' } });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', ['1.1 403']]);
    expect(ended.message).toContain('api-key');
  });

  test.each([401, 403])('after a good answer get two more tries: %i', async (code) => {
    const ended = await play({
      tasks: [until(99, SUCCEEDED, { id: 'slow-one' })],
      faults: [on({ request: { from: 2 } }, status(code))],
    });
    expect([ended.result, requestsOf(ended.sim)]).toEqual([
      'error',
      ['1.1 200', `2.1 ${code}`, `3.1 ${code}`, `4.1 ${code}`],
    ]);
    expect(ended.message).toMatch(/key stopped working/i);
    expect(ended.message).toMatch(/may still be running/i);
    expect(ended.taskIds, 'what was known is handed on').toEqual(['slow-one']);
  });

  test('that are accepted again on the second try are forgiven', async () => {
    const ended = await play({
      tasks: [until(7, SUCCEEDED)],
      faults: [on({ poll: [2, 3, 5, 6] }, status(401))],
    });
    expect([ended.result, requestsOf(ended.sim)]).toEqual([
      'succeeded',
      ['1.1 200', '2.1 401', '3.1 401', '4.1 200', '5.1 401', '6.1 401', '7.1 200'],
    ]);
  });
});

describe.concurrent('an answer that will not pass', () => {
  test.each([400, 402, 404, 405, 409, 410, 413, 418, 422, 451])(
    'is an error at once: HTTP %i',
    async (code) => {
      const ended = await play({ tasks: [lone('a')], faults: [status(code)] });
      expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', [`1.1 ${code}`]]);
      expect(ended.message).toContain(String(code));
    },
  );

  test('is an error at once after a good answer too', async () => {
    const ended = await play({
      tasks: [until(99, SUCCEEDED, { id: 'slow-one' })],
      faults: [on({ poll: 2 }, status(400))],
    });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', ['1.1 200', '2.1 400']]);
    expect(ended.taskIds).toEqual(['slow-one']);
  });

  test.each([
    ['all of it', { code: 40013, reason: 'BANNED_USER', message: 'this account is closed' }, 'BANNED_USER'],
    ['a message alone', { message: 'this account is closed' }, ''],
    ['an error alone', { error: 'this account is closed' }, ''],
    ['a title alone', { title: 'this account is closed' }, ''],
  ])('is told with what the API says: %s', async (_what, said, reason) => {
    const fault = body(JSON.stringify(said), 'application/json', 400);
    const { result, message } = await play({ faults: [fault] });
    expect(result).toBe('error');
    expect(message).toContain('400');
    expect(message).toContain(reason);
    expect(message).toContain('this account is closed');
    if (reason !== '') {
      expect(message).toContain('40013');
    }
  });

  test.each([
    ['no JSON', html(404)],
    ['nothing', body('', 'text/plain', 404)],
    ['an array', body('[1]', 'application/json', 404)],
  ])('is told when the API says %s', async (_what, fault) => {
    const { result, message, sim } = await play({ faults: [fault] });
    expect([result, requestsOf(sim)]).toEqual(['error', ['1.1 404']]);
    expect(message).toContain('404');
    expect(message).toContain('base-url');
  });

  test.each([301, 302, 303, 307, 308])('is a redirect, which the key does not follow: %i', async (code) => {
    await using elsewhere = await startSimulator({ tasks: [lone('a')] });
    const ended = await play({ faults: [redirect(`${elsewhere.url}/x`, code)] });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', [`1.1 ${code}`]]);
    expect(elsewhere.connectionCount).toBe(0);
    expect(ended.message).toContain(String(code));
    expect(ended.message).toContain('base-url');
  });

  test('is a redirect to the same server, which is not followed either', async () => {
    const ended = await play({ tasks: [lone('a')], faults: [on({ request: 1 }, redirect('/other', 307))] });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', ['1.1 307']]);
  });

  test.each([
    ['nobody trusts', ['127.0.0.1'], false],
    ['is for another host', ['other.test'], true],
  ])('is a certificate that %s', async (_what, hosts, isTrusted) => {
    const tls = selfSignedCertificate(hosts);
    const ended = await play({
      tasks: [lone('a')],
      tls,
      ...(isTrusted ? { step: { extraCaCert: tls.cert } } : {}),
    });
    expect([ended.result, requestsOf(ended.sim), ended.sim.connectionCount]).toEqual(['error', [], 1]);
    expect(ended.message).toMatch(/certificate/i);
    expect(ended.message).toContain('base-url');
  });

  test('is a page of more than 32 MiB', async () => {
    const ended = await play({ faults: [hugeBody(33 * MIB)] });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', ['1.1 200']]);
    expect(ended.message).toMatch(/32 ?MiB/);
  });

  test('is not a page of a little less than 32 MiB', async () => {
    const ended = await play({ faults: [hugeBody(31 * MIB)], inputs: { 'appear-timeout': '0' } });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['not-found', ['1.1 200']]);
  });
});

describe.concurrent('a good answer', () => {
  test('may have null where there is nothing', async () => {
    const ended = await play({
      tasks: [lone('a')],
      faults: [on({ poll: 1 }, shape({ data: null, total: 0 }))],
    });
    expect([ended.result, ended.file.failedPolls, ended.sim.requests.length]).toEqual(['succeeded', 0, 2]);
  });

  test('is asked for with the key and the content type that the API requires', async () => {
    const { sim } = await play({ tasks: [lone('a')], apiKey: 'sk-other', inputs: { 'api-key': 'sk-other' } });
    expect(sim.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer sk-other',
      'content-type': expect.stringMatching(/^application\/json/),
    });
  });
});
