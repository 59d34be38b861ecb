import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  return { name, text, workflow: parse(text) as Workflow };
});
const jobs = files.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${name}, ${id}`, job })),
);

describe.each(files)('$name', ({ text, workflow }) => {
  it('pins every action by its commit, with the version beside it, and each to one commit', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line) && !/\buses: \.\/(\s|$)/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) {
      expect(line).toMatch(/^ +(- )?uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('gives nothing to a job that does not ask, and says which runs exclude each other', () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency).toBeDefined();
  });
});

it('takes each repository of actions at one commit and version everywhere', () => {
  const pins = files.flatMap(({ text }) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(\S+ # \S+)/g)]);
  const byRepository = Map.groupBy(pins, ([, repository = '']) => repository);
  for (const [repository, found] of byRepository) {
    expect(new Set(found.map(([, , pin]) => pin)).size, repository).toBe(1);
  }
});

describe.each(jobs)('$name', ({ job }) => {
  it('has a time limit and permissions of its own', () => {
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(job.permissions).toBeTypeOf('object');
  });

  it('keeps no credentials in what it checks out', () => {
    for (const { with: inputs } of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
      expect(inputs?.['persist-credentials']).toBe(false);
    }
  });

  it('pastes nothing into a script', () => {
    for (const { run = '' } of job.steps) {
      expect(run).not.toContain('${{');
    }
  });
});

it('has the same major version of Node in .node-version, among the dependencies and in action.yml', () => {
  const inFile = readFileSync(join(root, '.node-version'), 'utf8').trim();
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const { runs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { runs: { using: string } };
  expect(devDependencies['node']?.split('.')[0]).toBe(inFile);
  expect(runs.using).toBe(`node${inFile}`);
});
