import { describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../simulator/certificate.ts';
import { type Fault, on, unmade } from '../simulator/fault.ts';
import { redirect, status } from '../simulator/faults.ts';
import { DEFAULT_GITHUB_TOKEN } from '../simulator/github.ts';
import { bytes, gzipBomb } from '../simulator/hostile-wire.ts';
import { hugeBody } from '../simulator/wire-faults.ts';
import { AUTH, creatingIn, publish, sentTo } from './hostile-creation-support.ts';
import { lone } from './support.ts';

describe.concurrent('GitHub', () => {
  const HEX_KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f001234567';

  test.each(['commit-status', 'commit-sha', 'github-token'])(
    'never gets the key that is in %s',
    async (name) => {
      const { github, message } = await publish({
        apiKey: HEX_KEY,
        inputs: { 'api-key': HEX_KEY, [name]: HEX_KEY },
      });
      expect(message).toContain(`${name}: holds the API key`);
      expect(sentTo(github)).not.toContain(HEX_KEY);
    },
  );

  test.each<[string, Readonly<Record<string, string>>]>([
    ['github-token', { 'commit-status': DEFAULT_GITHUB_TOKEN }],
    ['registry-auth-id', { 'commit-status': AUTH, 'registry-auth-id': AUTH }],
  ])('shows nobody a status whose name is the %s', async (_name, inputs) => {
    const { github } = await publish({ tasks: [lone('a')], inputs });
    for (const { context } of github.statuses) {
      expect([DEFAULT_GITHUB_TOKEN, AUTH]).not.toContain(context);
    }
  });

  test.each<[string, Fault]>([
    ['33 MiB', hugeBody()],
    ['a gzip bomb', gzipBomb(40, 201)],
  ])('that answers a status it made with %s is no reason to warn', async (_what, fault) => {
    const ended = await publish({ tasks: [lone('a')] }, { faults: [fault] });
    expect(ended.github.statuses.map(({ state }) => state)).toEqual(['pending', 'success']);
    expect([ended.result, ended.warnings]).toEqual(['succeeded', []]);
  });

  test.each<[string, readonly Fault[]]>([
    ['a refusal of 100 MiB', [unmade(hugeBody(100 * 1024 * 1024)), { ...status(403), name: 'refused' }]],
    [
      'a redirect that repeats the token',
      [unmade(redirect(`https://x.example/${DEFAULT_GITHUB_TOKEN}`, 307))],
    ],
    ['what is no HTTP', [unmade(bytes('::error::pwned\r\n'))]],
    [
      'commands that repeat the token',
      [unmade(status(422, { message: `x\n::error::pwned ${DEFAULT_GITHUB_TOKEN}\r##[error]x` }))],
    ],
    [
      'a permission that is missing',
      [unmade(status(403, { message: `::stop-commands::${DEFAULT_GITHUB_TOKEN}` }))],
    ],
  ])('that answers with %s is one warning that names the permission', async (_what, faults) => {
    const ended = await publish({ tasks: [lone('a')] }, { faults });
    expect([ended.result, ended.exitCode, ended.github.statuses]).toEqual(['succeeded', 0, []]);
    expect(ended.warnings).toEqual([expect.stringContaining('statuses: write')]);
    expect(ended.commands.map(({ name }) => name).sort()).toEqual(['add-mask', 'add-mask', 'warning']);
  });

  test('with a certificate that is not trusted gets no token', async () => {
    const ended = await publish({ tasks: [lone('a')] }, { tls: selfSignedCertificate() });
    expect([ended.result, ended.exitCode, ended.github.requests]).toEqual(['succeeded', 0, []]);
    expect(ended.warnings).toEqual([expect.stringMatching(/certificate.*statuses: write/)]);
  });

  test('is told of a creation that failed without what the API repeated', async () => {
    const ended = await publish(
      creatingIn('a', {
        inputs: { 'registry-auth-id': AUTH },
        faults: [on({ create: 1 }, unmade(status(400, { reason: 'R', message: `${AUTH} sk-simulator` })))],
      }),
    );
    expect(ended.github.statuses.map(({ state }) => state)).toEqual(['pending', 'error']);
    expect(sentTo(ended.github)).not.toContain(AUTH);
    expect(sentTo(ended.github)).not.toContain('sk-simulator');
    const toApi = JSON.stringify(ended.sim.requests);
    expect(toApi).not.toContain(DEFAULT_GITHUB_TOKEN);
  });
});
