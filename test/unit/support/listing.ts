import { type ReadPage, readAllPages } from '../../../src/api/pagination.ts';
import { type ApiFailure, isFailure } from '../../../src/api/types.ts';
import {
  type Memory,
  type Selection,
  SelectionBuilder,
  type Selectors,
} from '../../../src/tasks/selection.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';

/** A listing that comes in one piece. */
export interface Listing {
  readonly tasks: readonly PrewarmTask[];
  readonly serverClockOffset: number | null;
  readonly mayHaveSlipped: boolean;
}

/** What counts of a whole listing. */
export function select(listing: readonly PrewarmTask[], selectors: Selectors, memory: Memory): Selection {
  const selection = new SelectionBuilder(selectors, memory);
  for (const task of listing) selection.add(task);
  return selection.build();
}

/** Why a task that is alone does not count; `null` when it does. */
export function whyNotSelected(task: PrewarmTask, selectors: Selectors): string | null {
  return select([task], selectors, new Map()).nearMisses[0]?.why ?? null;
}

/** Every task of a listing in pages. */
export async function collect(readPage: ReadPage): Promise<readonly PrewarmTask[] | ApiFailure> {
  const tasks: PrewarmTask[] = [];
  const failure = await readAllPages(readPage, (task) => tasks.push(task));
  return failure !== null && isFailure(failure) ? failure : tasks;
}
