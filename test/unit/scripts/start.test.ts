import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { plan, readArguments } from '../../../scripts/start/arguments.ts';
import { renderMarkdown } from '../../../scripts/start/markdown.ts';

const START = fileURLToPath(new URL('../../../scripts/start.js', import.meta.url));
const run = promisify(execFile);

describe('npm start', () => {
  test.each(['20.20.2', '22.21.0'])('says on Node %s which Node it needs', async (version) => {
    const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`;
    const started = run(process.execPath, ['--import', pretend, START]);
    await expect(started).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^npm start needs Node 24 or newer, [^\n]*\n$/),
    });
  });

  test('plays a story to its end, and explains the time', async () => {
    const { stdout } = await run(process.execPath, [START, '--story', 'vendor-example']);
    expect(stdout).toMatch(/^Story "vendor-example".*\nTime is compressed: .*\n\n── Log of the step/);
    expect(stdout).not.toContain('```');
    expect(stdout).toMatch(/\nThe step ended as succeeded with exit code 0, as the story tells: .*\n$/);
  });

  test.each([
    [['--story', 'none'], {}, /^--story "none" is none of succeeded, /],
    [['--real'], {}, /^--real needs the API key in the environment variable PPIO_API_KEY\.$/],
    [['--real'], { PPIO_API_KEY: 'k' }, /^--real needs to know what to wait for: /],
    [['--real', '--story', 'failed'], {}, /^--story and --real exclude each other/],
    [['--image', 'x'], {}, /^--image goes with --real/],
    [['--input', 'imagge=x'], {}, /^--input "imagge=x" is not NAME=VALUE with one of image, /],
    [['--foo'], {}, /^Unknown option '--foo'; accepted are /],
  ])('refuses %j with %j in one sentence', (args, env, sentence) => {
    expect(() => readArguments(args, env)).toThrow(sentence);
  });

  test('says what it is going to ask the real API, and where, without the key', () => {
    const given = readArguments(
      ['--real', '--input', 'note=abc', '--input', 'cluster-ids=a,b', '--input', 'create-missing=true'],
      { PPIO_API_KEY: 'sk-secret' },
    );
    expect(
      plan(given === 'help' ? {} : { ...given.inputs, 'base-url': 'https://u:p@api.example.com/x/' }),
    ).toBe(`Waits on the real API, with the key in PPIO_API_KEY:
  note      abc
  clusters  a, b
  address   https://api.example.com/x, v1
  time      up to 30m, asking at least every 15s
  creates   tasks for clusters that have none
  deletes   nothing`);
  });
});

describe('a summary in the terminal', () => {
  test.each([
    ['## ❌ Not *warm*', '❌ Not warm'],
    ['a <code>b&#58;c</code> [d](https://e) **f**  \ng', 'a b:c d f\ng'],
    ['&lt;&#27;&#x202e;', '<\ufffd\ufffd'],
    ['<details><summary>&lt;b&#27;</summary></details>', '▾ <b\ufffd'],
    ['```mermaid\ngantt\n  title Tasks\n```', '[chart: Tasks; --markdown shows its source]'],
    ['```\nx\ny\n```', '    x\n    y'],
    ['<details><summary>12 more</summary>\n\n- x\n- y\n\n</details>', '▾ 12 more\n\n• x\n• y'],
    ['> x', '│ x'],
    ['| A | B |\n| --- | ---: |\n| 名名 | 1 |\n| x | 22 |', 'A      B\n名名   1\nx     22'],
    ['one two three four five', 'one two three four\nfive'],
    ['| A | B |\n| --- | --- |\n| host.example/team | x |', 'A                B\nhost.example/    x\nteam'],
  ])('%j reads %j', (markdown, shown) => {
    expect(renderMarkdown(markdown, 18)).toBe(shown);
  });
});
