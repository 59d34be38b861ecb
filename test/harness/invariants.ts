import { expect } from 'vitest';
import type { Simulator } from '../simulator/server.ts';
import { linesOf } from './commands.ts';
import { declaredOutputs } from './environment.ts';
import type { StepResult } from './step.ts';

/** What is true of a scene, whatever the step makes of it. */
export interface Facts {
  /** Whether what was asked for is warm at the end: only then may the result be `succeeded`. */
  readonly warm?: boolean;
  /** Further texts that must not turn up anywhere. */
  readonly secrets?: readonly string[];
  /** How many warnings the step gives besides its verdict, or `any`; by default one for each file that it cannot write. */
  readonly warnings?: number | 'any';
  /** What the scene keeps from being written. */
  readonly unwritable?: readonly ('outputs' | 'summary' | 'result file')[];
}

export interface Surroundings {
  readonly sim: Simulator;
  readonly inputs: Readonly<Record<string, string>>;
  /** How many times as fast as this machine's the clock of the step ran. */
  readonly speed: number;
}

const RESULTS = ['succeeded', 'failed', 'timed-out', 'not-found', 'cancelled', 'error'];
/** Inputs that no text may show. */
const SECRETS = ['api-key', 'registry-auth-id', 'github-token'];
/** A shorter text turns up by chance; the runner's own mask takes care of it. */
const SHORTEST_SECRET = 6;
const LARGEST_LIST = 64 * 1024;
const LARGEST_OUTPUT = 128 * 1024;
const LARGEST_SUMMARY = 900_000;
const LONGEST_MESSAGE = 1_000;
/** Controls, line breaks of any kind, what reorders text, and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/** Checks all that holds for every step, however hostile its surroundings. */
export function assertInvariants(step: StepResult, surroundings: Surroundings, facts: Facts = {}): void {
  const { signal, stderr, stdout, exitCode, outputs } = step;
  expect({ signal, stderr }, stdout).toEqual({ signal: null, stderr: '' });
  expect([0, 1], stdout).toContain(exitCode);
  expect(stdout, 'no stack trace').not.toMatch(/\.[jt]s:\d+:\d+/);
  assertNoSecret(step, secretsOf(surroundings, facts));
  assertCommands(step, surroundings, facts);
  if (!facts.unwritable?.includes('outputs')) assertOutputs(step, surroundings, facts);
  if (facts.warm === false) {
    expect(outputs['result'], `succeeded although it is not warm\n${stdout}`).not.toBe('succeeded');
  }
  assertSafeSummary(step.summary);
  assertRequests(step, surroundings);
}

/** The results that leave the step green. */
function allowedBy(inputs: Readonly<Record<string, string>>): string[] {
  const listed = (inputs['allowed-results'] ?? '').split(/[,\r\n]/).map((item) => item.trim());
  const items = listed.filter((item) => item !== '');
  const areGood = items.every((item) => RESULTS.includes(item) && item !== 'cancelled');
  return ['succeeded', ...(areGood ? items : [])];
}

function secretsOf({ inputs }: Surroundings, { secrets = [] }: Facts): string[] {
  const texts = SECRETS.map((name) => (inputs[name] ?? '').trim());
  return [...texts, ...texts.flatMap((text) => text.split(/[\r\n]+/)), ...secrets];
}

