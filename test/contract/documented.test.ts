import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { INPUT_DEFAULTS } from '../../src/inputs/inputs.ts';
import { RESULTS } from '../../src/outcome.ts';
import { OUTPUT_NAMES } from '../../src/report/outputs.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const action: {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
} = parse(read('action.yml'));

const ENGLISH = 'README.md';
const CHINESE = 'README.zh-CN.md';
const READMES = Object.entries({
  [ENGLISH]: ['Inputs', 'Outputs', 'What happens', 'Troubleshooting', 'required'],
  [CHINESE]: ['输入', '输出', '会发生什么', '故障排查', '必填'],
}).map(([file, [inputs, outputs, results, messages, required]]) => {
  return { file, text: read(file), words: { inputs, outputs, results, messages, required } };
});

/** The rows of every table in the section under a heading, as cells without back-ticks. */
function rowsUnder(text: string, heading = ''): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const isRow = (line = '') => line.startsWith('|') && !line.startsWith('| ---');
  const lines = section.split('\n');
  return lines
    .filter((line, index) => isRow(line) && !lines[index + 1]?.startsWith('| ---'))
    .map((row) => row.replaceAll('`', '').split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** A default that only the runner can fill in. */
const EXPRESSIONS = { 'github-token': '${{ github.token }}' };

describe('action.yml and the code say the same', () => {
  it('about the inputs, in the same order, and their defaults', () => {
    const inFile = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']);
    expect(inFile).toEqual(Object.entries({ ...INPUT_DEFAULTS, ...EXPRESSIONS }));
  });

  it('about the outputs, in the same order, and the results', () => {
    expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
    for (const result of RESULTS) expect(action.outputs['result']?.description).toContain(result);
  });

  it('with a description of every input and output', () => {
    const described = [...Object.values(action.inputs), ...Object.values(action.outputs)];
    expect(described.filter(({ description }) => description.length <= 20)).toEqual([]);
  });
});

describe.each(READMES)('$file says the same as the code', ({ text, words }) => {
  it('about the inputs and their defaults, in groups', () => {
    const documented = rowsUnder(text, words.inputs).map(([name, byDefault]) => [name, byDefault]);
    const inCode = Object.entries({ ...INPUT_DEFAULTS, ...EXPRESSIONS }).map(([name, byDefault]) => [
      name,
      action.inputs[name]?.required ? words.required : byDefault || '–',
    ]);
    expect(documented.sort()).toEqual(inCode.sort());
  });

  it('about the outputs, in the same order, and the results', () => {
    expect(rowsUnder(text, words.outputs).map(([name]) => name)).toEqual([...OUTPUT_NAMES]);
    expect(rowsUnder(text, words.results).map(([name]) => name)).toEqual(RESULTS.slice(0, 4));
    for (const result of RESULTS) expect(text).toContain(`\`${result}\``);
  });

  it('says once what the placeholder for the owner stands for', () => {
    expect(text.match(/`OWNER`/g)).toHaveLength(1);
  });
});

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(join('src', name)))
  .join('\n');

describe.each([
  ...READMES.map(({ file, words }) => [file, words.messages] as const),
  ['docs/troubleshooting.md', 'Messages'] as const,
])('Every message in the table of %s', (file, heading) => {
  const messages = rowsUnder(read(file), heading).map(([message = '']) => message);

  it('is one of a dozen or more that the code can say', () => {
    expect(messages.length).toBeGreaterThanOrEqual(12);
    for (const message of messages) {
      // What varies is written as `…`; what is left stands in the source as it is.
      const parts = message.split('…').map((part) => part.trim());
      expect(Math.max(...parts.map((part) => part.length)), message).toBeGreaterThan(8);
      expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
    }
  });
});

describe('The two READMEs say the same', () => {
  const [english = '', chinese = ''] = READMES.map(({ text }) => text);
  /** What no translation changes: of each line that matches, the parts that match. */
  const parts = (text: string, line: RegExp, part: RegExp) => {
    const lines = text.split('\n').filter((one) => line.test(one));
    return lines.map((one) => one.match(part) ?? []);
  };

  it.each([
    ['the levels of their headings', /^#+ /, /^#+/g],
    ['the names in their tables', /^ *\|/, /`[^`]+`/g],
    ['the figures in their tables', /^ *\|/, /\d[\d.,:]*\d|\d/g],
    ['their pictures', /docs\/summary/, /docs\/summary[^"]*/g],
  ])('by %s', (_name, line, part) => {
    expect(parts(chinese, line, part)).toEqual(parts(english, line, part));
  });

  it('by their code, and point to each other', () => {
    const code = (text: string) =>
      [...text.matchAll(/^[> ]*```\w*\n(.*?)^[> ]*```/gms)].map(([, block]) => block);
    expect(code(chinese)).toEqual(code(english));
    expect([english.includes(`(${CHINESE})`), chinese.includes(`(${ENGLISH})`)]).toEqual([true, true]);
  });
});

const PAGES = [ENGLISH, CHINESE, 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].concat(
  readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
);

/** The anchors that GitHub gives to a page's headings. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\- ]/gu, '');
    return words.replaceAll(' ', '-');
  });

it.each(PAGES)('%s links to nothing in this repository that is not there', (file) => {
  const hrefs: string[] = [];
  marked.walkTokens(marked.lexer(read(file)), (token) => {
    if (token.type === 'link') hrefs.push(token.href);
    if (token.type === 'html')
      hrefs.push(...[...token.text.matchAll(/src(?:set)?="([^"]*)"/g)].map(([, src]) => src));
  });
  const dead = [...new Set(hrefs)].filter((href) => {
    const [path = '', anchor] = decodeURI(href).split('#');
    const target = path === '' ? file : join(dirname(file), path);
    const isThere = /^https:/.test(href) || existsSync(join(ROOT, target));
    return !isThere || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(dead).toEqual([]);
});

it('SECURITY.md names every package that is bundled, and only tests that are there', () => {
  const security = read('SECURITY.md');
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
  expect(Object.keys(dependencies).filter((name) => !security.includes(`\`${name}\``))).toEqual([]);
  const named = [...security.matchAll(/`(test\/[\w/.-]+)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
});

it('CONTRIBUTING.md has a row for each folder and file in src/', () => {
  const rows = rowsUnder(read('CONTRIBUTING.md'), 'Where a line of code belongs').map(([name = '']) => name);
  const inSource = readdirSync(join(ROOT, 'src')).map((name) =>
    statSync(join(ROOT, 'src', name)).isDirectory() ? `src/${name}/` : `src/${name}`,
  );
  expect(rows.flatMap((row) => row.split(', ')).sort()).toEqual(inSource.sort());
});

it('no name stands anywhere in place of the placeholder for the owner', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0');
  const texts = files.filter((file) => /\.(md|ya?ml|ts|json)$/.test(file) && existsSync(join(ROOT, file)));
  const named = texts.flatMap((file) => {
    const names = read(file).matchAll(/([\w-]+)\/wait-for-image-prewarm\b/g);
    return [...names].map(([, owner]) => `${owner} in ${file}`);
  });
  expect(named.filter((name) => !name.startsWith('OWNER in '))).toEqual([]);
});
