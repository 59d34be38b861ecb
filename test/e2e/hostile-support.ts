import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { linesOf } from '../harness/commands.ts';
import type { Environment } from '../harness/environment.ts';
import { type Step, type StepOptions, type StepResult, startStep } from '../harness/step.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/server.ts';
import { type Scripted, type TaskOptions, task } from '../simulator/wire.ts';
import { API_VERSION } from './api-version.ts';

/** Long enough to be recognised wherever it turns up, and found in nothing else. */
export const KEY = 'sk-hostile-4b1d7f20c93e58a6';

export interface Scene extends SimulatorOptions {
  /** Over those that every scene has. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly step?: Omit<StepOptions, 'inputs'>;
  /** Lets the step's clock and its timers run so many times as fast. */
  readonly speed?: number;
}

/** What is true of a scene, whatever the step makes of it. */
export interface Facts {
  /** Whether what was asked for is warm at the end: only then may the step be green. */
  readonly warm: boolean;
  /** Further texts that must not turn up anywhere. */
  readonly secrets?: readonly string[];
  /** How many warnings the step should write. */
  readonly warnings?: number;
  /** Whether the step is asked to create tasks. */
  readonly mayCreate?: boolean;
  /** What the scene keeps from being written. */
  readonly unwritable?: readonly ('outputs' | 'summary' | 'result file')[];
  /** Longest time that the step may take. */
  readonly withinMs?: number;
}

interface TaskJson {
  readonly id: string;
  readonly state: string;
  readonly [field: string]: unknown;
}

export interface Ended extends StepResult {
  readonly sim: Simulator;
  readonly result: string;
  readonly message: string;
  readonly tasks: readonly TaskJson[];
  /** How many polls the step says it made. */
  readonly polls: number;
}

const RESULTS = ['succeeded', 'failed', 'timed-out', 'not-found', 'cancelled', 'error'];
const JSON_OUTPUTS = [
  'tasks',
  'task-ids',
  'image-urls',
  'ready-clusters',
  'failed-clusters',
  'created-task-ids',
];
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DECLARED_OUTPUTS = Object.keys(
  (parse(readFileSync(`${ROOT}action.yml`, 'utf8')) as { outputs: Record<string, unknown> }).outputs,
).sort();

const INPUTS = {
  'api-key': KEY,
  'api-version': API_VERSION,
  image: 'app',
  timeout: '8s',
  'appear-timeout': '0',
  'poll-interval': '1s',
};
const GUARD_MS = 20_000;
/** Per file; two files run at once. */
const MOST_AT_ONCE = 3;

/** A step that waits on a simulated API. Leaving its block ends both, whatever has become of the test. */
export class Stage implements AsyncDisposable {
  readonly sim: Simulator;
  readonly step: Step;
  readonly #key: string;
  readonly #speed: number;

  constructor(sim: Simulator, step: Step, key: string, speed: number) {
    this.sim = sim;
    this.step = step;
    this.#key = key;
    this.#speed = speed;
  }

  /** Resolves with the event; rejects when the step ends without it. */
  async until<T>(event: Promise<T>): Promise<T> {
    const ended = this.step.done.then(({ stdout }) => {
      throw new Error(`The step ended before the event.\nstdout:\n${stdout}`);
    });
    return await Promise.race([event, ended]);
  }

  async end(facts: Facts): Promise<Ended> {
    return expectHarmless(await this.step.done, this.sim, this.#key, facts, this.#speed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.step.signal('SIGKILL');
    await this.step.done.catch(() => {});
    await this.sim.close();
  }
}

export async function enter(scene: Scene = {}): Promise<Stage> {
  const sim = await startSimulator({ apiKey: KEY, ...scene });
  const inputs = { ...INPUTS, 'base-url': sim.url, ...scene.inputs };
  const { speed = 1 } = scene;
  const env = { ...(speed === 1 ? {} : preload(fasterClock(speed))), ...scene.step?.env };
  const step = startStep({ guardMs: GUARD_MS, ...scene.step, env, inputs });
  return new Stage(sim, step, inputs['api-key'], speed);
}

const waiting: (() => void)[] = [];
let free = MOST_AT_ONCE;

/** Lets only a few steps run at once, so that none is slow because of the others. */
async function seated<T>(work: () => Promise<T>): Promise<T> {
  if (free === 0) {
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    free -= 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) {
      free += 1;
    } else {
      next();
    }
  }
}

