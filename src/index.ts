import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import { run } from './run.ts';
import { ownFault } from './text.ts';

const LINGER_LIMIT = 1_500; // a cancelled step must be gone within 2 s

const cancellation = new AbortController();
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const) {
  process.on(signal, () => {
    if (cancellation.signal.aborted) leave(128 + number, signal);
    cancellation.abort(signal);
    // Exit 1 if the time ends before the outcome is reported.
    setTimeout(() => leave(process.exitCode ?? 1, 'SIGKILL'), LINGER_LIMIT).unref();
  });
}

/** Ends the process at once. process.exit() blocks on pending file I/O, so the process is killed while there is any. */
function leave(exitCode: number | string, lastResort: NodeJS.Signals): never {
  const isWriting = process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
  if (isWriting) {
    process.removeAllListeners(lastResort);
    process.kill(process.pid, lastResort);
  }
  process.exit(exitCode);
}

/** The value of a variable that the runner sets. Throws when it is not set. */
function runnerVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

run({
  env: process.env,
  clock: {
    // Not Date.now(): the wall clock may be set during the wait.
    now: () => performance.timeOrigin + performance.now(),
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, Math.max(0, milliseconds));
      return () => clearTimeout(timer);
    },
  },
  signal: cancellation.signal,
  random: Math.random,
  input: (name) => core.getInput(name, { trimWhitespace: false }),
  mask: core.setSecret,
  info: core.info,
  debug: core.isDebug() ? core.debug : () => {},
  warning: core.warning,
  fail: core.setFailed,
  settle: () => {
    process.exitCode ??= 0;
  },
  writeOutputs: (outputs) => {
    runnerVariable('GITHUB_OUTPUT');
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  },
  writeSummary: async (markdown) => {
    await core.summary.addRaw(markdown).write();
  },
  writeResultFile: (content) => {
    const path = join(runnerVariable('RUNNER_TEMP'), `image-prewarm-${randomUUID()}.json`);
    writeFileSync(path, content);
    return path;
  },
})
  .catch((bug) => {
    core.setFailed(ownFault(bug));
  })
  .finally(() => {
    // Unreferenced: it ends the process only where something else still keeps it.
    setTimeout(() => process.exit(), LINGER_LIMIT).unref();
  });
