import {
  type ApiFailure,
  type CreationOrder,
  isFailure,
  type Listing,
  type ListingQuery,
  type Quota,
} from '../api/types.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Outcome, Result } from '../outcome.ts';
import { earliestCreation } from '../tasks/creation-time.ts';
import { imageNameOf } from '../tasks/image-reference.ts';
import { type NearMiss, nearMissesAmong } from '../tasks/near-misses.ts';
import { type FindPastDurations, pastDurationsIn } from '../tasks/past-durations.ts';
import { type Memory, remember, type Selection, selectionFrom } from '../tasks/selection.ts';
import type { Selectors } from '../tasks/selectors.ts';
import { type PrewarmTask, unfinishedOf } from '../tasks/task.ts';
import { nextDelay, pendingFrom, SHORTEST_DELAY } from './backoff.ts';
import {
  adoptLost,
  areRetries,
  type Creations,
  isCreating,
  isUnclear,
  nextCreationAt,
  noCreations,
  placeOf,
  planCreations,
  unclearPlaces,
  withCreationAnswer,
  withoutRetries,
} from './create-missing.ts';
import type { Change, WaitEvent } from './events.ts';
import { type FailureStreak, giveUp, NO_FAILURES, neverAnswered, withFailure } from './retry-policy.ts';
import { deletableTasks } from './superseded.ts';
import { judgeImages, missingCount } from './verdict.ts';

/** All that is known during a wait. Moments are Unix milliseconds on this machine's clock. */
export interface WaitState {
  readonly inputs: Inputs;
  readonly startedAt: number;
  readonly deadline: number;
  readonly polls: number;
  readonly failedPolls: number;
  /** Whether there was a complete listing. */
  readonly hasListing: boolean;
  /** Milliseconds to add to this machine's clock for the server's. */
  readonly serverClockOffset: number;
  /** Until when what is absent may still appear. */
  readonly appearDeadline: number;
  readonly memory: Memory;
  readonly selection: Selection;
  readonly pastDurations: FindPastDurations;
  /** The failures since the last complete listing. */
  readonly failures: FailureStreak;
  readonly creations: Creations;
  readonly deletedTaskIds: readonly string[];
  /** How long the slowest complete listing took, in milliseconds. */
  readonly slowestListing: number;
  /** The decision that waits for a second reading in a row to confirm it; `null` while there is none. */
  readonly unconfirmed: string | null;
  /** Whether the latest listing was complete beyond doubt, or confirmed by the one before it. */
  readonly isCertain: boolean;
  /** Set once something was not found by the narrow listings: from then on every task is listed. */
  readonly wideSearch: WideSearch | null;
}

interface WideSearch {
  /** What the narrow listing had that came near, until a wide one was read; `null` where it had to be confirmed. */
  readonly nearMisses: readonly NearMiss[] | null;
}

/** What the loop is to do next. */
export type Decision =
  | { readonly kind: 'poll'; readonly at: number }
  | { readonly kind: 'read quota'; readonly orders: readonly CreationOrder[]; readonly room: Room }
  /** The others follow one by one, each only when the one before it went well. */
  | { readonly kind: 'create'; readonly order: CreationOrder; readonly others: readonly CreationOrder[] }
  | { readonly kind: 'delete'; readonly tasks: readonly PrewarmTask[]; readonly next: Decision }
  | End;

interface End {
  readonly kind: 'end';
  readonly result: Result;
  readonly cause: string | null;
  readonly nearMisses: readonly NearMiss[];
}

/** What may be deleted where the quota lacks room; `null` once that was done. */
type Room = readonly PrewarmTask[] | null;

export interface Step {
  readonly state: WaitState;
  readonly events: readonly WaitEvent[];
  readonly decision: Decision;
}

