import {
  DEFAULT_API_KEY,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/server.ts';
import { type TaskOptions, type TaskScript, task, type WireFields } from '../simulator/wire.ts';
import type { Environment } from './environment.ts';
import { assertInvariants, type Facts, type Surroundings } from './invariants.ts';
import { type Step, type StepOptions, type StepResult, startStep } from './step.ts';

/** A simulated API and a step that watches it. */
export interface Scene extends SimulatorOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly step?: Omit<StepOptions, 'inputs'>;
  /** Lets the step's clock and its timers run so many times as fast. */
  readonly speed?: number;
}

/** A task as it is in the outputs and in the result file. */
interface TaskJson {
  readonly id: string;
  readonly clusterId: string;
  readonly state: string;
  readonly [field: string]: unknown;
}

interface ResultFile {
  readonly polls: number;
  readonly failedPolls: number;
  readonly tasks: readonly TaskJson[];
}

/** What a step said and left behind, read the way a workflow reads it. */
export interface Ended extends StepResult {
  readonly sim: Simulator;
  readonly result: string;
  readonly message: string;
  readonly tasks: readonly TaskJson[];
  /** Ids in the output `task-ids`, sorted. */
  readonly taskIds: readonly string[];
  readonly file: ResultFile;
  readonly polls: number;
  readonly warnings: readonly string[];
}

const TIMES = { timeout: '20s', 'appear-timeout': '0', 'poll-interval': '1s' };
const INPUTS = { 'api-key': DEFAULT_API_KEY, image: 'app', ...TIMES };

/** Below the time limit of a test, so that what a hanging step has said is part of the failure. */
const GUARD_MS = 50_000;

/** A step that waits on a simulated API. Leaving its block ends both, whatever has become of the test. */
export class RunningScene implements AsyncDisposable {
  readonly sim: Simulator;
  readonly step: Step;
  readonly #surroundings: Surroundings;

  constructor(step: Step, surroundings: Surroundings) {
    this.sim = surroundings.sim;
    this.step = step;
    this.#surroundings = surroundings;
  }

  /** Resolves with the event; rejects when the step ends without it. */
  async until<T>(event: Promise<T>): Promise<T> {
    const ended = this.step.done.then(({ stdout }) => {
      throw new Error(`The step ended before the event.\nstdout:\n${stdout}`);
    });
    return await Promise.race([event, ended]);
  }

  /** The step's end, with everything checked that holds for every step. */
  async end(facts: Facts = {}): Promise<Ended> {
    const { sim } = this;
    const step = await this.step.done;
    assertInvariants(step, this.#surroundings, facts);
    const { outputs, annotations } = step;
    const file = (step.resultFile ?? { polls: 0, failedPolls: 0, tasks: [] }) as ResultFile;
    return {
      ...step,
      sim,
      file,
      polls: file.polls,
      result: outputs['result'] ?? '',
      message: outputs['message'] ?? '',
      tasks: JSON.parse(outputs['tasks'] ?? '[]') as TaskJson[],
      taskIds: (JSON.parse(outputs['task-ids'] ?? '[]') as string[]).toSorted(),
      warnings: annotations.filter(({ level }) => level === 'warning').map(({ message }) => message),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.step.signal('SIGCONT');
    this.step.signal('SIGKILL');
    await this.step.done.catch(() => {});
    await this.sim.close();
  }
}

/** Starts the API and a step that waits on it. */
export async function startScene(scene: Scene = {}): Promise<RunningScene> {
  const apiKey = scene.inputs?.['api-key']?.trim() ?? DEFAULT_API_KEY;
  const sim = await startSimulator({ apiKey, ...scene });
  const { speed = 1 } = scene;
  // A request takes as long as ever: where the clock runs faster, the limit for it is as long as may be.
  const patience = speed === 1 ? {} : { 'request-timeout': '5m' };
  const inputs = { ...INPUTS, ...patience, 'base-url': sim.url, ...scene.inputs };
  const env = { ...(speed === 1 ? {} : preload(fasterClock(speed))), ...scene.step?.env };
  const step = startStep({ guardMs: GUARD_MS, ...scene.step, env, inputs });
  return new RunningScene(step, { sim, inputs, speed });
}

/** Runs a scene to its end. */
export async function runScene(scene: Scene = {}, facts: Facts = {}): Promise<Ended> {
  await using running = await startScene(scene);
  return await running.end(facts);
}

/** Code that runs in the step's process before the action does. */
export function preload(code: string): Environment {
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` };
}

function fasterClock(speed: number): string {
  return `
    const now = performance.now.bind(performance);
    performance.now = () => now() * ${speed};
    const start = globalThis.setTimeout;
    globalThis.setTimeout = (callback, delay, ...more) => start(callback, delay / ${speed}, ...more);
  `;
}

/** Each request in the order of arrival, its answer's status after it: `list page 2 name=app → 200`. */
export function requestsOf(sim: Simulator): string[] {
  return sim.requests.map(
    ({ method, path, query, page, create, delete: deletion, poll, body, ...answer }) => {
      const last = decodeURIComponent(path.split('/').at(-1) ?? '');
      const { page: _page, pageSize: _size, limit: _limit, cursor: _cursor, ...filters } = query;
      const narrowed = Object.entries(filters).map(([name, value]) => ` ${name}=${value}`);
      const list = `list${page === 1 ? '' : ` page ${page}`}${narrowed.join('')}`;
      const read = poll === null ? last : page === null ? `look up ${last}` : list;
      const write = `${create === null ? 'delete' : 'create'} ${JSON.stringify(body)}`;
      const { status, outcome } = answer;
      const ending = outcome === 'answered' ? status : `${status}, ${outcome}`;
      return `${method} ${create !== null || deletion ? write : read} → ${ending}`;
    },
  );
}

export const RUNNING = { state: 'Running' };
export const SUCCEEDED = { state: 'Succeeded' };
export const FAILED = { state: 'Failed', reason: ['no such tag'] };

/** A task in a cluster of its own, which has the task's id. */
export function lone(id: string, options: TaskOptions = {}): TaskScript {
  return task({ id, clusterId: id, ...options });
}

/** A task that is `Running` until a poll, and what the options say from then on. */
export function until(poll: number, then: WireFields, options: TaskOptions = {}): TaskScript {
  return task({ ...RUNNING, ...options, steps: [{ fromPoll: poll, ...then }] });
}

/** `count` tasks, each in a cluster of its own. */
export function many(count: number, options: TaskOptions = {}): TaskScript[] {
  return Array.from({ length: count }, (_, index) => lone(`many-${index + 1}`, options));
}