function assertNoSecret(step: StepResult, secrets: readonly string[]): void {
  const said = linesOf(step.stdout).filter((line) => !line.startsWith('::add-mask::'));
  const texts = [
    said.join('\n'),
    ...step.commands.filter(({ name }) => name !== 'add-mask').map(({ data }) => data),
    ...Object.values(step.outputs),
    entitiesDecoded(step.summary),
    JSON.stringify(step.resultFile),
    ...Object.entries(step.files).flat(),
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

/** Checks that the runner obeys nothing but what the action means, and that no line hides anything. */
function assertCommands(step: StepResult, { inputs }: Surroundings, facts: Facts): void {
  const { stdout, commands, annotations, masks, exitCode, outputs } = step;
  for (const { name, line, properties, data } of commands) {
    expect(line.slice(0, 200)).toMatch(/^::(?:add-mask|debug|error|warning)::/);
    expect(properties).toEqual({});
    // A mask says what it masks, whatever that is.
    if (name !== 'add-mask') expect(UNSEEN.exec(data)?.[0], line.slice(0, 200)).toBeUndefined();
  }
  for (const line of stdout.split('\n').filter((text) => !text.startsWith('::add-mask::'))) {
    expect(UNSEEN.exec(line)?.[0], JSON.stringify(line.slice(0, 300))).toBeUndefined();
  }
  const linesToMask = ['api-key', 'github-token'].flatMap((name) =>
    (inputs[name] ?? '').split(/[\r\n]/).flatMap((line) => line.trim() || []),
  );
  expect(masks, 'the secrets are masked, and nothing else').toEqual(linesToMask);
  expect(stdout.indexOf('::add-mask::'), 'masks come first').toBe(linesToMask.length === 0 ? -1 : 0);

  const { unwritable = [], warnings = unwritable.length } = facts;
  const isGreen = exitCode === 0;
  const isWarned = isGreen && !unwritable.includes('outputs') && outputs['result'] !== 'succeeded';
  const levels = annotations.map(({ level }) => level);
  expect(levels.filter((level) => level === 'error')).toHaveLength(isGreen ? 0 : 1);
  const given = annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
  if (warnings !== 'any') expect(given).toHaveLength(warnings + (isWarned ? 1 : 0));
}

function assertOutputs(step: StepResult, { inputs }: Surroundings, facts: Facts): void {
  const { outputs, exitCode, annotations } = step;
  const output = (name: string) => outputs[name] ?? '';
  expect(Object.keys(outputs).sort(), 'every output is set, and no other').toEqual(declaredOutputs());
  expect(RESULTS).toContain(output('result'));
  const isAllowed = allowedBy(inputs).includes(output('result'));
  expect(exitCode, 'the exit code fits the result').toBe(isAllowed ? 0 : 1);
  expect(output('message')).not.toBe('');
  expect(output('message').length).toBeLessThanOrEqual(LONGEST_MESSAGE);
  expect(UNSEEN.exec(output('message'))?.[0], output('message')).toBeUndefined();
  for (const [name, value] of Object.entries(outputs)) {
    expect(Buffer.byteLength(value), name).toBeLessThan(LARGEST_OUTPUT);
    if (/^tasks$|s$/.test(name) && value.startsWith('[')) {
      expect(JSON.parse(value), name).toBeInstanceOf(Array);
      expect(Buffer.byteLength(value), name).toBeLessThanOrEqual(LARGEST_LIST);
    }
    if (/-count$|-seconds$/.test(name)) expect(value, name).toMatch(/^\d+$/);
  }
  const count = (name: string) => Number(output(`${name}-count`));
  expect(count('succeeded') + count('failed') + count('unfinished')).toBe(count('total'));
  const clusters = (name: string) => JSON.parse(outputs[name] ?? '[]') as string[];
  expect(clusters('not-ready-clusters').filter((id) => clusters('ready-clusters').includes(id))).toEqual([]);

  const verdicts = annotations.flatMap((one) => (one.message === output('message') ? one.level : []));
  const isWell = exitCode === 0 && output('result') === 'succeeded';
  const expected = isWell ? [] : [exitCode === 0 ? 'warning' : 'error'];
  expect(verdicts, 'the message is annotated unless all is well').toEqual(expected);

  if (facts.unwritable?.includes('result file')) {
    expect(output('result-file')).toBe('');
    return;
  }
  const file = step.resultFile as { readonly tasks: readonly unknown[] };
  const told = { version: 1, result: output('result'), message: output('message') };
  const counted = { waitedSeconds: Number(output('waited-seconds')), polls: expect.any(Number) };
  expect(file).toEqual({ ...told, ...counted, failedPolls: expect.any(Number), tasks: expect.any(Array) });
  expect(file.tasks).toHaveLength(count('total'));
  const tasks = JSON.parse(output('tasks')) as unknown[];
  expect(file.tasks.slice(0, tasks.length), 'the tasks are the first ones of the file').toEqual(tasks);
}

/** Checks that there was no request but those that were meant, no hot loop, and the key in its header alone. */
function assertRequests({ elapsedMs, resultFile }: StepResult, { sim, inputs, speed }: Surroundings): void {
  const key = (inputs['api-key'] ?? '').trim();
  const isOn = (name: string) => /^true$/i.test((inputs[name] ?? '').trim());
  for (const { method, path, query, headers } of sim.requests) {
    const { authorization, ...others } = headers;
    expect(authorization).toBe(`Bearer ${key}`);
    const elsewhere = JSON.stringify([path, query, others]);
    expect(key.length >= SHORTEST_SECRET && elsewhere.includes(key), 'the key is elsewhere').toBe(false);
    expect(query, 'a filter on the state would lose tasks').not.toHaveProperty('state');
    expect(query, 'a filter on the state would lose tasks').not.toHaveProperty('status');
    const isDeletion = method === 'DELETE' || path.endsWith('/delete');
    const isMeant = isDeletion ? isOn('delete-superseded') : method === 'GET' || isOn('create-missing');
    expect(isMeant, `${method} ${path}`).toBe(true);
  }
  const { polls = 0 } = (resultFile ?? {}) as { readonly polls?: number };
  expect(polls, 'no hot loop').toBeLessThanOrEqual(2 * ((elapsedMs * speed) / 1000 + 3));
}

/** A summary as a reader sees it. */
export function entitiesDecoded(html: string): string {
  return html.replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)));
}

