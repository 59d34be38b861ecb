import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { INPUT_DEFAULTS } from '../../src/inputs.ts';
import { RESULTS } from '../../src/outcome.ts';
import { OUTPUT_NAMES } from '../../src/outputs.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const action: {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
} = parse(readFileSync(join(root, 'action.yml'), 'utf8'));

/** The rows of the first table below a heading of the README, as cells without back-ticks. */
function tableUnder(heading: string): string[][] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
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

describe('action.yml, the code and the README say the same', () => {
  it('about the inputs, in the same order', () => {
    const names = Object.keys(INPUT_DEFAULTS);
    expect(Object.keys(action.inputs)).toEqual(names);
    expect(tableUnder('Inputs').map(([name]) => name)).toEqual(names);
  });

  it.each(Object.entries(INPUT_DEFAULTS))('about the default of %s', (name, inCode) => {
    const inReadme = tableUnder('Inputs').find((row) => row[0] === name)?.[1];
    expect(action.inputs[name]?.default ?? '').toBe(inCode);
    expect(inReadme).toBe(action.inputs[name]?.required ? 'required' : inCode || '–');
  });

  it('about the outputs, in the same order', () => {
    expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
    expect(tableUnder('Outputs').map(([name]) => name)).toEqual([...OUTPUT_NAMES]);
  });

  it('about the results', () => {
    expect(tableUnder('Results').map(([name]) => name)).toEqual([...RESULTS]);
    for (const result of RESULTS) expect(action.outputs['result']?.description).toContain(result);
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

interface Step {
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
}

/** Every step anywhere in a workflow, or part of one, that uses this action. */
function stepsOf(yaml: unknown): Step[] {
  if (typeof yaml !== 'object' || yaml === null) return [];
  const inside = Object.values(yaml).flatMap(stepsOf);
  return String((yaml as Step).uses).includes('wait-for-image-prewarm@') ? [yaml, ...inside] : inside;
}

describe('README', () => {
  it.each([...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => [block]))(
    'has a YAML block that can be pasted:\n%s',
    (block) => {
      const inputs = stepsOf(parse(block)).flatMap((step) => Object.keys(step.with ?? {}));
      expect(inputs.filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([]);
      const outputs = [...block.matchAll(/steps\.prewarm\.outputs\.([\w-]+)/g)].map(([, name = '']) => name);
      expect(outputs.filter((name) => !Object.hasOwn(action.outputs, name))).toEqual([]);
    },
  );
});
