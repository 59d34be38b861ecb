import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isMap, parseDocument, visit } from 'yaml';
import { DEFAULT_API_KEY } from '../simulator/api.ts';
import { DEFAULT_GITHUB_TOKEN, DEFAULT_REPOSITORY } from '../simulator/github.ts';
import { type JobRun, jobsIn } from './act-log.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PUBLISHED = 'OWNER/wait-for-image-prewarm@v1';

/** The version of act (https://nektosact.com) that runs the workflows, and the folder its executable is in. */
export const ACT_VERSION = 'v0.2.89';
export const ACT_FOLDER = join(ROOT, 'node_modules', '.cache', 'act', ACT_VERSION);

/** Below the time limit of a test, so that what a hanging workflow has said is part of the failure. */
const GUARD_MS = 25_000;

export interface Scene {
  /** File name in `examples/`. */
  readonly example: string;
  /** The API that the action talks to. */
  readonly api: { readonly url: string };
  /** Laid over the inputs of every step that uses the action. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** `workflow_dispatch` by default. */
  readonly event?: string;
  /** What GitHub would tell about the event. */
  readonly payload?: unknown;
  /** GitHub's API; without it the workflow must not need any. */
  readonly github?: { readonly url: string };
  /** Besides those for the API and for GitHub. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Shell scripts that stand in for commands, by name. */
  readonly commands?: Readonly<Record<string, string>>;
}

export interface WorkflowRun {
  readonly exitCode: number | null;
  /** The jobs that started, in that order. */
  readonly jobs: readonly JobRun[];
  /** The commit that the workflow ran for. */
  readonly sha: string;
}

const running = new Set<{ act: ChildProcess; home: string }>();

// A test run that is broken off leaves neither a process nor a folder behind.
process.once('exit', () => {
  for (const { act, home } of running) {
    act.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
});

/**
 * Runs an example in a repository of its own, on this machine and without the internet. The workflow stays as it is, but
 * for the inputs; the action it names is this working tree's `action.yml` and `dist/`.
 */
export async function runExample(scene: Scene): Promise<WorkflowRun> {
  if (!existsSync(join(ACT_FOLDER, 'act'))) {
    throw new Error(`act ${ACT_VERSION} is not installed: npm run test:workflows installs it.`);
  }
  const home = mkdtempSync(join(tmpdir(), 'workflow-'));
  try {
    const env = {
      PATH: [join(home, 'bin'), join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_CONFIG_HOME: join(home, 'config'),
    };
    const sha = furnished(home, scene, env);
    const secrets = {
      PPIO_API_KEY: DEFAULT_API_KEY,
      // Without one act asks the gh command for the user's own.
      GITHUB_TOKEN: DEFAULT_GITHUB_TOKEN,
      ...scene.secrets,
    };
    const act = spawn(
      join(ACT_FOLDER, 'act'),
      [
        scene.event ?? 'workflow_dispatch',
        ...['--json', '--no-cache-server', '--use-new-action-cache', '--action-offline-mode'],
        ...['--platform', 'ubuntu-latest=-self-hosted'],
        ...['--local-repository', `${PUBLISHED}=${join(home, 'action')}`],
        ...['--eventpath', join(home, 'event.json')],
        // Nothing listens there: what tries to reach GitHub unasked fails.
        ...['--env', `GITHUB_API_URL=${scene.github?.url ?? 'http://127.0.0.1:9'}`],
        ...Object.entries(secrets).flatMap(([name, value]) => ['--secret', `${name}=${value}`]),
      ],
      { cwd: join(home, 'repository'), env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return { sha, ...(await ended(act, home)) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Fills the folder with what the run needs, and commits the workflow. @returns the commit. */
function furnished(home: string, scene: Scene, env: Readonly<Record<string, string>>): string {
  const repository = join(home, 'repository');
  for (const folder of ['bin', 'tmp', 'action', 'repository/.github/workflows']) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  cpSync(join(ROOT, 'action.yml'), join(home, 'action', 'action.yml'));
  cpSync(join(ROOT, 'dist'), join(home, 'action', 'dist'), { recursive: true });
  for (const [name, script] of Object.entries(scene.commands ?? {})) {
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  writeFileSync(join(home, 'event.json'), JSON.stringify(scene.payload ?? {}));
  const example = readFileSync(join(ROOT, 'examples', scene.example), 'utf8');
  writeFileSync(
    join(repository, '.github', 'workflows', scene.example),
    withInputs(example, { 'base-url': scene.api.url, ...scene.inputs }),
  );
  // The same workflow is the same commit, whenever it is made.
  const dates = { GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' };
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: repository, env: { ...env, ...dates }, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main');
  git('remote', 'add', 'origin', `https://github.com/${DEFAULT_REPOSITORY}`);
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message=test');
  return git('rev-parse', 'HEAD').trim();
}

/** The workflow with these inputs for the action, wherever it uses it. */
function withInputs(workflow: string, inputs: Readonly<Record<string, string>>): string {
  const document = parseDocument(workflow);
  visit(document, {
    Map: (_, step) => {
      if (step.get('uses') !== PUBLISHED) return;
      const given = step.get('with');
      for (const [name, value] of Object.entries(inputs)) {
        if (isMap(given)) given.set(name, value);
      }
    },
  });
  return document.toString();
}

async function ended(act: ChildProcess, home: string): Promise<Omit<WorkflowRun, 'sha'>> {
  const entry = { act, home };
  running.add(entry);
  let stdout = '';
  let stderr = '';
  act.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  act.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let ranAway = false;
  const guards = [
    setTimeout(() => {
      ranAway = true;
      // Asked to end, act ends its steps too, which are in sessions of their own.
      act.kill('SIGTERM');
    }, GUARD_MS),
    setTimeout(() => act.kill('SIGKILL'), GUARD_MS + 3_000),
  ];
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      act.once('error', reject);
      act.once('close', resolve);
    });
    if (ranAway) {
      throw new Error(`Still running after ${GUARD_MS} ms.\n${stdout}\n${stderr}`);
    }
    return { exitCode, jobs: jobsIn(stdout) };
  } finally {
    guards.forEach(clearTimeout);
    running.delete(entry);
  }
}