/** Plays a scene to its end and checks all that must hold for every scene. */
export function face(scene: Scene, facts: Facts): Promise<Ended> {
  return seated(async () => {
    await using stage = await enter(scene);
    return await stage.end(facts);
  });
}

/** A task in a cluster of its own. */
export function lone(id: string, options: TaskOptions = {}): Scripted {
  return task({ id, clusterId: id, ...options });
}

/** Warm tasks, each in a cluster of its own. */
export function warm(count: number, options: TaskOptions = {}): Scripted[] {
  return Array.from({ length: count }, (_, index) => lone(`warm-${index + 1}`, options));
}

export const RUNNING = { state: 'Running' };
export const FAILED = { state: 'Failed', reason: ['no such tag'] };

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

/** Controls, line breaks of any kind, what reorders text, and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/** Checks all that holds for every step, however hostile its surroundings. */
function expectHarmless(step: StepResult, sim: Simulator, key: string, facts: Facts, speed = 1): Ended {
  const { stdout, stderr, outputs, exitCode, commands, annotations, masks, summary, elapsedMs } = step;
  const unwritable = facts.unwritable ?? [];
  expect({ signal: step.signal, stderr }, stdout).toEqual({ signal: null, stderr: '' });
  expect([0, 1], stdout).toContain(exitCode);

  expectNoSecret(step, [key.trim(), ...key.trim().split(/[\r\n]+/), ...(facts.secrets ?? [])]);

  // What the runner would obey: nothing but what the action means.
  for (const command of commands) {
    expect(command.line.slice(0, 200)).toMatch(/^::(?:add-mask|debug|error|warning|notice)::/);
    expect(command.properties).toEqual({});
    // A mask says what it masks, whatever that is.
    if (command.name !== 'add-mask') {
      expect(UNSEEN.exec(command.data)?.[0], command.line.slice(0, 200)).toBeUndefined();
    }
  }
  const numberOf = (name: string) => commands.filter((command) => command.name === name).length;
  const keyLines = key.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  expect([...masks], 'the key is masked, and nothing else').toEqual(keyLines.map((line) => line.trim()));
  expect(stdout.indexOf('::add-mask::'), 'the mask comes first').toBe(keyLines.length === 0 ? -1 : 0);
  expect(numberOf('error'), stdout.slice(-2_000)).toBe(exitCode === 0 ? 0 : 1);
  expect(numberOf('notice')).toBe(0);
  const green = exitCode === 0;
  const isWritten = !unwritable.includes('outputs');
  const isPlainSuccess = !isWritten || outputs['result'] === 'succeeded';
  expect(
    annotations.filter(({ level }) => level === 'warning').map(({ message }) => message.slice(0, 300)),
  ).toHaveLength((facts.warnings ?? unwritable.length) + (green && !isPlainSuccess ? 1 : 0));
  expect(numberOf('debug')).toBeLessThanOrEqual(2 * sim.requests.length + 20);

  for (const line of stdout.split('\n').filter((text) => !text.startsWith('::add-mask::'))) {
    expect(UNSEEN.exec(line)?.[0], JSON.stringify(line.slice(0, 300))).toBeUndefined();
    expect(line.length).toBeLessThan(100_000);
  }

  if (green) {
    expect(facts.warm, `green for an image that is not warm\n${stdout.slice(-2_000)}`).toBe(true);
  }
  const result = outputs['result'] ?? '';
  const message = outputs['message'] ?? '';
  let tasks: TaskJson[] = [];
  if (isWritten) {
    expect(Object.keys(outputs).sort(), 'every output is set, and no other').toEqual(DECLARED_OUTPUTS);
    expect(RESULTS).toContain(result);
    expect(result === 'succeeded' && !facts.warm, 'succeeded for an image that is not warm').toBe(false);
    expect(message).not.toBe('');
    expect(UNSEEN.exec(message)?.[0], message.slice(0, 300)).toBeUndefined();
    if (result === 'timed-out') {
      expect(message.length).toBeLessThanOrEqual(1_000);
    }
    for (const name of JSON_OUTPUTS) {
      expect(JSON.parse(outputs[name] ?? ''), name).toBeInstanceOf(Array);
      expect(Buffer.byteLength(outputs[name] ?? ''), name).toBeLessThanOrEqual(64 * 1024);
    }
    for (const value of Object.values(outputs)) {
      expect(Buffer.byteLength(value)).toBeLessThan(128 * 1024);
    }
    for (const name of [
      'total-count',
      'succeeded-count',
      'failed-count',
      'unfinished-count',
      'waited-seconds',
    ]) {
      expect(outputs[name], name).toMatch(/^\d+$/);
    }
    tasks = JSON.parse(outputs['tasks'] ?? '') as TaskJson[];
    if (unwritable.includes('result file')) {
      expect(outputs['result-file']).toBe('');
    } else {
      const file = step.resultFile as { tasks: unknown[] };
      expect(file).toMatchObject({ version: 1, result, message, tasks: expect.any(Array) });
      expect(file.tasks).toHaveLength(Number(outputs['total-count']));
    }
  }
  if (!unwritable.includes('summary') && summary !== '') {
    expectSafeSummary(summary);
  }

  // No hot loop, no request but those that were meant, and the key in its header alone.
  const readings = Math.max(0, ...sim.requests.map(({ poll }) => poll ?? 0));
  // What has several pages is read twice before it decides.
  const perPoll = sim.requests.some(({ page }) => (page ?? 0) > 1) ? 2 : 1;
  expect(readings, 'polls').toBeLessThanOrEqual(perPoll * ((elapsedMs * speed) / 1000 + 3));
  for (const { method, path, query, headers } of sim.requests) {
    const { authorization, ...others } = headers;
    expect(facts.mayCreate ? ['GET', 'POST'] : ['GET']).toContain(method);
    expect(authorization).toBe(`Bearer ${key.trim()}`);
    const elsewhere = JSON.stringify([path, query, others]);
    expect(key.trim().length >= SHORTEST_SECRET && elsewhere.includes(key.trim())).toBe(false);
    expect(query, 'a filter on the state would lose tasks').not.toHaveProperty('state');
    expect(query, 'a filter on the state would lose tasks').not.toHaveProperty('status');
  }
  if (facts.withinMs !== undefined) {
    expect(elapsedMs).toBeLessThan(facts.withinMs);
  }
  const { polls = readings } = (step.resultFile ?? {}) as { polls?: number };
  return { ...step, sim, result, message, tasks, polls };
}

