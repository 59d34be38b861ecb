import { type ApiFailure, type CreationOrder, isFailure, type PrewarmApi, type Quota } from '../api/types.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { isCreatedSince } from '../tasks/creation-time.ts';
import { type ResolvedImage, resolveImage } from '../tasks/image-reference.ts';
import type { Selection } from '../tasks/selection.ts';
import { coversProduct, type PrewarmTask, phaseOf, productIdsOf, unfinishedOf } from '../tasks/task.ts';
import type { Clock } from './clock.ts';
import type { WaitEvent } from './events.ts';
import { FailureStreak, type GivingUp } from './retry-policy.ts';

export interface CreationPorts {
  readonly api: PrewarmApi;
  readonly clock: Clock;
  /** Ends the request that is under way, and those that would follow. */
  readonly signal: AbortSignal;
  readonly observe: (event: WaitEvent) => void;
  /** When the wait ends, Unix milliseconds. */
  readonly deadline: number;
  /** What to add to a time on this machine's clock for the same moment on the server's. */
  readonly serverClockOffset: number;
}

/** What came of a round of requests. */
export interface CreationRound {
  /** What the last request met; `null` when all went well, or were cut off. */
  readonly failure: ApiFailure | null;
  /** Why there is no point in going on. */
  readonly givingUp: GivingUp | null;
}

/** A request that may or may not have created a task. */
interface LostRequest {
  /** When it was first sent, Unix seconds on the server's clock. */
  readonly sentAt: number;
  /** Complete listings since then that do not show such a task. */
  readonly listings: number;
}

const LISTINGS_UNTIL_REPEATED = 2;

/** Creates what `create-missing` asks for: at most one new task in each listed cluster. */
export class Creation {
  readonly #inputs: Inputs;
  readonly failures = new FailureStreak();
  readonly #created = new Map<string, string>();
  readonly #lost = new Map<string, LostRequest>();
  /** The tasks that had failed before the step started, with their clusters, as the first listing shows them. */
  #failedBefore: ReadonlyMap<string, string> = new Map();
  #seenAlive: ReadonlySet<string> = new Set();
  #listingsUntilKnown = 2;

  constructor(inputs: Inputs) {
    this.#inputs = inputs;
  }

