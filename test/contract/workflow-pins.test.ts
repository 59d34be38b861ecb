import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { uses?: string; run?: string; with?: Readonly<Record<string, unknown>> }[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const ROOT = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const files = readdirSync(join(ROOT, '.github', 'workflows')).map((name) => {
  const text = read(`.github/workflows/${name}`);
  return { name, text, workflow: parse(text) as Workflow };
});
const jobs = files.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${name}, ${id}`, job })),
);

describe.each(files)('$name', ({ text, workflow }) => {
  it('pins every action by its commit, with the version beside it', () => {
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

  it('runs in a merge queue too, when it checks pull requests', () => {
    expect('merge_group' in workflow.on).toBe('pull_request' in workflow.on);
  });
});

it('takes each repository of actions at one commit and version everywhere', () => {
  const pins = files.flatMap(({ text }) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(\S+ # \S+)/g)]);
  for (const [repository, found] of Map.groupBy(pins, ([, name = '']) => name)) {
    expect(new Set(found.map(([, , pin]) => pin)).size, repository).toBe(1);
  }
});

describe.each(jobs)('$name', ({ job }) => {
  it('has a time limit, permissions of its own, and writes contents only in the environment for releases', () => {
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(job.permissions).toBeTypeOf('object');
    expect(job.environment).toBe(job.permissions?.['contents'] === 'write' ? 'release' : undefined);
  });

  it('keeps no credentials, pastes nothing into a script, and installs without install scripts', () => {
    for (const { uses, run = '', with: inputs } of job.steps) {
      if (uses?.startsWith('actions/checkout@')) expect(inputs?.['persist-credentials']).toBe(false);
      expect(run).not.toContain('${{');
      expect(run).not.toMatch(/npm (ci|install)(?! --ignore-scripts)/);
    }
  });
});

it('has owners for the workflows and for what users run', () => {
  expect(read('.github/CODEOWNERS')).toMatch(/^\/\.github\/ @\S+\n\/dist\/ @\S+$/m);
});

it('records no addresses in the lock file', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"');
});

it('has the same major version of Node in .node-version, among the dependencies and in action.yml', () => {
  const inFile = read('.node-version').trim();
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  const { runs } = parse(read('action.yml')) as { runs: object };
  expect(devDependencies['node']?.split('.')[0]).toBe(inFile);
  expect(runs).toEqual({ using: `node${inFile}`, main: 'dist/index.js' });
});