/** A shorter text turns up by chance; the runner's own mask takes care of it. */
const SHORTEST_SECRET = 6;

function expectNoSecret(step: StepResult, secrets: readonly string[]): void {
  const said = linesOf(step.stdout).filter((line) => !line.startsWith('::add-mask::'));
  const texts = [
    said.join('\n'),
    ...step.commands.filter(({ name }) => name !== 'add-mask').map(({ data }) => data),
    step.stderr,
    ...Object.values(step.outputs),
    entitiesDecoded(step.summary),
    lookAlikesUndone(step.summary),
    JSON.stringify(step.resultFile),
    ...Object.values(step.files),
    ...Object.keys(step.files),
  ];
  for (const secret of secrets.filter((text) => text.length >= SHORTEST_SECRET)) {
    const once = JSON.stringify(secret).slice(1, -1);
    const twice = JSON.stringify(once).slice(1, -1);
    for (const form of new Set([secret, once, twice, encodeURIComponent(secret)])) {
      const leak = texts.find((text) => text.includes(form));
      const at = leak?.indexOf(form) ?? 0;
      expect(leak?.slice(Math.max(0, at - 100), at + 100), 'a secret has leaked').toBeUndefined();
    }
  }
}

export function entitiesDecoded(html: string): string {
  return html.replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)));
}

