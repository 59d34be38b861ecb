import { describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../simulator/certificate.ts';
import { on } from '../simulator/fault.ts';
import { redirect, status } from '../simulator/faults.ts';
import { startProxy } from '../simulator/proxy.ts';
import { dribble, hang, hugeBody } from '../simulator/wire-faults.ts';
import { lone, many, play, type Scene, until } from './support.ts';

const BOUND_MS = 1_000;

/** Plays a scene and measures from the verdict's line, the last one, to the end of the process. */
async function lingering(scene: Scene) {
  let lastLineAt = 0;
  let lastLine = '';
  const onLine = (line: string) => {
    lastLineAt = performance.now();
    lastLine = line;
  };
  const ended = await play({ ...scene, step: { ...scene.step, onLine } });
  const lingered = performance.now() - lastLineAt;
  expect(lastLine, 'the verdict is the last thing said').toContain(ended.message.slice(0, 40));
  return { result: ended.result, lingered };
}

describe.concurrent('the process leaves at once after the verdict', () => {
  test.each<[string, string, Scene]>([
    ['a success whose connection the server keeps open', 'succeeded', { tasks: [lone('a')] }],
    ['a success on several connections', 'succeeded', { tasks: many(60), maxPageSize: 10 }],
    [
      'a success after some polls, far from the timeout',
      'succeeded',
      { tasks: [until(3, { state: 'Succeeded' })], inputs: { timeout: '5d', 'request-timeout': '5m' } },
    ],
    ['a failure', 'failed', { tasks: [lone('a', { state: 'Failed' })] }],
    ['a timeout', 'timed-out', { tasks: [lone('a', { state: 'Running' })], inputs: { timeout: '1s' } }],
    [
      'a timeout while the last request hangs',
      'timed-out',
      {
        tasks: [lone('a', { state: 'Running' })],
        faults: [on({ poll: { from: 2 } }, hang('inside-body'))],
        inputs: { timeout: '2s', 'request-timeout': '1s' },
      },
    ],
    ['nothing found', 'not-found', { inputs: { 'appear-timeout': '0' } }],
    ['bad inputs', 'error', { inputs: { timeout: 'soon' } }],
    ['refused credentials', 'error', { faults: [status(401)] }],
    ['a redirect', 'error', { faults: [redirect('http://127.0.0.1:9/')] }],
    ['a body over the limit that goes on and on', 'error', { faults: [hugeBody(200 * 1024 * 1024)] }],
    [
      'an error while other pages hang',
      'error',
      {
        tasks: many(50),
        maxPageSize: 10,
        faults: [on({ page: 2 }, status(404)), on({ page: [3, 4, 5] }, hang())],
        inputs: { 'request-timeout': '2s' },
      },
    ],
    [
      'an error whose body never ends',
      'error',
      {
        faults: [on({ request: 1 }, status(404)), dribble({ endless: true })],
        inputs: { 'request-timeout': '1s', timeout: '2s' },
      },
    ],
    ['a certificate that is not trusted', 'error', { tls: selfSignedCertificate() }],
  ])('on %s', async (_what, result, scene) => {
    const ended = await lingering(scene);
    expect(ended.result).toBe(result);
    expect(ended.lingered).toBeLessThan(BOUND_MS);
  });

  test('on a success through a proxy that keeps its tunnel open', async () => {
    const tls = selfSignedCertificate();
    await using proxy = await startProxy();
    const step = { extraCaCert: tls.cert, env: { HTTPS_PROXY: proxy.url } };
    const ended = await lingering({ tasks: [lone('a')], tls, step });
    expect([ended.result, proxy.requests.length]).toEqual(['succeeded', 1]);
    expect(ended.lingered).toBeLessThan(BOUND_MS);
  });
});
