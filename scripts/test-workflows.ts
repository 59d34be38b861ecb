import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ACT_FOLDER, ACT_VERSION } from '../test/workflows/act.ts';

// `node scripts/test-workflows.ts` runs the workflow tests, with a copy of act of their own; arguments go to vitest.
const root = join(import.meta.dirname, '..');

/** @returns the exit code, or null when there is no such command. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number | null {
  const { error, status } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    return null;
  }
  if (error !== undefined) {
    throw error;
  }
  return status ?? 1;
}

function installAct(): number {
  console.log(`Installing act ${ACT_VERSION} in ${ACT_FOLDER}`);
  const env = { ...process.env, GOBIN: ACT_FOLDER };
  const exitCode = run('go', ['install', `github.com/nektos/act@${ACT_VERSION}`], env);
  if (exitCode === null) {
    console.error(
      `The workflow tests need Go (https://go.dev/dl): with it they install act ${ACT_VERSION}, once.`,
    );
  }
  return exitCode ?? 1;
}

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const installed = existsSync(join(ACT_FOLDER, 'act')) ? 0 : installAct();
process.exitCode =
  installed ||
  run(process.execPath, [vitest, 'run', '--project', 'workflows', ...process.argv.slice(2)]) ||
  0;
