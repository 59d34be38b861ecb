import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
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

/** Below the time limit of a test, so that the failure shows what a hanging workflow printed. */
const GUARD_MS = 25_000;
const LONGEST_OUTPUT = 64 * 2 ** 20;

export interface Scene {
  /** File name in `examples/`. */
  readonly example: string;
  /** The API that the action talks to. */
  readonly api: { readonly url: string };
  /** Laid over the inputs of every step that uses the action. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** `workflow_dispatch` by default; `payload` is what GitHub would tell about it. */
  readonly event?: string;
  readonly payload?: unknown;
  /** GitHub's API; without it the workflow must not need any. */
  readonly github?: { readonly url: string };
  /** Besides those for the API and for GitHub. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Each number is a commit of its own; the same number is the same commit, whenever it is made. */
  readonly commit?: number;
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

/**
 * Runs an example in a repository of its own, on this machine and without the internet. The workflow stays as it is but
 * for the inputs; the action that it names is this working tree's `action.yml` and `dist/`.
 */
export async function runExample(scene: Scene): Promise<WorkflowRun> {
  if (!fs.existsSync(join(ACT_FOLDER, 'act'))) {
    throw new Error(`act ${ACT_VERSION} is not installed: npm run test:workflows installs it.`);
  }
  const home = fs.mkdtempSync(join(tmpdir(), 'workflow-'));
  try {
    const env = {
      PATH: [join(home, 'bin'), join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_CONFIG_HOME: join(home, 'config'),
    };
    const sha = furnished(home, scene, env);
    // Without a GITHUB_TOKEN act asks the gh command for the user's own.
    const defaults = { PPIO_API_KEY: DEFAULT_API_KEY, GITHUB_TOKEN: DEFAULT_GITHUB_TOKEN };
    const args = [
      scene.event ?? 'workflow_dispatch',
      ...['--workflows', `.github/workflows/${scene.example}`, '--eventpath', join(home, 'event.json')],
      ...['--json', '--no-cache-server', '--use-new-action-cache', '--action-offline-mode'],
      ...['--platform', 'ubuntu-latest=-self-hosted'],
      ...['--local-repository', `${PUBLISHED}=${join(home, 'action')}`],
      // Nothing listens there: what tries to reach GitHub unasked fails.
      ...['--env', `GITHUB_API_URL=${scene.github?.url ?? 'http://127.0.0.1:9'}`],
      ...Object.entries({ ...defaults, ...scene.secrets }).flatMap(([name, value]) => [
        '--secret',
        `${name}=${value}`,
      ]),
    ];
    return { sha, ...(await act(args, join(home, 'repository'), env)) };
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
}

/** Fills the folder with what the run needs, and commits the workflow. @returns the commit. */
function furnished(home: string, scene: Scene, env: Readonly<Record<string, string>>): string {
  const repository = join(home, 'repository');
  for (const folder of ['bin', 'tmp', 'action', 'repository/.github/workflows']) {
    fs.mkdirSync(join(home, folder), { recursive: true });
  }
  fs.cpSync(join(ROOT, 'action.yml'), join(home, 'action', 'action.yml'));
  fs.cpSync(join(ROOT, 'dist'), join(home, 'action', 'dist'), { recursive: true });
  for (const [name, script] of Object.entries(scene.commands ?? {})) {
    fs.writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  fs.writeFileSync(join(home, 'event.json'), JSON.stringify(scene.payload ?? {}));
  // All of them, as one may call another.
  for (const name of fs.readdirSync(join(ROOT, 'examples'))) {
    const example = fs.readFileSync(join(ROOT, 'examples', name), 'utf8');
    const text = withInputs(example, { 'base-url': scene.api.url, ...scene.inputs });
    fs.writeFileSync(join(repository, '.github', 'workflows', name), text);
  }
  const date = `2026-01-01T00:00:${String(scene.commit ?? 0).padStart(2, '0')}Z`;
  const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
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

/** Runs act to its end. Asked to end by the guard, it ends its steps too, which are in sessions of their own. */
function act(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Omit<WorkflowRun, 'sha'>> {
  const options = { cwd, env, timeout: GUARD_MS, maxBuffer: LONGEST_OUTPUT };
  return new Promise((resolve, reject) => {
    execFile(join(ACT_FOLDER, 'act'), args, options, (error, stdout, stderr) => {
      if (error?.killed || typeof error?.code === 'string') {
        reject(new Error(`act did not end by itself: ${error.message}\n${stdout}\n${stderr}`));
      } else {
        resolve({ exitCode: error === null ? 0 : (error.code ?? null), jobs: jobsIn(stdout) });
      }
    });
  });
}
