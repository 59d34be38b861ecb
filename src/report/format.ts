import prettyBytes from 'pretty-bytes';
import prettyMilliseconds from 'pretty-ms';
import type { Inputs } from '../inputs/inputs.ts';
import type { Expectation } from '../tasks/selection.ts';
import type { PrewarmTask } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import { oneLine } from './escape.ts';

const LONGEST_NAME = 120;
const LONGEST_REASON = 200;

/** `1m30s`, `2d3h`: the two largest units, from whole seconds up. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds === 0 ? '0s' : prettyMilliseconds(seconds * 1000, { unitCount: 2 }).replaceAll(' ', '');
}

/** `6.76 GB`; empty while the size is not known. */
export function size(task: PrewarmTask): string {
  return task.imageSize === null ? '' : prettyBytes(task.imageSize);
}

/** `1 poll`, `2 polls`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function tasks(number: number): string {
  return count(number, 'task');
}

/** A remote name, short and on one line. */
export function name(text: string): string {
  return shorten(oneLine(text.slice(0, LONGEST_NAME + 1)), LONGEST_NAME);
}

/** Cluster, image and products of a task, as short as they stay clear. */
export function place(task: PrewarmTask): string {
  const products = task.products.map((product) => product.productId).join(', ');
  const image = name(task.imageUrl.slice(task.imageUrl.lastIndexOf('/') + 1) || task.imageName);
  return `${name(task.clusterId)} ${image}${products === '' ? '' : ` [${name(products)}]`}`;
}

export function reasons(task: PrewarmTask): string {
  return shorten(oneLine(task.reasons.join('; ').slice(0, LONGEST_REASON + 1)), LONGEST_REASON);
}

/** How long ago the task was created; `null` when it does not say. */
export function age(task: PrewarmTask, serverNow: number): string | null {
  return task.createTime === null ? null : duration(serverNow - task.createTime * 1000);
}

/** What is waited for, as its selectors name it. */
export function target(inputs: Inputs): string {
  const what = [
    ...(inputs.image === null ? [] : [inputs.imageText]),
    ...(inputs.note === null ? [] : [`note ${JSON.stringify(inputs.note)}`]),
    ...(inputs.taskIds.length === 0 ? [] : [listed('task', inputs.taskIds)]),
  ];
  const where = inputs.clusterIds.length === 0 ? [] : [`in ${listed('cluster', inputs.clusterIds)}`];
  const covering = inputs.productIds.length === 0 ? [] : [`for ${listed('product', inputs.productIds)}`];
  return [what.join(' with '), ...where, ...covering].join(' ');
}

function listed(noun: string, items: readonly string[]): string {
  return `${noun}${items.length === 1 ? '' : 's'} ${joinWithin(items.map(name), ', ', 300)}`;
}

export function expectation({ taskId, clusterId, productId }: Expectation): string {
  return [
    ...(taskId === undefined ? [] : [`task ${name(taskId)}`]),
    ...(productId === undefined ? [] : [`product ${name(productId)}`]),
    ...(clusterId === undefined ? [] : [`cluster ${name(clusterId)}`]),
  ].join(' in ');
}

/** As many of the items as fit into so many characters, the first one always, and how many more there are. */
export function joinWithin(items: readonly string[], separator: string, longest: number): string {
  let text = '';
  for (const [index, item] of items.entries()) {
    const grown = index === 0 ? item : `${text}${separator}${item}`;
    if (grown.length > longest && index > 0) return `${text} and ${items.length - index} more`;
    text = grown;
  }
  return text;
}