/** What a chart shows in place of characters that mermaid would take as its own. */
function lookAlikesUndone(summary: string): string {
  const shown = '∶；＃％＜＞⁋４';
  return summary.replaceAll(/[∶；＃％＜＞⁋４]/g, (character) => ':;#%<>¶4'[shown.indexOf(character)] ?? '');
}

const LARGEST_SUMMARY = 900_000;

/**
 * Checks that a renderer of Markdown and HTML finds only the action's own structure: texts from elsewhere are inside
 * `code`, where nothing is left that could be mark-up, or are labels of the one chart.
 */
function expectSafeSummary(summary: string): void {
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(LARGEST_SUMMARY);
  const charts: string[] = [];
  const others = summary.replaceAll(/^```mermaid\n(.*?)\n```$/gms, (_all, chart: string) => {
    charts.push(chart);
    return 'chart';
  });
  expect(charts.length).toBeLessThanOrEqual(1);
  charts.forEach(expectSafeChart);
  expect(UNSEEN.exec(entitiesDecoded(others).replaceAll('\n', ' '))?.[0]).toBeUndefined();
  const own = others.replaceAll(/<code>([^\n]*?)<\/code>/g, (_all, inside: string) => {
    expect(inside.replaceAll(/&#\d+;/g, '').match(/[<>|`@#&\\[\]*_$~"']|:\/\/|www\./i)?.[0]).toBeUndefined();
    return 'code';
  });
  expect(own.match(/[<>`@&\\[\]*_$~]|:\/\/|www\.|javascript:/i)?.[0], own.slice(0, 500)).toBeUndefined();
  const rows = own.split('\n').filter((line) => line.includes('|'));
  for (const row of rows) {
    expect(row.split('|'), row.slice(0, 300)).toHaveLength(rows[0]?.split('|').length ?? 0);
    expect(row).toMatch(/^\|.*\|$/);
  }
  for (const line of own.split('\n')) {
    expect(line.replace(/^#{2,3} /, ''), line.slice(0, 300)).not.toContain('#');
  }
}

const LARGEST_CHART = 30_000;
const DATE = '[+\\d]\\d+-\\d\\d-\\d\\d';
/** The head of a chart, and what a section and a bar may be: a label holds nothing that ends it or means something else. */
const CHART_HEAD = new RegExp(
  [
    '^---',
    'config:',
    '  themeCSS: "\\.grid \\.tick line \\{ opacity: 0\\.2 \\}"',
    '  gantt:',
    '    barGap: 8',
    '    leftPadding: \\d+',
    '---',
    'gantt',
    `  title Prewarm tasks (?:on ${DATE}|from ${DATE} to ${DATE}), times in UTC`,
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    '  axisFormat %[%\\w :-]+',
    '(?:  tickInterval \\d+[a-z]+\n)?  todayMarker off\n',
  ].join('\n'),
);
const LABEL = '[^:;#%<>\\n]+';
const SECTION = new RegExp(`^  section ${LABEL}(?:<br>${LABEL})?$`);
const BAR = new RegExp(
  `^  [✓✗…] ${LABEL} · ${LABEL} :(?:done|crit|active)(?:, milestone)?, ${DATE} \\d\\d:\\d\\d:\\d\\d, \\d+s$`,
);

function expectSafeChart(chart: string): void {
  expect(Buffer.byteLength(chart)).toBeLessThan(LARGEST_CHART);
  expect(chart).toMatch(CHART_HEAD);
  const lines = chart.replace(CHART_HEAD, '').split('\n');
  for (const line of lines) {
    // Text from right to left is isolated, so that what follows it keeps its place.
    const shown = line.replaceAll(/\u2068([^\u2066-\u2069]*)\u2069/g, '$1');
    expect(UNSEEN.exec(shown)?.[0], line).toBeUndefined();
    expect(
      [SECTION, BAR].some((form) => form.test(line)),
      line,
    ).toBe(true);
    expect(line).not.toMatch(/C4[CD]/);
  }
}