/** When something came to an end. */
export interface Moment {
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** When a poll came to an end. */
export interface PollMoment extends Moment {
  /** The time that the poll was planned for. Decisions go by it, since timers may fire a little early. */
  readonly pollAt: number;
  /** When its first request was sent. */
  readonly sentAt: number;
}

const SHORTEST_GRACE = 5_000;
const SHORTEST_APPEARANCE = 60_000; // listings may lag behind a creation
const MOST_DELETIONS = 100;

export function initialState(inputs: Inputs, startedAt: number): WaitState {
  const creations = noCreations(inputs);
  const memory = remember([], selectorsAt(inputs, startedAt, 0), [], creations.ordered);
  return {
    inputs,
    startedAt,
    deadline: startedAt + inputs.timeout,
    polls: 0,
    failedPolls: 0,
    hasListing: false,
    serverClockOffset: 0,
    appearDeadline: Number.POSITIVE_INFINITY,
    memory,
    selection: selectionFrom(memory, selectorsAt(inputs, startedAt, 0), creations.replaced),
    pastDurations: () => null,
    failures: NO_FAILURES,
    creations,
    deletedTaskIds: [],
    slowestListing: 0,
    unconfirmed: null,
    isCertain: false,
    wideSearch: null,
  };
}

/** The listings that together are one poll. */
export function queriesFor({ inputs, wideSearch }: WaitState): ListingQuery[] {
  const { images, note, clusterIds, taskIds } = inputs;
  if (wideSearch !== null) return [{ name: null, clusterId: null, taskIds }];
  const names = images.length > 0 ? images.map(({ reference }) => imageNameOf(reference)) : [note];
  // With task ids one listing is enough, since v2 looks these up one by one whatever the name.
  if (taskIds.length > 0 && new Set(names).size > 1) return [{ name: null, clusterId: null, taskIds }];
  const clusterId = clusterIds.length === 1 ? (clusterIds[0] ?? null) : null;
  return [...new Set(names)].map((name) => ({ name, clusterId, taskIds }));
}

/** How long a poll may go on after the deadline, or a last poll after its start, in milliseconds. */
export function graceOf({ inputs, slowestListing }: WaitState): number {
  return Math.min(inputs.requestTimeout, Math.max(SHORTEST_GRACE, slowestListing));
}

/** Takes a complete listing in and decides what follows from it. */
export function afterListing(before: WaitState, listing: Listing, at: PollMoment): Step {
  const { inputs, startedAt, deadline } = before;
  const serverClockOffset = listing.serverClockOffset ?? before.serverClockOffset;
  const selectors = selectorsAt(inputs, startedAt, serverClockOffset);
  const adopted = adoptLost(before.creations, listing.tasks);
  const memory = remember(listing.tasks, selectors, before.memory, adopted.ordered);
  const everything = selectionFrom(memory, selectors, new Set());
  const plan = planCreations(adopted, {
    inputs,
    listed: listing.tasks,
    selection: everything,
    startedAtServer: startedAt + serverClockOffset,
    now: at.now,
    deadline,
    random: at.random,
  });
  const { creations, orders } = plan;
  const state: WaitState = {
    ...before,
    polls: before.polls + 1,
    hasListing: true,
    serverClockOffset,
    appearDeadline: before.hasListing ? before.appearDeadline : firstAppearDeadline(before, at.now),
    memory,
    selection:
      creations.replaced.size === 0 ? everything : selectionFrom(memory, selectors, creations.replaced),
    pastDurations: pastDurationsIn(listing.tasks),
    failures: NO_FAILURES,
    creations,
    slowestListing: Math.max(before.slowestListing, at.now - at.sentAt),
    unconfirmed: null,
    isCertain: !listing.mayBeIncomplete,
    wideSearch: before.wideSearch && { nearMisses: null },
  };
  const isOver = at.pollAt >= deadline;
  const verdict = judgeImages(state.selection.images, {
    requirement: inputs.requirement,
    failFast: inputs.failFast || isOver,
    mayAppear: mayAppear(state, at.pollAt) || orders.length > 0,
  });
  const events = [...news(before, state, orders, at), ...plan.events];
  const step = (decision: Decision, change: Partial<WaitState> = {}): Step => {
    return { state: { ...state, ...change }, events, decision };
  };
  if (verdict === 'waiting' && (orders.length === 0 || isOver)) {
    return step(isOver ? timedOut(state) : nextPoll(state, NO_FAILURES, at));
  }

  const nearMisses =
    verdict === 'not-found' ? nearMissesAmong(listing.tasks, selectors, state.selection.counted) : [];
  const fingerprint = fingerprintOf(verdict, orders, state.selection);
  const isCertain = state.isCertain || before.unconfirmed === fingerprint;
  const pollNow: Decision = { kind: 'poll', at: Math.max(at.now, at.pollAt) };
  if (verdict === 'not-found' && state.wideSearch === null) {
    const wideSearch = { nearMisses: isCertain ? nearMisses : null };
    return step(pollNow, { unconfirmed: fingerprint, wideSearch });
  }
  if (!isCertain) {
    const isFirstReading = before.unconfirmed === null;
    const later = isOver ? timedOut(state) : nextPoll(state, NO_FAILURES, at);
    return step(isFirstReading ? pollNow : later, { unconfirmed: fingerprint });
  }
  if (verdict !== 'waiting') {
    return step(withDeletion(state, listing, ending(verdict, null, nearMisses)), { isCertain });
  }
  const room = inputs.deleteSuperseded ? deletableFrom(state, listing, orders) : [];
  return step({ kind: 'read quota', orders, room }, { isCertain });
}

/** Takes a failed poll in; `isCutOff` says that the end of the wait cut it off. */
export function afterFailure(
  before: WaitState,
  failure: ApiFailure,
  at: PollMoment & { readonly isCutOff: boolean },
): Step {
  const { deadline, hasListing, wideSearch } = before;
  const failures = withFailure(before.failures, failure, at.pollAt);
  const state: WaitState = {
    ...before,
    polls: before.polls + 1,
    failedPolls: before.failedPolls + 1,
    failures,
    unconfirmed: null,
  };
  const end = (decision: Decision): Step => ({ state, events: [], decision });
  if (wideSearch?.nearMisses) return end(ending('not-found', null, wideSearch.nearMisses));
  const givingUp = giveUp(failures, hasListing, at.now, deadline);
  if (givingUp?.result === 'timed-out') return end(timedOut(state, givingUp.cause));
  if (givingUp) return end(ending(givingUp.result, givingUp.cause));
  if (at.pollAt >= deadline || at.isCutOff) return end(timedOut(state));
  const decision = nextPoll(state, failures, at);
  const event = { type: 'poll-failed', problem: failure.problem, delay: decision.at - at.now } as const;
  return { state, events: [event], decision };
}

/** Decides whether the quota, `null` when it cannot be read, has room for the orders. */
export function afterQuota(
  before: WaitState,
  { orders, room }: Extract<Decision, { kind: 'read quota' }>,
  quota: Quota | null,
  at: Moment,
): Step {
  const state = { ...before, creations: { ...before.creations, quota } };
  const step = (decision: Decision): Step => ({ state, events: [], decision });
  if (at.now >= state.deadline) return step({ kind: 'poll', at: at.now });
  const lacking = quota === null ? 0 : orders.length - (quota.limit - quota.used);
  if (quota === null || lacking <= 0) return step(create(orders, { kind: 'poll', at: at.now }));
  if (room !== null && room.length >= lacking) {
    const next: Decision = { kind: 'read quota', orders, room: null };
    return step({ kind: 'delete', tasks: room.slice(0, lacking), next });
  }
  if (areRetries(state.creations, orders)) {
    const creations = withoutRetries(state.creations, orders);
    return { ...step({ kind: 'poll', at: at.now }), state: { ...state, creations } };
  }
  const needed = orders.length === 1 ? '1 task is' : `${orders.length} tasks are`;
  const advice = state.inputs.deleteSuperseded
    ? 'delete tasks that are not needed any more, or ask for a larger quota'
    : 'delete finished tasks, set delete-superseded to true, or ask for a larger quota';
  return step(
    ending(
      'error',
      `Nothing was created, since ${needed} needed and the quota has no room for that: ${quota.used} of ${quota.limit} allowed tasks exist; ${advice}`,
    ),
  );
}

/** Takes in what the API answered to an order. */
export function afterCreation(
  before: WaitState,
  { order, others }: Extract<Decision, { kind: 'create' }>,
  answer: { readonly taskId: string } | ApiFailure,
  at: Moment & { readonly sentAt: number },
): Step {
  const { inputs, serverClockOffset, deadline } = before;
  const creations = withCreationAnswer(before.creations, order, answer, at.sentAt, serverClockOffset);
  const place = placeOf(order, inputs);
  const appearance = Math.max(inputs.appearTimeout, SHORTEST_APPEARANCE);
  const state = {
    ...before,
    creations,
    appearDeadline: Math.max(before.appearDeadline, at.now + appearance),
  };
  if (!isFailure(answer)) {
    const next = nextPoll(state, NO_FAILURES, at);
    const decision = at.now < deadline ? create(others, next) : next;
    return { state, events: [{ type: 'created', place, taskId: answer.taskId }], decision };
  }
  const unclear = isUnclear(answer);
  const givingUp = unclear ? null : giveUp(creations.failures, false, at.now, deadline);
  if (givingUp?.result === 'timed-out') {
    return { state, events: [], decision: timedOut(state, givingUp.cause) };
  }
  if (givingUp) {
    const target = `A task for ${order.imageUrl} in cluster ${order.clusterId}`;
    const cause = `${target} could not be created: ${answer.problem}${sizeLimit(state, answer)}`;
    return { state, events: [], decision: ending('error', cause) };
  }
  const event = { type: 'creation-failed', place, problem: answer.problem, isUnclear: unclear } as const;
  return { state, events: [event], decision: nextPoll(state, creations.failures, at) };
}

/** Takes in what the API answered to a deletion; a failure changes nothing but the log. */
export function afterDeletion(
  before: WaitState,
  { tasks, next }: Extract<Decision, { kind: 'delete' }>,
  failure: ApiFailure | null,
): Step {
  if (failure !== null) {
    const event = { type: 'deletion-failed', tasks, problem: failure.problem } as const;
    return { state: before, events: [event], decision: next };
  }
  const deletedTaskIds = [...before.deletedTaskIds, ...tasks.map(({ id }) => id)];
  return { state: { ...before, deletedTaskIds }, events: [{ type: 'deleted', tasks }], decision: next };
}

/** What the log says from time to time. */
export function heartbeat(state: WaitState, now: number): WaitEvent {
  const { selection, pastDurations, failures, startedAt, serverClockOffset } = state;
  return {
    type: 'heartbeat',
    waited: now - startedAt,
    serverNow: now + serverClockOffset,
    unfinished: unfinishedOf(selection.counted).map((task) => ({ task, past: pastDurations(task) })),
    absent: selection.absent,
    failing: failures.last?.problem ?? null,
  };
}

export function ending(result: Result, cause: string | null, nearMisses: readonly NearMiss[] = []): End {
  return { kind: 'end', result, cause, nearMisses };
}

export function outcomeOf(state: WaitState, { result, cause, nearMisses }: End, endedAt: number): Outcome {
  const { selection, creations, inputs } = state;
  return {
    result,
    cause,
    tasks: selection.counted,
    clusters: selection.clusters,
    // Before the first listing nothing is known to be absent.
    absent: state.hasListing ? selection.absent : [],
    nearMisses,
    createdTaskIds: [...creations.ordered.keys()],
    deletedTaskIds: state.deletedTaskIds,
    unclearCreations: unclearPlaces(creations, inputs),
    failedAttempts: creations.failedAttempts,
    startedAt: state.startedAt,
    endedAt,
    serverClockOffset: state.serverClockOffset,
    polls: state.polls,
    failedPolls: state.failedPolls,
  };
}

function selectorsAt(inputs: Inputs, startedAt: number, serverClockOffset: number): Selectors {
  const { createdAfter } = inputs;
  return {
    ...inputs,
    createdAfter: createdAfter && earliestCreation(createdAfter, startedAt, serverClockOffset),
  };
}

/** A time as long as the whole wait ends with it, not later by as much as the first answer took. */
function firstAppearDeadline({ inputs, deadline, polls }: WaitState, now: number): number {
  const isWholeWait = polls === 0 && inputs.appearTimeout === inputs.timeout;
  return isWholeWait ? deadline : now + inputs.appearTimeout;
}

function mayAppear({ inputs, appearDeadline, creations }: WaitState, at: number): boolean {
  const isAppearing = (inputs.appearTimeout > 0 || creations.ordered.size > 0) && at < appearDeadline;
  return isAppearing || isCreating(creations);
}

/** What a decision goes by: a second reading confirms it only when it counts the same tasks in the same states. */
function fingerprintOf(verdict: string, orders: readonly CreationOrder[], { counted }: Selection): string {
  return JSON.stringify([
    verdict,
    orders.map(({ imageUrl, clusterId }) => [imageUrl, clusterId]),
    counted.map(({ id, state }) => [id, state]),
  ]);
}

function news(
  before: WaitState,
  state: WaitState,
  orders: readonly CreationOrder[],
  { now }: Moment,
): WaitEvent[] {
  const events: WaitEvent[] = [];
  if (before.failures.count > 0) events.push({ type: 'recovered', failedPolls: before.failures.count });
  const changes = changesBetween(before.selection, state.selection);
  const serverNow = now + state.serverClockOffset;
  if (changes.length > 0) events.push({ type: 'changed', changes, serverNow });
  const { absent } = state.selection;
  const isNews = !before.hasListing || JSON.stringify(absent) !== JSON.stringify(before.selection.absent);
  const isBeingCreated = orders.length > 0 || isCreating(state.creations);
  if (isNews && isMissing(state) && !isBeingCreated) {
    const timeLeft = Math.max(0, state.appearDeadline - now);
    events.push({ type: 'absent', absent, counted: state.selection.counted.length, timeLeft });
  }
  return events;
}

function changesBetween(before: Selection, { counted, unlisted }: Selection): Change[] {
  const known = new Map(before.counted.map((task) => [task.id, task]));
  return counted.flatMap((task): Change[] => {
    const earlier = known.get(task.id);
    const isListed = !unlisted.has(task.id) || task.state === 'Deleted';
    const isSame =
      earlier?.state === task.state &&
      JSON.stringify(earlier.reasons) === JSON.stringify(task.reasons) &&
      before.unlisted.has(task.id) === unlisted.has(task.id);
    return isSame ? [] : [{ task, from: earlier?.state ?? null, isListed }];
  });
}

function isMissing({ selection, inputs }: WaitState): boolean {
  const { requirement } = inputs;
  return selection.images.some((image) => missingCount({ ...image, requirement }) > 0);
}

/** When the next poll is due: as the schedule says, but not after something that is to be judged or created. */
function nextPoll(
  state: WaitState,
  failures: FailureStreak,
  { now, random }: Moment,
): Extract<Decision, { kind: 'poll' }> {
  const { inputs, selection, pastDurations, startedAt, deadline, appearDeadline, creations } = state;
  const serverNow = now + state.serverClockOffset;
  const { pending, needed } = pendingFrom({
    inputs,
    selection,
    pastDurations,
    waited: now - startedAt,
    serverNow,
  });
  const delay = nextDelay(
    {
      pollInterval: inputs.pollInterval,
      failuresInARow: failures.count,
      retryAfter: failures.last?.retryAfter ?? null,
      pending,
      needed,
      failFast: inputs.failFast,
    },
    random,
  );
  if (failures.count > 0) return { kind: 'poll', at: Math.min(now + delay, deadline) };
  const dueTimes = [nextCreationAt(creations), isMissing(state) ? appearDeadline : deadline]
    .filter((time) => time > now)
    .map((time) => Math.max(time, now + SHORTEST_DELAY));
  return { kind: 'poll', at: Math.min(now + delay, deadline, ...dueTimes) };
}

/** The end at the timeout: what the finished tasks already decide is told as such. */
function timedOut(state: WaitState, cause: string | null = null): End {
  const { failures, creations, selection, inputs, hasListing } = state;
  if (!hasListing && cause === null) {
    const { result, cause: reason } = neverAnswered(failures.last, state.failedPolls);
    return ending(result, reason);
  }
  const { requirement } = inputs;
  const verdict = judgeImages(selection.images, { requirement, failFast: true, mayAppear: true });
  if (verdict === 'failed' || (verdict === 'succeeded' && state.isCertain)) return ending(verdict, null);
  if (cause !== null) return ending('timed-out', cause);
  const poll = failures.last && `the last poll failed: ${failures.last.problem}`;
  const creation = creations.failures.last;
  return ending(
    'timed-out',
    poll ?? (creation && `the last request to create a task failed: ${creation.problem}`),
  );
}

function create([order, ...others]: readonly CreationOrder[], otherwise: Decision): Decision {
  return order === undefined ? otherwise : { kind: 'create', order, others };
}

/** After a success what is superseded is deleted first, when that is asked for. */
function withDeletion(state: WaitState, listing: Listing, end: End): Decision {
  if (end.result !== 'succeeded' || !state.inputs.deleteSuperseded) return end;
  const tasks = deletableFrom(state, listing, []).slice(0, MOST_DELETIONS);
  return tasks.length > 0 ? { kind: 'delete', tasks, next: end } : end;
}

function deletableFrom(
  { selection, creations, deletedTaskIds }: WaitState,
  { tasks }: Listing,
  orders: readonly CreationOrder[],
): PrewarmTask[] {
  return deletableTasks({
    listed: tasks,
    counted: selection.counted,
    ordered: creations.ordered,
    orders,
    deleted: new Set(deletedTaskIds),
  });
}

function sizeLimit({ creations: { quota } }: WaitState, { reason, problem }: ApiFailure): string {
  const isTooLarge = /size|large/i.test(`${reason} ${problem}`);
  const gigabytes = quota?.gigabytesPerImage ?? null;
  return isTooLarge && gigabytes !== null ? `; the quota allows images of up to ${gigabytes} GB` : '';
}
