import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { declaredInputs, stepEnvironment } from '../../test/harness/environment.ts';

/** One run of a process. Times are milliseconds. */
export interface Run {
  /** From the start of the process to its exit. */
  readonly elapsed: number;
  /** From the last it said on stdout to its exit. */
  readonly lingered: number;
}

/** One run with a probe inside, which costs some time and memory of its own. */
export interface ProbedRun extends Run {
  readonly cpuSeconds: number;
  /** Bytes. */
  readonly peakMemory: number;
}

const LONGEST_COMPLAINT = 60_000; // a peer may wait for something instead of complaining

export type Inputs = Readonly<Record<string, string>>;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const BUNDLE = path.join(ROOT, 'dist/index.js');
const PROBE = fileURLToPath(new URL('./usage-probe.cjs', import.meta.url));
const DEFAULTS = declaredInputs(path.join(ROOT, 'action.yml'));

/** The committed bundle as a runner starts it. */
export async function runStep(inputs: Inputs): Promise<Run> {
  return (await runNode([BUNDLE], inputs)).run;
}

export async function runProbedStep(inputs: Inputs): Promise<ProbedRun> {
  const { run, usage } = await runNode(['--require', PROBE, BUNDLE], inputs);
  return { ...run, ...(JSON.parse(usage) as Omit<ProbedRun, keyof Run>) };
}

/** A bundle that has no inputs, up to its complaint about the one that it misses first. */
export async function runWithoutInputs(bundle: string): Promise<Run> {
  return (await runNode([bundle], null)).run;
}

/** A one-line script in the environment of a step. */
export async function runScript(script: string): Promise<Run> {
  return (await runNode(['-e', script], {})).run;
}

/** `inputs`: those of a step that must succeed, or `null` for one that has none and may fail. */
async function runNode(args: readonly string[], inputs: Inputs | null): Promise<{ run: Run; usage: string }> {
  const temp = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const env = stepEnvironment(temp, inputs === null ? {} : { ...DEFAULTS, ...inputs }, {});
  try {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, {
      cwd: temp,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      ...(inputs === null ? { timeout: LONGEST_COMPLAINT } : {}),
    });
    const [, stdout, stderr, probe] = child.stdio as unknown as [null, Readable, Readable, Readable];
    let lastSaidAt = startedAt;
    let said = '';
    stdout.on('data', (chunk) => {
      lastSaidAt = performance.now();
      said += chunk;
    });
    const texts = Promise.all([text(stderr), text(probe)]);
    let exitedAt = Number.NaN;
    child.once('exit', () => {
      exitedAt = performance.now();
    });
    await once(child, 'close');
    const [complaint, usage] = await texts;
    if (inputs !== null && child.exitCode !== 0) {
      throw new Error(`exit code ${child.exitCode}\n${said}\n${complaint}`);
    }
    const run = { elapsed: exitedAt - startedAt, lingered: Math.max(0, exitedAt - lastSaidAt) };
    return { run, usage };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}
