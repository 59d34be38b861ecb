import { type ApiFailure, type CreationOrder, isFailure, type Quota } from '../api/types.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Place } from '../outcome.ts';
import { isCreatedSince } from '../tasks/creation-time.ts';
import { resolveImage } from '../tasks/image-reference.ts';
import { newestFirst, type OrderedTask, type Selection } from '../tasks/selection.ts';
import { coversProduct, type PrewarmTask, phaseOf, productIdsOf, unfinishedOf } from '../tasks/task.ts';
import type { WaitEvent } from './events.ts';
import { type FailureStreak, NO_FAILURES, withFailure } from './retry-policy.ts';

/** What is known of the tasks that the step creates. Moments are Unix milliseconds on this machine's clock. */
export interface Creations {
  /** The tasks that the step created, by id. */
  readonly ordered: ReadonlyMap<string, OrderedTask>;
  /** Every image in every listed cluster, by `placeKey`. */
  readonly places: ReadonlyMap<string, PlaceState>;
  /** Ids of the tasks that were seen unfinished. */
  readonly seenUnfinished: ReadonlySet<string>;
  /** Ids of the tasks that had failed before the step started. */
  readonly failedBefore: ReadonlySet<string>;
  /** Ids of failed tasks that do not count any more, since a new task is made, or has been, in their place. */
  readonly replaced: ReadonlySet<string>;
  /** The tasks that failed during the step and are created anew, oldest first. */
  readonly failedAttempts: readonly PrewarmTask[];
  /** The failures of the requests to create a task since the last one that went well. */
  readonly failures: FailureStreak;
  readonly quota: Quota | null;
}

interface PlaceState {
  readonly order: CreationOrder;
  /** The first task that the step may create here exists. */
  readonly isCreated: boolean;
  /** How often a failed task was created anew here. */
  readonly attempts: number;
  /** When the next attempt is due; `null` while none is. */
  readonly nextAttemptAt: number | null;
  /** Ids of the failed tasks that the latest attempt replaces. */
  readonly retried: readonly string[];
  /** No more attempts are made. */
  readonly hasGivenUp: boolean;
  /** A request whose answer did not say whether a task was created. */
  readonly lost: LostRequest | null;
}

interface LostRequest {
  readonly sentAt: number;
  /** When it was sent for the first time: Unix seconds on the server's clock. */
  readonly sentAtServer: number;
  /** Complete listings since then that do not show such a task. */
  readonly listings: number;
}

