import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { linesOf, parseCommand } from '../harness/commands.ts';
import { type Step, type StepOptions, type StepResult, startStep } from '../harness/step.ts';
import {
  DEFAULT_API_KEY,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/server.ts';
import { type Scripted, type TaskOptions, task, type WireFields } from '../simulator/wire.ts';
import { API_VERSION } from './api-version.ts';

/** A simulated API and a step that watches it. */
export interface Scene extends SimulatorOptions {
  /** Over those that every scene has. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly step?: Omit<StepOptions, 'inputs'>;
}

/** A task as it is in the outputs and in the result file. */
interface TaskJson {
  readonly id: string;
  readonly clusterId: string;
  readonly state: string;
  readonly [field: string]: unknown;
}

interface ResultFile {
  readonly version: number;
  readonly result: string;
  readonly message: string;
  readonly waitedSeconds: number;
  readonly polls: number;
  readonly failedPolls: number;
  readonly tasks: readonly TaskJson[];
}

/** What a step said and left behind, read the way a workflow reads it. */
export interface Ended extends StepResult {
  readonly result: string;
  readonly message: string;
  readonly tasks: readonly TaskJson[];
  /** Ids in the output `task-ids`, sorted. */
  readonly taskIds: readonly string[];
  readonly file: ResultFile;
  /** What people read in the log: no commands, no empty lines. */
  readonly log: readonly string[];
}

const OUTPUTS = Object.keys(
  (
    parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')) as {
      outputs: Record<string, unknown>;
    }
  ).outputs,
).sort();

const LISTS = ['tasks', 'task-ids', 'image-urls', 'ready-clusters', 'failed-clusters', 'created-task-ids'];
const LARGEST_LIST = 64 * 1024;

/** Below the time limit of a test, so that what a hanging step has said is part of the failure. */
const GUARD_MS = 25_000;

const INPUTS = {
  'api-key': DEFAULT_API_KEY,
  'api-version': API_VERSION,
  image: 'app',
  timeout: '20s',
  'poll-interval': '1s',
};
/** Inputs that no text may show. */
const SECRETS = ['api-key', 'registry-auth-id', 'github-token'];

/** A step under way. Leaving its block ends process and server, whatever has become of the test. */
export class Performance implements AsyncDisposable {
  readonly sim: Simulator;
  readonly step: Step;
  readonly #inputs: Readonly<Record<string, string>>;

  constructor(sim: Simulator, step: Step, inputs: Readonly<Record<string, string>>) {
    this.sim = sim;
    this.step = step;
    this.#inputs = inputs;
  }

  /** Resolves with the event; rejects when the step ends without it. */
  async until<T>(event: Promise<T>): Promise<T> {
    const ended = this.step.done.then(({ stdout }) => {
      throw new Error(`The step ended before the event.\nstdout:\n${stdout}`);
    });
    return await Promise.race([event, ended]);
  }

  /** The step's end, with everything checked that holds for every step. */
  async end(): Promise<Ended> {
    return checked(await this.step.done, this.sim, this.#inputs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.step.signal('SIGCONT');
    this.step.signal('SIGKILL');
    await this.step.done.catch(() => {});
    await this.sim.close();
  }
}

/** Starts the API and a step that waits on it. */
export async function start(scene: Scene = {}): Promise<Performance> {
  const sim = await startSimulator(scene);
  const inputs = { ...INPUTS, 'base-url': sim.url, ...scene.inputs };
  const step = startStep({ guardMs: GUARD_MS, ...scene.step, inputs });
  return new Performance(sim, step, inputs);
}

/** Runs a scene to its end. */
export async function play(scene: Scene = {}): Promise<Ended & { readonly sim: Simulator }> {
  await using performance = await start(scene);
  return { ...(await performance.end()), sim: performance.sim };
}

/**
 * Each request in the order of arrival: `poll.page status` for one of the listing, `poll.id status` for one about a single
 * task, `POST status` for one to create a task, `quota status` for one about the quota.
 */
export function requestsOf(sim: Simulator): string[] {
  return sim.requests.map(({ method, path, poll, page, status }) => {
    const last = decodeURIComponent(path.split('/').at(-1) ?? '');
    const what = method === 'POST' ? method : poll === null ? last : `${poll}.${page ?? last}`;
    return `${what} ${status}`;
  });
}

/** Milliseconds between one request and the next. */
export function gapsOf(sim: Simulator): number[] {
  return sim.requests
    .slice(1)
    .map(({ receivedMs }, index) => receivedMs - (sim.requests[index]?.receivedMs ?? 0));
}

/** A task in a cluster of its own, which has the task's id. */
export function lone(id: string, options: TaskOptions = {}): Scripted {
  return task({ id, clusterId: id, ...options });
}

/** A task that is `Running` until a poll, and what the options say from then on. */
export function until(poll: number, then: WireFields, options: TaskOptions = {}): Scripted {
  return task({ state: 'Running', ...options, steps: [{ fromPoll: poll, ...then }] });
}

/** `count` tasks, each in a cluster of its own. */
export function many(count: number, options: TaskOptions = {}): Scripted[] {
  return Array.from({ length: count }, (_, index) => lone(`many-${index + 1}`, options));
}

/** What holds whatever the result is. */
function checked(ended: StepResult, sim: Simulator, inputs: Readonly<Record<string, string>>): Ended {
  const { outputs, exitCode, signal, stdout, stderr, summary, files, annotations } = ended;
  expect({ exitCode, signal, stderr }, stdout).toEqual({
    exitCode: expect.any(Number),
    signal: null,
    stderr: '',
  });
  expect(stdout, 'no stack trace').not.toMatch(/\.[jt]s:\d+:\d+/);
  expect(Object.keys(outputs).sort(), 'every output is set, and no other').toEqual(OUTPUTS);

  const output = (name: string) => outputs[name] ?? '';
  for (const name of LISTS) {
    expect(JSON.parse(output(name)), name).toBeInstanceOf(Array);
    expect(Buffer.byteLength(output(name)), name).toBeLessThanOrEqual(LARGEST_LIST);
  }
  const countOf = (name: 'total' | 'succeeded' | 'failed' | 'unfinished') => {
    expect(output(`${name}-count`)).toMatch(/^\d+$/);
    return Number(output(`${name}-count`));
  };
  expect(countOf('succeeded') + countOf('failed') + countOf('unfinished')).toBe(countOf('total'));
  expect(output('message'), 'one line').toMatch(/^[^\r\n]+$/);

  const file = ended.resultFile as ResultFile;
  expect(file).toEqual({
    version: 1,
    result: output('result'),
    message: output('message'),
    waitedSeconds: Number(output('waited-seconds')),
    polls: expect.any(Number),
    failedPolls: expect.any(Number),
    tasks: expect.any(Array),
  });
  expect(output('waited-seconds')).toMatch(/^\d+$/);
  expect(file.tasks).toHaveLength(countOf('total'));
  const tasks = JSON.parse(output('tasks')) as TaskJson[];
  expect(file.tasks.slice(0, tasks.length), 'the tasks are the first ones of the file').toEqual(tasks);

  const verdicts = annotations.filter(({ message }) => message === output('message'));
  expect(verdicts, 'the message is annotated unless all is well').toHaveLength(
    exitCode === 0 && output('result') === 'succeeded' ? 0 : 1,
  );
  expect(verdicts.every(({ level }) => level === (exitCode === 0 ? 'warning' : 'error'))).toBe(true);
  expect(annotations.filter(({ level }) => level === 'error')).toHaveLength(exitCode === 0 ? 0 : 1);

  for (const { method, query } of sim.requests) {
    expect(inputs['create-missing'] === 'true' ? ['GET', 'POST'] : ['GET']).toContain(method);
    expect(query, 'a filter on the state would lose tasks').not.toHaveProperty('state');
    expect(query, 'a filter on the state would lose tasks').not.toHaveProperty('status');
  }

  const log = linesOf(stdout).filter((line) => line.trim() !== '' && parseCommand(line) === null);
  const withoutMasks = linesOf(stdout).filter((line) => parseCommand(line)?.name !== 'add-mask');
  const said = JSON.stringify([withoutMasks, stderr, outputs, summary, files]);
  for (const name of SECRETS) {
    const secret = inputs[name]?.trim() ?? '';
    expect(secret !== '' && said.includes(secret), `${name} is nowhere but in the masks`).toBe(false);
  }
  return {
    ...ended,
    result: output('result'),
    message: output('message'),
    tasks,
    taskIds: (JSON.parse(output('task-ids')) as string[]).toSorted(),
    file,
    log,
  };
}
