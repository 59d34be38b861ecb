import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startStep } from '../harness/step.ts';

const home = mkdtempSync(path.join(tmpdir(), 'harness-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A file with JavaScript that is run in place of the bundle. */
function entryOf(name: string, code: string): string {
  const entry = path.join(home, `${name}.mjs`);
  writeFileSync(entry, code);
  return entry;
}

test('a step gets inputs, defaults and the files of a runner, and what it leaves there is read', async () => {
  const actionFile = path.join(home, 'action.yml');
  writeFileSync(
    actionFile,
    "inputs: { two words: { default: 10s }, token: { default: '${{ github.token }}' }, summary: { default: true } }",
  );
  const entry = entryOf(
    'writes',
    `import fs from 'node:fs';
    const { env } = process;
    console.log('::add-mask::s3cret\\n::error::' + env.INPUT_TWO_WORDS + ',' + env.INPUT_TOKEN + ',' + env.INPUT_SUMMARY);
    console.error('##[warning]late');
    fs.writeFileSync(env.RUNNER_TEMP + '/result.json', '{"version":1}');
    fs.writeFileSync(env.GITHUB_OUTPUT, 'a<<X\\n1\\n2\\nX\\nresult-file=' + env.RUNNER_TEMP + '/result.json\\n');
    fs.writeFileSync(env.GITHUB_STEP_SUMMARY, env.HOME ?? 'no home');
    process.exitCode = 3;`,
  );
  const ended = await startStep({ entry, actionFile, inputs: { summary: 'false' } }).done;
  expect(ended).toMatchObject({
    exitCode: 3,
    outputs: { a: '1\n2' },
    summary: 'no home',
    resultFile: { version: 1 },
    masks: ['s3cret'],
    annotations: [
      { level: 'error', message: '10s,,false' },
      { level: 'warning', message: 'late' },
    ],
  });
});

test('a step that runs away is killed, and one that is signalled ends, and neither leaves its folder', async () => {
  const entry = entryOf('waits', "console.log(process.env.RUNNER_TEMP, 'up'); setInterval(() => {}, 1000);");
  await expect(startStep({ entry, guardMs: 300 }).done).rejects.toThrow(/Still running after 300 ms/);
  const step = startStep({ entry });
  await step.waitForOutput(/up/);
  step.signal('SIGTERM');
  expect((await step.done).signal).toBe('SIGTERM');
  expect(existsSync(step.stdout.split(' ')[0] ?? '')).toBe(false);
});