/** What a complete listing is judged by. */
export interface PlanningContext {
  readonly inputs: Inputs;
  readonly listed: readonly PrewarmTask[];
  /** What counts when nothing is replaced. */
  readonly selection: Selection;
  /** When the step started, Unix milliseconds on the server's clock. */
  readonly startedAtServer: number;
  readonly now: number;
  readonly deadline: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export interface CreationPlan {
  readonly creations: Creations;
  readonly orders: readonly CreationOrder[];
  readonly events: readonly WaitEvent[];
}

const LISTINGS_UNTIL_REPEATED = 2;
const TIME_UNTIL_REPEATED = 60_000;
const SHORTEST_ATTEMPT_DELAY = 30_000;
const ATTEMPT_JITTER = 0.25;

export function noCreations(inputs: Inputs): Creations {
  const orders = inputs.createMissing ? ordersFor(inputs) : [];
  return {
    ordered: new Map(),
    places: new Map(
      orders.map((order) => [
        placeKey(order),
        {
          order,
          isCreated: false,
          attempts: 0,
          nextAttemptAt: null,
          retried: [],
          hasGivenUp: false,
          lost: null,
        },
      ]),
    ),
    seenUnfinished: new Set(),
    failedBefore: new Set(),
    replaced: new Set(),
    failedAttempts: [],
    failures: NO_FAILURES,
    quota: null,
  };
}

/** Knows the tasks of lost requests by all that was asked for; the API may show the image under another host. */
export function adoptLost(creations: Creations, listed: readonly PrewarmTask[]): Creations {
  let adopted = creations;
  for (const { order, lost } of creations.places.values()) {
    if (lost === null) continue;
    const found = listed.find(
      (task) =>
        mayBeFrom(order, lost, task, adopted) &&
        task.note === (order.note ?? '') &&
        String(productIdsOf(task)) === String(order.productIds.toSorted()),
    );
    if (found !== undefined) adopted = withCreated(adopted, order, found.id);
  }
  return adopted;
}

/** Decides what is to be created now, and which failed tasks are replaced. */
export function planCreations(before: Creations, context: PlanningContext): CreationPlan {
  const { selection, inputs, now } = context;
  const creations = withSeen(before, context);
  const tasksByPlace = groupByPlace(selection);
  const places = new Map(creations.places);
  const replaced = new Set(creations.replaced);
  const failedAttempts = [...creations.failedAttempts];
  const orders: CreationOrder[] = [];
  const events: WaitEvent[] = [];
  for (const [key, known] of creations.places) {
    const tasks = tasksByPlace.get(key) ?? [];
    // Neither a failure from before the step nor one that is replaced already says that a task is there.
    const isVoid = ({ id }: PrewarmTask) =>
      replaced.has(id) || (creations.failedBefore.has(id) && !creations.ordered.has(id));
    const place = withRetry(
      known,
      tasks.filter((task) => !isVoid(task)),
      context,
    );
    if (place !== known) {
      for (const task of tasks.filter(({ id }) => place.retried.includes(id))) {
        replaced.add(task.id);
        failedAttempts.push(task);
        const delay = (place.nextAttemptAt ?? now) - now;
        events.push({
          type: 'attempt-failed',
          task,
          attempt: place.attempts,
          of: inputs.recreateFailed,
          delay,
        });
      }
    }
    if (!lacksTask(place.order, tasks, isVoid)) {
      places.set(key, { ...place, lost: null, nextAttemptAt: null });
      continue;
    }
    const lost = place.lost && { ...place.lost, listings: place.lost.listings + 1 };
    const next = { ...place, lost };
    places.set(key, next);
    if (isDue(next, context, creations)) orders.push(place.order);
    for (const task of tasks.filter(isVoid)) replaced.add(task.id);
  }
  const isSettled = orders.length === 0 && ![...places.values()].some(isUnderWay);
  const failures = isSettled ? NO_FAILURES : creations.failures;
  return { creations: { ...creations, places, replaced, failedAttempts, failures }, orders, events };
}

/** Takes in what the API answered to an order. */
export function withCreationAnswer(
  creations: Creations,
  order: CreationOrder,
  answer: { readonly taskId: string } | ApiFailure,
  sentAt: number,
  serverClockOffset: number,
): Creations {
  if (!isFailure(answer)) return withCreated(creations, order, answer.taskId);
  const failures = withFailure(creations.failures, answer, sentAt);
  if (!isUnclear(answer)) return { ...creations, failures };
  const first = creations.places.get(placeKey(order))?.lost;
  const sentAtServer = first?.sentAtServer ?? (sentAt + serverClockOffset) / 1000;
  const lost = { sentAt, sentAtServer, listings: 0 };
  return { ...withPlace(creations, order, { lost, nextAttemptAt: null }), failures };
}

/** Whether a task may have been created although the API did not say so. */
export function isUnclear({ kind, status, reason, problem }: ApiFailure): boolean {
  if (kind === 'transient' || status === 409) return true;
  const saysItExists = /(?<!not_?)exist|duplicate/i.test(reason) || /already exist/i.test(problem);
  return kind === 'refused' && saysItExists;
}

/** Whether these orders only create failed tasks anew. */
export function areRetries(creations: Creations, orders: readonly CreationOrder[]): boolean {
  return orders.every((order) => (creations.places.get(placeKey(order))?.attempts ?? 0) > 0);
}

/** Creates nothing anew any more at these places: the failed tasks there count again. */
export function withoutRetries(creations: Creations, orders: readonly CreationOrder[]): Creations {
  let next = creations;
  for (const order of orders) {
    const retried = creations.places.get(placeKey(order))?.retried ?? [];
    next = {
      ...withPlace(next, order, { hasGivenUp: true, nextAttemptAt: null }),
      replaced: new Set([...next.replaced].filter((id) => !retried.includes(id))),
      failedAttempts: next.failedAttempts.filter(({ id }) => !retried.includes(id)),
    };
  }
  return next;
}

/** Whether a task is still to be created, or may have been without being listed yet. */
export function isCreating(creations: Creations): boolean {
  return [...creations.places.values()].some(isUnderWay);
}

/** Where requests may have created tasks that no listing has shown yet. */
export function unclearPlaces(creations: Creations, inputs: Inputs): Place[] {
  const places = [...creations.places.values()].filter(({ lost }) => lost !== null);
  return places.map(({ order }) => placeOf(order, inputs));
}

/** The next moment at which a task may have to be created; infinite when there is none. */
export function nextCreationAt(creations: Creations): number {
  const moments = [...creations.places.values()].map(({ nextAttemptAt, lost }) =>
    Math.min(
      nextAttemptAt ?? Number.POSITIVE_INFINITY,
      lost ? lost.sentAt + TIME_UNTIL_REPEATED : Number.POSITIVE_INFINITY,
    ),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...moments);
}

/** The place of an order, with the image only where there are several. */
export function placeOf({ imageUrl, clusterId }: CreationOrder, { images }: Inputs): Place {
  return images.length > 1 ? { image: imageUrl, clusterId } : { clusterId };
}

function ordersFor({ images, clusterIds, productIds, note, registryAuthId }: Inputs): CreationOrder[] {
  return images.flatMap(({ text }) =>
    clusterIds.map((clusterId) => ({ imageUrl: text, clusterId, productIds, note, registryAuthId })),
  );
}

function placeKey({ imageUrl, clusterId }: Pick<CreationOrder, 'imageUrl' | 'clusterId'>): string {
  return JSON.stringify([imageUrl, clusterId]);
}

function withPlace(creations: Creations, order: CreationOrder, change: Partial<PlaceState>): Creations {
  const key = placeKey(order);
  const place = creations.places.get(key);
  if (place === undefined) return creations;
  return { ...creations, places: new Map(creations.places).set(key, { ...place, ...change }) };
}

function withCreated(creations: Creations, order: CreationOrder, taskId: string): Creations {
  const { imageUrl, clusterId, productIds } = order;
  const replaced = new Set(creations.replaced);
  replaced.delete(taskId); // the API may run a failed task again instead of making another
  const ordered = new Map(creations.ordered).set(taskId, { image: imageUrl, clusterId, productIds });
  const created = withPlace(creations, order, { isCreated: true, lost: null, nextAttemptAt: null });
  return { ...created, ordered, replaced, failures: NO_FAILURES };
}

/** Notes which tasks run or had failed before. One that failed and runs again, or has succeeded, is not void any more. */
function withSeen(creations: Creations, { selection, startedAtServer }: PlanningContext): Creations {
  const seenUnfinished = new Set(creations.seenUnfinished);
  const failedBefore = new Set(creations.failedBefore);
  const replaced = new Set(creations.replaced);
  const revived = new Set<string>();
  for (const task of selection.counted) {
    const phase = phaseOf(task.state);
    if (phase === 'unfinished') seenUnfinished.add(task.id);
    if (hasFailedBefore(task, startedAtServer) && !seenUnfinished.has(task.id)) failedBefore.add(task.id);
    if (phase !== 'failed' && !selection.unlisted.has(task.id)) {
      failedBefore.delete(task.id);
      if (replaced.delete(task.id)) revived.add(task.id);
    }
  }
  const failedAttempts = creations.failedAttempts.filter(({ id }) => !revived.has(id));
  return { ...creations, seenUnfinished, failedBefore, replaced, failedAttempts };
}

/** The counted tasks by image and cluster. */
function groupByPlace({ images }: Selection): Map<string, PrewarmTask[]> {
  const tasks = images.flatMap(({ image, counted }) => counted.map((task) => ({ image, task })));
  const groups = Map.groupBy(tasks, ({ image, task }) =>
    placeKey({ imageUrl: image ?? '', clusterId: task.clusterId }),
  );
  return new Map([...groups].map(([key, group]) => [key, group.map(({ task }) => task)]));
}

/** Whether something that is listed is covered by no task, or only by tasks that are void. */
function lacksTask(
  { productIds }: CreationOrder,
  tasks: readonly PrewarmTask[],
  isVoid: (task: PrewarmTask) => boolean,
): boolean {
  if (productIds.length === 0) return tasks.every(isVoid);
  return productIds.some((productId) => tasks.filter((task) => coversProduct(task, productId)).every(isVoid));
}

/** Plans another attempt where the newest task failed during the step. */
function withRetry(
  place: PlaceState,
  counting: readonly PrewarmTask[],
  { inputs, now, deadline, random }: PlanningContext,
): PlaceState {
  const [newest] = counting.toSorted(newestFirst);
  const mayRetry = place.lost === null && !place.hasGivenUp && place.attempts < inputs.recreateFailed;
  // A task that somebody deleted is not created against their will.
  if (newest?.state !== 'Failed' || !mayRetry) return place;
  const delay = SHORTEST_ATTEMPT_DELAY * 2 ** place.attempts * (1 + ATTEMPT_JITTER * random);
  if (now + delay >= deadline) return place;
  const retried = counting.filter(({ state }) => state === 'Failed').map(({ id }) => id);
  return { ...place, attempts: place.attempts + 1, nextAttemptAt: now + delay, retried };
}

function isUnderWay({ lost, nextAttemptAt }: PlaceState): boolean {
  return lost !== null || nextAttemptAt !== null;
}

/** Whether a place that lacks a task gets one now. */
function isDue(
  { order, isCreated, nextAttemptAt, lost }: PlaceState,
  { listed, now }: PlanningContext,
  creations: Creations,
): boolean {
  if (lost !== null) {
    const isLongGone = lost.listings >= LISTINGS_UNTIL_REPEATED && now - lost.sentAt >= TIME_UNTIL_REPEATED;
    return isLongGone && !listed.some((task) => mayBeFrom(order, lost, task, creations));
  }
  if (nextAttemptAt !== null) return now >= nextAttemptAt && !isRunning(order, listed, creations);
  return !isCreated;
}

/** Whether any task of the image is unfinished in the cluster, be it superseded. */
function isRunning(order: CreationOrder, listed: readonly PrewarmTask[], { ordered }: Creations): boolean {
  return unfinishedOf(listed).some((task) => {
    const own = ordered.get(task.id);
    if (own !== undefined)
      return placeKey({ imageUrl: own.image, clusterId: own.clusterId }) === placeKey(order);
    return task.clusterId === order.clusterId && isImageOf(order, task);
  });
}

/** Whether the task may be what a lost request created. */
function mayBeFrom(
  order: CreationOrder,
  { sentAtServer }: LostRequest,
  task: PrewarmTask,
  { ordered, failedBefore, replaced }: Creations,
): boolean {
  if (task.clusterId !== order.clusterId || !isCreatedSince(task, sentAtServer)) return false;
  if (ordered.has(task.id) || failedBefore.has(task.id) || replaced.has(task.id)) return false;
  return isImageOf(order, task);
}

/** Whether the task is of the image that was ordered; the API may have moved it to a mirror or dropped its tag. */
function isImageOf(order: CreationOrder, task: PrewarmTask): boolean {
  const [asked, shown] = [resolveImage(order.imageUrl), resolveImage(task.imageUrl)];
  if (asked === null || shown === null) return false;
  const isSamePath =
    `/${shown.path}`.endsWith(`/${asked.path}`) || `/${asked.path}`.endsWith(`/${shown.path}`);
  const isBare = shown.tag === 'latest' && shown.digest === null;
  return isSamePath && (isBare || (asked.tag === shown.tag && asked.digest === shown.digest));
}

/** Where the API does not say when it failed, it is enough that it was created before and is seen failed. */
function hasFailedBefore(task: PrewarmTask, startedAtServer: number): boolean {
  const lastKnown = task.completeTime ?? task.createTime ?? 0;
  return task.state === 'Failed' && lastKnown * 1000 <= startedAtServer;
}