  /** By cluster. */
  get createdTaskIds(): readonly string[] {
    return [...this.#created.values()];
  }

  /** The clusters in which a request may have created a task that no listing has shown yet. */
  get unclear(): readonly string[] {
    return [...this.#lost.keys()];
  }

  /** The tasks that had failed before, in clusters that have got a new one or are getting it: they no longer count. */
  replacedWith(missing: readonly string[]): ReadonlySet<string> {
    const renewed = new Set([...missing, ...this.#created.keys(), ...this.#lost.keys()]);
    // The API might run the failed one again instead of making another.
    const replaced = [...this.#failedBefore].filter(
      ([taskId, clusterId]) => renewed.has(clusterId) && this.#created.get(clusterId) !== taskId,
    );
    return new Set(replaced.map(([taskId]) => taskId));
  }

  /**
   * Takes in what a complete listing shows.
   * @param selection what counts, failed tasks that are to be replaced included.
   * @param recent the tasks that were created since then, whether they count or not.
   * @param startedAt when the step started, Unix milliseconds on the server's clock.
   * @param isWhole whether no task may have slipped from it; of two others in a row the second one counts.
   * @returns the clusters in which a task is to be created now.
   */
  missingFrom(
    { counted }: Selection,
    recent: readonly PrewarmTask[],
    startedAt: number,
    isWhole: boolean,
  ): string[] {
    if (!this.#inputs.createMissing) return [];
    if (this.#listingsUntilKnown > 0) {
      this.#listingsUntilKnown = isWhole ? 0 : this.#listingsUntilKnown - 1;
      const failed = counted.filter(
        (task) => hasFailedBefore(task, startedAt) && !this.#seenAlive.has(task.id),
      );
      this.#failedBefore = new Map(failed.map(({ id, clusterId }) => [id, clusterId]));
      this.#seenAlive = new Set(unfinishedOf(counted).map((task) => task.id));
    }
    const missing: string[] = [];
    for (const clusterId of this.#inputs.clusterIds) {
      const inCluster = counted.filter((task) => task.clusterId === clusterId);
      if (!this.#needsTask(inCluster)) this.#find(clusterId, inCluster);
      else if (this.#isToCreate(clusterId, recent)) missing.push(clusterId);
    }
    return missing;
  }

  /** Whether a task may have been created that the listing does not show yet, or is to be asked for again. */
  get isUnderWay(): boolean {
    return this.#lost.size > 0;
  }

  /**
   * Creates a task in each of these clusters, one after the other, up to the first failure: before anything is asked for
   * again, the listing is to be read.
   */
  async createIn(clusterIds: readonly string[], ports: CreationPorts): Promise<CreationRound> {
    const { api, clock, signal, observe, deadline, serverClockOffset } = ports;
    for (const clusterId of clusterIds) {
      if (signal.aborted) break;
      const sentAt = (clock.now() + serverClockOffset) / 1000;
      const answer = await api.create(this.#order(clusterId), signal);
      if (!isFailure(answer)) {
        this.#settle(clusterId);
        this.#created.set(clusterId, answer.taskId);
        observe({ type: 'created', clusterId, taskId: answer.taskId });
        continue;
      }
      if (answer.kind === 'transient') {
        const first = this.#lost.get(clusterId);
        this.#lost.set(clusterId, { sentAt: first?.sentAt ?? sentAt, listings: 0 });
      }
      if (signal.aborted) break;
      const givingUp = this.failures.add(answer, false, deadline - clock.now());
      if (givingUp === null) observe({ type: 'creation-failed', clusterId, problem: answer.problem });
      if (givingUp?.result !== 'error') return { failure: answer, givingUp };
      const quota = answer.kind === 'refused' ? null : await api.quota(signal);
      const cause = `A task in cluster ${clusterId} could not be created: ${answer.problem}${quotaNote(quota)}`;
      return { failure: answer, givingUp: { ...givingUp, cause } };
    }
    return { failure: null, givingUp: null };
  }

  /** Whether something that is listed is covered by no task, or only by tasks that had failed before. */
  #needsTask(inCluster: readonly PrewarmTask[]): boolean {
    const { productIds } = this.#inputs;
    const haveAllFailedBefore = (tasks: readonly PrewarmTask[]) =>
      tasks.every((task) => this.#failedBefore.has(task.id));
    if (productIds.length === 0) return haveAllFailedBefore(inCluster);
    return productIds.some((productId) =>
      haveAllFailedBefore(inCluster.filter((task) => coversProduct(task, productId))),
    );
  }

  #isToCreate(clusterId: string, recent: readonly PrewarmTask[]): boolean {
    if (this.#created.has(clusterId)) return false;
    const lost = this.#lost.get(clusterId);
    if (lost === undefined) return true;
    const listings = lost.listings + 1;
    this.#lost.set(clusterId, { ...lost, listings });
    // It may be the one that was asked for, altered on its way: with a second one beside it nothing would be won.
    const mayBeThere = recent.some(
      (task) =>
        task.clusterId === clusterId &&
        !this.#failedBefore.has(task.id) &&
        isCreatedSince(task, lost.sentAt) &&
        this.#isOrdered(task, ['path', 'tag', 'digest']),
    );
    return listings >= LISTINGS_UNTIL_REPEATED && !mayBeThere;
  }

  /** Knows the task of a lost request by all that was asked for; where it is another's, that one serves as well. */
  #find(clusterId: string, inCluster: readonly PrewarmTask[]): void {
    const lost = this.#lost.get(clusterId);
    if (lost === undefined) return;
    const { note, productIds } = this.#inputs;
    const found = inCluster.find(
      (task) =>
        this.#isOrdered(task, ['host', 'path', 'tag', 'digest']) &&
        isCreatedSince(task, lost.sentAt) &&
        task.note === (note ?? '') &&
        String(productIdsOf(task)) === String(productIds.toSorted()),
    );
    this.#settle(clusterId);
    if (found !== undefined) this.#created.set(clusterId, found.id);
  }

  /** Whether the task's image is the one to create, in these parts of it. */
  #isOrdered(task: PrewarmTask, parts: readonly (keyof ResolvedImage)[]): boolean {
    const [ordered, image] = [resolveImage(this.#inputs.imageText), resolveImage(task.imageUrl)];
    return ordered !== null && image !== null && parts.every((part) => ordered[part] === image[part]);
  }

  /** It is clear what became of the cluster's request. */
  #settle(clusterId: string): void {
    this.#lost.delete(clusterId);
    this.failures.end();
  }

  #order(clusterId: string): CreationOrder {
    const { imageText, productIds, note, registryAuthId } = this.#inputs;
    return { imageUrl: imageText, clusterId, productIds, note, registryAuthId };
  }
}

/** Where the API does not say when it failed, being there at the first listing tells enough. */
function hasFailedBefore(task: PrewarmTask, startedAt: number): boolean {
  const lastKnown = task.completeTime ?? task.createTime ?? 0;
  return phaseOf(task.state) === 'failed' && lastKnown * 1000 <= startedAt;
}

function quotaNote(quota: Quota | null): string {
  if (quota === null || quota.used < quota.limit) return '';
  return `; the quota of tasks is full, ${quota.used} used of ${quota.limit} allowed: delete finished ones`;
}
