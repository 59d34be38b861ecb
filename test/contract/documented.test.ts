import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { INPUT_DEFAULTS } from '../../src/inputs/inputs.ts';
import { RESULTS } from '../../src/outcome.ts';
import { OUTPUT_NAMES } from '../../src/report/outputs.ts';

const root = join(import.meta.dirname, '..', '..');
const READMES = {
  'README.md': { inputs: 'Inputs', outputs: 'Outputs', results: 'Results', required: 'required' },
  'README.zh-CN.md': { inputs: '输入', outputs: '输出', results: '结果', required: '必填' },
} as const;
type Readme = keyof typeof READMES;
const readmes = Object.entries(READMES).map(([file, words]) => {
  const text = readFileSync(join(root, file), 'utf8');
  return { file: file as Readme, words, text };
});
const action: {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
} = parse(readFileSync(join(root, 'action.yml'), 'utf8'));

/** The rows of the first table below a heading, as cells without back-ticks. */
function tableUnder(text: string, heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n');
  const start = lines.findIndex((line) => line.startsWith('| ---'));
  const rows = lines.slice(start + 1);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** A default that only the runner can fill in. */
const EXPRESSIONS: Readonly<Record<string, string>> = { 'github-token': '${{ github.token }}' };

describe('action.yml and the code say the same', () => {
  it('about the inputs, in the same order', () => {
    expect(Object.keys(action.inputs)).toEqual(Object.keys(INPUT_DEFAULTS));
  });

  it.each(Object.entries(INPUT_DEFAULTS))('about the default of %s', (name, inCode) => {
    expect(action.inputs[name]?.default ?? '').toBe(EXPRESSIONS[name] ?? inCode);
  });

  it('about the outputs, in the same order', () => {
    expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
  });

  it('about the results', () => {
    for (const result of RESULTS) expect(action.outputs['result']?.description).toContain(result);
  });
});

describe.each(readmes)('$file says the same as the code', ({ text, words }) => {
  it('about the inputs, their order and their defaults', () => {
    const documented = tableUnder(text, words.inputs).map(([name, inReadme]) => [name, inReadme]);
    const inCode = Object.entries(INPUT_DEFAULTS).map(([name, byDefault]) => [
      name,
      action.inputs[name]?.required ? words.required : (EXPRESSIONS[name] ?? (byDefault || '–')),
    ]);
    expect(documented).toEqual(inCode);
  });

  it('about the outputs, in the same order', () => {
    expect(tableUnder(text, words.outputs).map(([name]) => name)).toEqual([...OUTPUT_NAMES]);
  });

  it('about the results', () => {
    expect(tableUnder(text, words.results).map(([name]) => name)).toEqual([...RESULTS]);
  });
});

describe('the two READMEs say the same', () => {
  const [english = '', chinese = ''] = readmes.map(({ text }) => text);
  /** What no translation changes: of each line that matches, the parts that match. */
  const parts = (text: string, line: RegExp, part: RegExp) =>
    text
      .split('\n')
      .filter((one) => line.test(one))
      .map((one) => one.match(part) ?? []);

  it.each([
    ['the levels of their headings', /^#+ /, /^#+/g],
    ['the names in their tables', /^\|/, /`[^`]+`/g],
    ['the figures in their tables', /^\|/, /\d[\d.,:]*\d|\d/g],
    ['their pictures', /^!\[/, /\(.*\)$/g],
  ])('by %s', (_name, line, part) => {
    expect(parts(chinese, line, part)).toEqual(parts(english, line, part));
  });

  it('by their code', () => {
    const code = (text: string) => [...text.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, block]) => block);
    expect(code(chinese)).toEqual(code(english));
  });

  it('and point to each other', () => {
    expect(english).toContain('(README.zh-CN.md)');
    expect(chinese).toContain('(README.md)');
  });
});

describe('action.yml', () => {
  it('describes every input and output', () => {
    const described = [...Object.values(action.inputs), ...Object.values(action.outputs)];
    expect(described.map(({ description }) => description.length).every((length) => length > 20)).toBe(true);
  });

  it('runs the bundle on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
  });
});
