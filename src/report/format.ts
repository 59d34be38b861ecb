import prettyBytes from 'pretty-bytes';
import prettyMilliseconds from 'pretty-ms';
import type { Inputs, WantedImage } from '../inputs/inputs.ts';
import type { Place } from '../outcome.ts';
import { differingPart, resolveImage } from '../tasks/image-reference.ts';
import type { Expectation } from '../tasks/selection.ts';
import { type Phase, type PrewarmTask, phaseOf, stateFrom } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import { oneLine } from './escape.ts';

const LONGEST_NAME = 120;
const LONGEST_REASON = 200;
const LONGEST_LIST = 300;
const LONGEST_MARKED_LIST = 10_000; // bytes of Markdown

const [MINUTE, HOUR, DAY, YEAR] = [60, 3_600, 86_400, 365 * 86_400];

/** `1m30s`, `2d3h`: whole seconds in the largest unit and the one below it. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds === 0) return '0s';
  // A smaller unit would read as if nothing were left out: 1d54m.
  const finest = seconds >= YEAR ? DAY : seconds >= DAY ? HOUR : seconds >= HOUR ? MINUTE : 1;
  return prettyMilliseconds((seconds - (seconds % finest)) * 1000, { unitCount: 2 }).replaceAll(' ', '');
}

/** `6.76 GB`; empty while the size is not known. */
export function size(task: PrewarmTask): string {
  return task.imageSize === null ? '' : prettyBytes(task.imageSize);
}

/** `1 poll`, `2 polls`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The text as the start of a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A name from elsewhere, short and on one line. */
export function name(text: string): string {
  return shorten(oneLine(text.slice(0, LONGEST_NAME + 1)), LONGEST_NAME);
}

/** `cluster c1`, `clusters c1, c2`: names from elsewhere, each as `show` gives it. */
export function named(noun: string, items: readonly string[], show = name): string {
  const longest = show === name ? LONGEST_LIST : LONGEST_MARKED_LIST;
  return `${noun}${items.length === 1 ? '' : 's'} ${joinWithin(items, ', ', longest, show)}`;
}

/** As many of the items as fit into so many characters, the first one always, and how many more there are. */
export function joinWithin(
  items: readonly string[],
  separator: string,
  longest: number,
  show = (item: string) => item,
): string {
  let text = '';
  for (const [index, item] of items.entries()) {
    const grown = index === 0 ? show(item) : `${text}${separator}${show(item)}`;
    if (grown.length > longest && index > 0) return `${text}${separator}and ${items.length - index} more`;
    text = grown;
  }
  return text;
}

/** The tasks in a phase. */
export function inPhase(tasks: readonly PrewarmTask[], phase: Phase): PrewarmTask[] {
  return tasks.filter((task) => phaseOf(task.state) === phase);
}

/** A task's image: as the inputs name it where they name several, else the last part of its address. */
export function image(task: PrewarmTask, wanted: readonly WantedImage[]): string {
  const resolved = wanted.length > 1 ? resolveImage(task.imageUrl) : null;
  const match = resolved && wanted.find(({ reference }) => differingPart(reference, resolved) === null);
  const lastPart = task.imageUrl.slice(task.imageUrl.lastIndexOf('/') + 1);
  return name(match?.text ?? (lastPart.trim() || task.imageName.trim())) || 'an unnamed image';
}

/** Whether tasks have to be named with their images. */
export function hasSeveralImages(tasks: readonly PrewarmTask[], wanted: readonly WantedImage[]): boolean {
  return wanted.length > 1 || new Set(tasks.map((task) => task.imageUrl)).size > 1;
}

/** A task's cluster and products, after its image where that is not clear: `pytorch:v2 in c1 [p1]`. */
export function place(task: PrewarmTask, image: string | null): string {
  const products = task.products.map(({ productId }) => productId).join(', ');
  const cluster = `${name(task.clusterId)}${products === '' ? '' : ` [${name(products)}]`}`;
  return image === null ? cluster : `${image} in ${cluster}`;
}

