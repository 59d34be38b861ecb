import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseOutputs } from '../harness/command-files.ts';
import { commandsOf, linesOf, parseCommand } from '../harness/commands.ts';
import { renderLine, renderOutputs, renderSummary } from '../harness/runner-view.ts';
import { runStep, type StepOptions, startStep } from '../harness/step.ts';

const home = mkdtempSync(path.join(tmpdir(), 'harness-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const actionFile = path.join(home, 'action.yml');
writeFileSync(
  actionFile,
  `inputs:
  api-key: { required: true }
  two words: { default: 10s }
  github-token: { default: '\${{ github.token }}' }
  summary: { default: true }
`,
);

let scripts = 0;

/** Options that run a piece of JavaScript in place of the bundle. */
function script(code: string, options: StepOptions = {}): StepOptions {
  scripts += 1;
  const entry = path.join(home, `script-${scripts}.mjs`);
  writeFileSync(entry, code);
  return { entry, actionFile, ...options };
}

const PRINT_ENV = 'console.log(JSON.stringify(process.env));';

describe('a step in the harness', () => {
  test('gets its inputs and the defaults of action.yml, an expression as empty', async () => {
    const result = await runStep(script(PRINT_ENV, { inputs: { 'api-key': ' k ', summary: 'false' } }));
    expect(JSON.parse(result.stdout)).toMatchObject({
      'INPUT_API-KEY': ' k ',
      INPUT_TWO_WORDS: '10s',
      'INPUT_GITHUB-TOKEN': '',
      INPUT_SUMMARY: 'false',
    });
  });

  test('sees nothing of the environment of the tests but PATH', async () => {
    const { stdout } = await runStep(script(PRINT_ENV));
    const names = Object.keys(JSON.parse(stdout) as object).filter((name) => !name.startsWith('INPUT_'));
    expect(names.sort()).toEqual(
      'CI GITHUB_ACTIONS GITHUB_ENV GITHUB_OUTPUT GITHUB_PATH GITHUB_STATE GITHUB_STEP_SUMMARY PATH RUNNER_TEMP'.split(
        ' ',
      ),
    );
  });

  test('has any variable overridden or unset', async () => {
    const env = { HTTPS_PROXY: 'http://127.0.0.1:9', GITHUB_OUTPUT: undefined, RUNNER_TEMP: '/nowhere' };
    const seen = JSON.parse((await runStep(script(PRINT_ENV, { env }))).stdout) as Record<string, string>;
    expect(seen['HTTPS_PROXY']).toBe('http://127.0.0.1:9');
    expect(seen['RUNNER_TEMP']).toBe('/nowhere');
    expect(seen).not.toHaveProperty('GITHUB_OUTPUT');
  });

  test('runs on the runtime of the tests', async () => {
    const { stdout } = await runStep(script('console.log(process.version);'));
    expect(stdout.trim()).toBe(process.version);
  });

  test('hands back exit code, outputs, summary, files and result file', async () => {
    const code = `
      import { appendFileSync, writeFileSync } from 'node:fs';
      const file = process.env.RUNNER_TEMP + '/result.json';
      writeFileSync(file, '{"version":1}');
      appendFileSync(process.env.GITHUB_OUTPUT, 'result<<E\\nsucceeded\\nE\\nresult-file=' + file + '\\n');
      appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Warm');
      console.log('::add-mask::secret');
      console.error('::warning title=T%3A::50%25 of%0Ait');
      process.exitCode = 3;`;
    const result = await runStep(script(code));
    expect(result.exitCode).toBe(3);
    expect(result.outputs['result']).toBe('succeeded');
    expect(result.summary).toBe('# Warm');
    expect(result.resultFile).toEqual({ version: 1 });
    expect(result.files['result.json']).toBe('{"version":1}');
    expect(result.masks).toEqual(['secret']);
    expect(result.annotations).toEqual([
      { level: 'warning', message: '50% of\nit', properties: { title: 'T:' } },
    ]);
    expect(existsSync(result.outputs['result-file'] ?? '')).toBe(false);
  });

  test('can be watched and sent a signal while it runs', async () => {
    const code = `
      process.on('SIGINT', () => { console.log('caught'); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('ready');`;
    const lines: string[] = [];
    const step = startStep(script(code, { onLine: (line) => lines.push(line) }));
    await step.waitForOutput(/^ready$/m);
    step.signal('SIGINT');
    expect((await step.done).exitCode).toBe(0);
    expect(lines).toEqual(['ready', 'caught']);
  });

  test('that ends without the output waited for says so', async () => {
    const step = startStep(script('console.log("other");'));
    await expect(step.waitForOutput('ready')).rejects.toThrow(/Ended without ready.*other/s);
  });

  test('that runs away is killed, and its output told', async () => {
    const step = startStep(script('console.log("looping"); setInterval(() => {}, 1000);', { guardMs: 300 }));
    await expect(step.done).rejects.toThrow(/Still running after 300 ms.*stdout:/s);
  });
});

describe('a line of output', () => {
  test.each([
    ['::error::x', 'error', 'x', {}],
    [' \t::warning file=a,line=1::x', 'warning', 'x', { file: 'a', line: '1' }],
    ['\u0085::notice::x', 'notice', 'x', {}],
    ['::error title=a%2Cb::100%25%0Ab', 'error', '100%\nb', { title: 'a,b' }],
    ['::error::%250A', 'error', '%0A', {}],
    ['text ##[add-mask]abc', 'add-mask', 'abc', {}],
    ['##[error a=1;b=2]x%5D', 'error', 'x]', { a: '1', b: '2' }],
  ])('%j is a command', (line, name, data, properties) => {
    expect(parseCommand(line)).toEqual({ name, data, properties, line });
  });

  test.each(['text ::error::x', ': :error::x', '::error', '##[error', '# #[error]', ''])(
    '%j is none',
    (line) => {
      expect(parseCommand(line)).toBeNull();
    },
  );

  test('ends at CR, LF and CRLF, so that a command may follow any of them', () => {
    expect(linesOf('a\rb\r\nc\nd\n')).toEqual(['a', 'b', 'c', 'd']);
    expect(commandsOf('a\r::error::x').map(({ name }) => name)).toEqual(['error']);
  });

  test.each([
    ['plain', 'plain'],
    ['::add-mask::secret', null],
    ['::debug::x', null],
    ['::endgroup::', null],
    ['::group::Title', '▼ Title'],
    ['::error title=T::a%0Ab', 'Error: a\nb'],
    ['the key is secret', 'the key is ***'],
  ])('%j is shown as %j', (line, shown) => {
    expect(renderLine(line, ['secret'])).toBe(shown);
  });
});

describe('for a terminal', () => {
  test('outputs are aligned, and cut where they are long', () => {
    const shown = renderOutputs({ result: 'failed', tasks: 'x'.repeat(101) });
    expect(shown).toBe(`result  failed\ntasks   ${'x'.repeat(100)}… (101 characters)`);
  });

  test('a summary has its code and printable entities as text, and no others', () => {
    expect(renderSummary('<code>a&#58;v2&#124;&#27;</code>\n')).toBe('`a:v2|&#27;`');
  });
});

describe('an output file', () => {
  test.each([
    ['a=1\nb=x=y\n', { a: '1', b: 'x=y' }],
    ['a<<E\n1\n\n2\nE\nb=\n', { a: '1\n\n2', b: '' }],
    ['a<<E\nE\n', { a: '' }],
    ['a=x<<y\n', { a: 'x<<y' }],
    ['a=1\na=2\n', { a: '2' }],
  ])('%j is read as a runner reads it', (text, outputs) => {
    expect(parseOutputs(text)).toEqual(outputs);
  });

  test.each(['a<<E\n1\n', 'nothing\n', '=1\n'])('%j is refused', (text) => {
    expect(() => parseOutputs(text)).toThrow();
  });
});