/**
 * Checks that a renderer of Markdown and HTML finds only the action's own structure: texts from elsewhere are inside
 * `code`, where nothing is left that could be mark-up, or are labels of the one chart.
 */
function assertSafeSummary(summary: string): void {
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(LARGEST_SUMMARY);
  const charts: string[] = [];
  const others = summary.replaceAll(/^```mermaid\n(.*?)\n```$/gms, (_all, chart: string) => {
    charts.push(chart);
    return 'chart';
  });
  expect(charts.length).toBeLessThanOrEqual(1);
  for (const line of charts.join('').split('\n')) {
    // Text from right to left is isolated, so that what follows it keeps its place.
    expect(UNSEEN.exec(line.replaceAll(/\u2068([^\u2066-\u2069]*)\u2069/g, '$1'))?.[0], line).toBeUndefined();
    expect(line.replaceAll('<br>', ''), line).not.toMatch(/^\s*(?:click|accTitle|accDescr)|%%|[<>]|C4[CD]/);
  }
  expect(UNSEEN.exec(entitiesDecoded(others).replaceAll('\n', ' '))?.[0]).toBeUndefined();
  const own = others
    .replaceAll(/&nbsp;|<\/?(?:details|summary)>/g, ' ')
    .replaceAll(/<code>([^\n]*?)<\/code>/g, (_all, inside: string) => {
      const bare = inside.replaceAll(/&#\d+;/g, '');
      expect(bare.match(/[<>|`@#&\\[\]*_$~"']|:\/\/|www\./i)?.[0]).toBeUndefined();
      return 'code';
    });
  expect(own.match(/[<>`@&\\[\]*_$~]|:\/\/|www\.|javascript:/i)?.[0], own.slice(0, 500)).toBeUndefined();
  const rows = own.split('\n').filter((line) => line.includes('|'));
  for (const row of rows) expect(row, row.slice(0, 300)).toMatch(/^\|.*\|$/);
  for (const line of own.split('\n'))
    expect(line.replace(/^#{2,3} /, ''), line.slice(0, 300)).not.toContain('#');
}