/** The same of a task that is to be created, or may have been. */
export function orderedPlace({ image, clusterId }: Place): string {
  return image === undefined ? name(clusterId) : `${name(image)} in ${name(clusterId)}`;
}

/** A task's state; in the API's own word where this action has none for it. `Unknown` is a task that was not listed. */
export function state({ state, reportedState }: PrewarmTask): string {
  if (state === 'Deleted') return 'Deleted (gone from the listing)';
  if (state !== 'Unknown') return state;
  return stateFrom(reportedState) === 'Unknown' ? name(reportedState) || state : 'not in the last listing';
}

export function reasons(task: PrewarmTask): string {
  return shorten(oneLine(task.reasons.join('; ').slice(0, LONGEST_REASON + 1)), LONGEST_REASON);
}

/** How long ago the task was created; `null` when it does not say. */
export function age(task: PrewarmTask, serverNow: number): string | null {
  return task.createTime === null ? null : duration(serverNow - task.createTime * 1000);
}

/** Images, note and task ids that are waited for, as the inputs name them; one image: `isImage`, several: `isPlural`. */
export interface Subject {
  readonly text: string;
  readonly isImage: boolean;
  readonly isPlural: boolean;
}

/** What is waited for, as the subject of a sentence. */
export function subject({ images, note, taskIds }: Inputs): Subject {
  const texts = images.map(({ text }) => name(text));
  const last = texts.at(-1) ?? '';
  const all = texts.length > 1 ? `${texts.slice(0, -1).join(', ')} and ${last}` : last;
  const details = [
    ...(note === null ? [] : [`note ${JSON.stringify(name(note))}`]),
    ...(taskIds.length === 0 ? [] : [named(texts.length === 0 ? 'task' : 'task id', taskIds)]),
  ];
  if (texts.length > 0) {
    const fitting = all.length <= LONGEST_LIST ? all : count(texts.length, 'image');
    return {
      text: [fitting, ...details].join(' with '),
      isImage: true,
      isPlural: texts.length > 1,
    };
  }
  const isById = taskIds.length > 0;
  const text = isById ? details.toReversed().join(' with ') : `the tasks with ${details.join('')}`;
  return { text, isImage: false, isPlural: taskIds.length !== 1 };
}

/** What is waited for and where, as its selectors name it. */
export function target(inputs: Inputs): string {
  const { clusterIds } = inputs;
  const where = clusterIds.length === 0 ? [] : [`in ${named('cluster', clusterIds)}`];
  return [`${subject(inputs).text}${forProducts(inputs)}`, ...where].join(' ');
}

/** ` for product p1`, to follow what is waited for. */
export function forProducts({ productIds }: Inputs): string {
  return productIds.length === 0 ? '' : ` for ${named('product', productIds)}`;
}

/** What is absent: a clause for the task ids, and one for each image and product with its clusters. */
export function absences(absent: readonly Expectation[], show = name): string[] {
  const ids = absent.flatMap(({ taskId }) => taskId ?? []);
  const clusters = new Map<string, string[]>();
  for (const { taskId, image, productId, clusterId } of absent) {
    if (taskId !== undefined) continue;
    const ofImage = image === undefined ? '' : ` of ${show(image)}`;
    const forProduct = productId === undefined ? '' : ` for product ${show(productId)}`;
    const what = `no task${ofImage}${forProduct}`;
    const known = clusters.get(what) ?? [];
    clusters.set(what, clusterId === undefined ? known : [...known, clusterId]);
  }
  const places = [...clusters].map(([what, found]) =>
    found.length === 0 ? what : `${what} in ${named('cluster', found, show)}`,
  );
  return [...(ids.length === 0 ? [] : [`${named('task', ids, show)} not found`]), ...places];
}
