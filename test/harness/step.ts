import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOutputs } from './command-files.ts';
import { type Annotation, annotationsOf, type Command, commandsOf } from './commands.ts';
import { declaredInputs, type Environment, stepEnvironment } from './environment.ts';
import { LiveOutput } from './live-output.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface StepOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Set after everything else; undefined unsets. */
  readonly env?: Environment;
  /** PEM of an authority to trust, as NODE_EXTRA_CA_CERTS. */
  readonly extraCaCert?: string;
  /** Called with each whole line as it is printed. */
  readonly onLine?: (line: string) => void;
  /** A process that runs longer is killed, and `done` rejects with its output; Infinity lets it run. */
  readonly guardMs?: number;
  /** Keeps a Ctrl-C at the terminal from reaching the process by itself. */
  readonly ownGroup?: boolean;
  readonly entry?: string;
  readonly actionFile?: string;
}

export interface StepResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What is in the file that the output `result-file` names; null without one. */
  readonly resultFile: unknown;
  /** All that the step left in the runner's temp folder, command files included, by file name. */
  readonly files: Readonly<Record<string, string>>;
  /** Every line of both streams that a runner would take as a command. */
  readonly commands: readonly Command[];
  readonly annotations: readonly Annotation[];
  /** The values that the step asked to be masked. */
  readonly masks: readonly string[];
  readonly elapsedMs: number;
}

export interface Step {
  readonly stdout: string;
  /** Resolves once either stream holds the text; rejects when the process ends without it. */
  waitForOutput(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): boolean;
  readonly done: Promise<StepResult>;
}

const running = new Set<{ child: ChildProcess; home: string }>();

// A test run that is broken off leaves neither a process nor a directory behind.
process.once('exit', () => {
  for (const { child, home } of running) {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
});

/** Runs the action's bundle as a runner does and returns at once. */
export function startStep(options: StepOptions = {}): Step {
  const home = mkdtempSync(path.join(tmpdir(), 'step-'));
  const temp = path.join(home, 'temp');
  mkdirSync(temp);
  const extraEnv: Record<string, string> = {};
  if (options.extraCaCert !== undefined) {
    extraEnv['NODE_EXTRA_CA_CERTS'] = path.join(home, 'ca.pem');
    writeFileSync(path.join(home, 'ca.pem'), options.extraCaCert);
  }
  const declared = declaredInputs(options.actionFile ?? path.join(ROOT, 'action.yml'));
  const inputs = { ...declared, ...options.inputs };
  const env = stepEnvironment(temp, inputs, { ...extraEnv, ...options.env });
  const startedAt = performance.now();
  const child = spawn(process.execPath, [options.entry ?? path.join(ROOT, 'dist/index.js')], {
    cwd: home,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.ownGroup ?? false,
  });
  const entry = { child, home };
  running.add(entry);
  const stdout = new LiveOutput(child.stdout, options.onLine);
  const stderr = new LiveOutput(child.stderr, options.onLine);

  let ranAway = false;
  const guardMs = options.guardMs ?? 60_000;
  // A timer with Infinity would fire at once.
  const guard = Number.isFinite(guardMs)
    ? setTimeout(() => {
        ranAway = true;
        child.kill('SIGKILL');
      }, guardMs)
    : undefined;

  const done = new Promise<StepResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      const elapsedMs = performance.now() - startedAt;
      try {
        if (ranAway) {
          const texts = `stdout:\n${stdout.text}\nstderr:\n${stderr.text}`;
          throw new Error(`Still running after ${guardMs} ms.\n${texts}`);
        }
        const said = { exitCode, signal, stdout: stdout.text, stderr: stderr.text, elapsedMs };
        resolve({ ...said, ...evaluated(said.stdout, said.stderr, env), files: filesBelow(temp) });
      } catch (error) {
        reject(error);
      }
    });
  }).finally(() => {
    clearTimeout(guard);
    running.delete(entry);
    stdout.end();
    stderr.end();
    rmSync(home, { recursive: true, force: true });
  });
  // Whoever awaits `done` later still gets the rejection; until then it is not an unhandled one.
  done.catch(() => {});

  return {
    get stdout() {
      return stdout.text;
    },
    waitForOutput: (pattern) =>
      Promise.any([stdout.waitFor(pattern), stderr.waitFor(pattern)]).catch(() => {
        throw new Error(`Ended without ${pattern}.\nstdout:\n${stdout.text}\nstderr:\n${stderr.text}`);
      }),
    signal: (name) => child.kill(name),
    done,
  };
}

function evaluated(stdout: string, stderr: string, env: Environment) {
  const commands = [...commandsOf(stdout), ...commandsOf(stderr)];
  const outputs = parseOutputs(textOf(env['GITHUB_OUTPUT']));
  const resultFile = textOf(outputs['result-file']);
  return {
    commands,
    outputs,
    summary: textOf(env['GITHUB_STEP_SUMMARY']),
    resultFile: resultFile === '' ? null : (JSON.parse(resultFile) as unknown),
    annotations: annotationsOf(commands),
    masks: commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data),
  };
}

function filesBelow(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => path.join(parentPath, name));
  return Object.fromEntries(names.map((name) => [path.relative(directory, name), textOf(name)]));
}

/** The text of a file that a step may or may not have been able to write. */
function textOf(file: string | undefined): string {
  try {
    return file === undefined || file === '' ? '' : readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
