import type { Selectors } from '../../../src/tasks/selectors.ts';
import type { PrewarmTask, TaskState } from '../../../src/tasks/task.ts';
import { products, START_SECONDS, selectors, task, wanted } from './factories.ts';

const STATES: Readonly<Record<string, TaskState>> = {
  P: 'Pending',
  R: 'Running',
  S: 'Succeeded',
  F: 'Failed',
  D: 'Deleted',
  U: 'Unknown',
};

/**
 * Tasks from a line such as `old F -60 c2 p1,p2 note=x done=-5; new R ?`: id, letter of the state, seconds from the
 * start of the step to the creation (`?`: the API does not say), and whatever differs from `task()`.
 */
export function tasks(line: string): PrewarmTask[] {
  return line
    .split(';')
    .filter((text) => text.trim() !== '')
    .map(taskFrom);
}

function taskFrom(text: string): PrewarmTask {
  const [id = '', letter = '', created = '', ...details] = text.trim().split(/ +/);
  const state = STATES[letter];
  if (state === undefined) throw new Error(`${text} names no state`);
  const createTime = created === '?' ? null : START_SECONDS + Number(created);
  return Object.assign(task({ id, state, createTime }), ...details.map(detailFrom));
}

function detailFrom(detail: string): Partial<PrewarmTask> {
  const [name = '', value] = detail.split(/=(.*)/);
  if (value === undefined) {
    return /^c\d/.test(name) ? { clusterId: name } : { products: products(...name.split(',')) };
  }
  if (name === 'image') return { imageUrl: value };
  if (name === 'done') return { completeTime: START_SECONDS + Number(value) };
  if (name === 'note') return { note: value };
  if (name === 'why') return { reasons: [value] };
  throw new Error(`${detail} is no detail of a task`);
}

/** The tasks as `id State`, in their order. */
export function shown(some: readonly PrewarmTask[]): string {
  return some.map(({ id, state }) => `${id} ${state}`).join(', ');
}

/** The lines of a table as rows of three cells, divided by bars. */
export function table(text: string): [string, string, string][] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [first = '', second = '', third = '', ...more] = line.split('|').map((cell) => cell.trim());
    if (more.length > 0) throw new Error(`${line} has more than three cells`);
    return [first, second, third];
  });
}

/** The selectors that a line names, such as `team/pytorch:v2,vllm note=x ids=a,b clusters=c1 products=p1 after=-5`. */
export function selectorsFrom(line: string): Selectors {
  const given: { -readonly [Name in keyof Selectors]?: Selectors[Name] } = {};
  for (const word of line.split(' ').filter((text) => text !== '')) {
    const [name = '', value] = word.split('=');
    if (value === undefined) given.images = wanted(...name.split(','));
    else if (name === 'note') given.note = value;
    else if (name === 'ids') given.taskIds = value.split(',');
    else if (name === 'clusters') given.clusterIds = value.split(',');
    else if (name === 'products') given.productIds = value.split(',');
    else if (name === 'after') given.createdAfter = START_SECONDS + Number(value);
    else throw new Error(`${word} is no selector`);
  }
  return selectors(given);
}
