import { isCreatedSince } from '../tasks/creation-time.ts';
import { History } from '../tasks/past-durations.ts';
import { type Memory, type Selection, SelectionBuilder, type Selectors } from '../tasks/selection.ts';
import type { PrewarmTask } from '../tasks/task.ts';

/** One reading of the listing: what it tells is gathered task by task. */
export class Reading {
  readonly history = new History();
  /** The tasks that were created since the step started, whether they count or not. */
  readonly recent: PrewarmTask[] = [];
  readonly #startedAt: number;
  readonly #selectorsAt: (serverClockOffset: number | null) => Selectors;
  readonly #memory: Memory;
  #selection: SelectionBuilder | null = null;

  /** @param startedAt when the step started, Unix milliseconds. */
  constructor(
    startedAt: number,
    selectorsAt: (serverClockOffset: number | null) => Selectors,
    memory: Memory,
  ) {
    this.#startedAt = startedAt;
    this.#selectorsAt = selectorsAt;
    this.#memory = memory;
  }

  visit(task: PrewarmTask, serverClockOffset: number | null): void {
    this.#selectionAt(serverClockOffset).add(task);
    this.history.add(task);
    const startedAt = (this.#startedAt + (serverClockOffset ?? 0)) / 1000;
    if (isCreatedSince(task, startedAt)) this.recent.push(task);
  }

  /** What counts, once the listing is complete, without the tasks that are replaced. */
  selection(serverClockOffset: number | null, replaced: ReadonlySet<string>): Selection {
    return this.#selectionAt(serverClockOffset).build(replaced);
  }

  #selectionAt(serverClockOffset: number | null): SelectionBuilder {
    this.#selection ??= new SelectionBuilder(this.#selectorsAt(serverClockOffset), this.#memory);
    return this.#selection;
  }
}
