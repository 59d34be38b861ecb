import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Release {
  readonly jobs: { readonly publish: { readonly steps: readonly { name: string; run: string }[] } };
}

const { jobs } = parse(
  readFileSync(join(import.meta.dirname, '..', '..', '.github', 'workflows', 'release.yml'), 'utf8'),
) as Release;

/** Runs a step with a `gh` that logs its arguments and answers by the first pattern that they match; without one it fails. */
function runStep(name: string, answers: readonly (readonly [pattern: string, answer: string])[]) {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const cases = answers.map(
      ([pattern, answer]) => `  ${pattern.replaceAll(' ', '\\ ')}) echo "${answer}"; exit 0 ;;`,
    );
    const scripts = {
      gh: ['echo "gh $*" >> "$LOG"', 'case "$*" in', ...cases, '  *) exit 1 ;;', 'esac'].join('\n'),
      sleep: 'exit 0',
    };
    for (const [command, script] of Object.entries(scripts)) {
      writeFileSync(join(folder, command), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, command), 0o755);
    }
    const log = join(folder, 'log');
    writeFileSync(log, '');
    const script = jobs.publish.steps.find((step) => step.name === name)?.run ?? 'exit 99';
    // As a runner starts it.
    const { status, stdout } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH']}`, LOG: log, ...ENVIRONMENT },
    });
    return { status, stdout, asked: readFileSync(log, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ENVIRONMENT = { GH_REPO: 'octo-org/action', TAG: 'v1.2.3', COMMIT: 'c0ffee', NOTES: 'Notes' };
const [CREATE, VERIFY, MOVE] = jobs.publish.steps.map(({ name }) => name);
const CREATING = 'gh release create v1.2.3 --target c0ffee';
const onCommit = ['*commits/v1.2.3*', 'c0ffee'] as const;
const released = (tags: string) => ['release list*', tags] as const;
const tagIsThere = ['*/ref/tags/v1 *', ''] as const;

describe.skipIf(process.platform === 'win32')('The release workflow', () => {
  // biome-ignore format: a case a line
  it.each([
    ['creates the release', CREATE, [['release create*', ''], onCommit], 0, CREATING],
    ['creates none a second time', CREATE, [['release view*', ''], onCommit], 0, 'has a release already'],
    ['stops when the tag is on another commit', CREATE, [['*view*', ''], ['*commits/*', 'bad']], 1, 'on bad'],
    ['goes on when the release is attested', VERIFY, [['release verify v1.2.3', 'ok']], 0, 'ok'],
    ['warns of deleting what is immutable', VERIFY, [['*releases/tags*', 'true']], 1, 'Do not delete'],
    ['asks for immutability', VERIFY, [['*releases/tags*', 'false']], 1, 'Enable release immutability'],
    ['makes the tag of a major version', MOVE, [released('v1.2.3'), ['*POST*', '']], 0, '--method POST'],
    ['moves it', MOVE, [released('v1.2.3\nv1.2.2\nv2.0.0'), tagIsThere, ['*PATCH*', '']], 0, '--method PATCH'],
    ['never moves it backwards, by numbers', MOVE, [released('v1.10.0\nv1.2.3')], 0, 'v1 stays on v1.10.0'],
  ] as const)('%s', (_, name, answers, status, expected) => {
    const step = runStep(name ?? '', answers);
    expect(step.asked + step.stdout).toContain(expected);
    expect(step.status).toBe(status);
    // What is there already is neither created nor moved.
    if (status === 1 || / already| stays /.test(expected)) expect(step.asked).not.toMatch(/create|--method/);
  });
});
