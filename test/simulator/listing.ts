import { ABSENT, isConstant, itemAt, type Moment, START, since } from './timeline.ts';
import type { Scripted } from './wire.ts';

/** The server's order of tasks. A seed shuffles anew for each poll, and alike for all pages of it. */
export type Order = 'as-given' | 'newest-first' | 'reversed-each-poll' | { readonly seed: number };

export interface Filters {
  readonly name: string;
  readonly state: string;
  readonly clusterId: string;
}

export interface ListingPage {
  readonly data: readonly unknown[];
  readonly total: number;
}

interface Entry {
  readonly script: Scripted;
  /** Where its timeline starts. */
  readonly born: Moment;
}

/** All items that the script holds, and those created since, as served at given moments. */
export class Listing {
  readonly #entries: Entry[];
  readonly #startSeconds: number;
  readonly #order: Order;
  readonly #built = new Map<Entry, unknown>();

  constructor(scripts: readonly Scripted[], startSeconds: number, order: Order) {
    this.#entries = scripts.map((script) => ({ script, born: START }));
    this.#startSeconds = startSeconds;
    this.#order = order;
  }

  /** Puts in a task that is created at the moment `born`. */
  add(script: Scripted, born: Moment): void {
    this.#entries.push({ script, born });
  }

  /** How many tasks there are: those in the listing, and created ones that do not appear in it yet. */
  count(moments: readonly Moment[]): number {
    return this.#entries.filter(({ script, born }) => {
      const existing = born === START ? script : { ...script, appears: undefined };
      return this.#itemAt({ script: existing, born }, moments) !== ABSENT;
    }).length;
  }

  /** Every item that passes the filters at the last moment, in the server's order. */
  items(moments: readonly Moment[], filters: Filters): unknown[] {
    const present: unknown[] = [];
    for (const entry of this.#entries) {
      const item = this.#item(entry, moments);
      if (item !== ABSENT && passes(item, filters)) {
        present.push(item);
      }
    }
    return ordered(present, this.#order, moments.at(-1)?.poll ?? 1);
  }

  #item(entry: Entry, moments: readonly Moment[]): unknown {
    if (!isConstant(entry.script)) {
      return this.#itemAt(entry, moments);
    }
    if (!this.#built.has(entry)) {
      this.#built.set(entry, this.#itemAt(entry, moments));
    }
    return this.#built.get(entry);
  }

  #itemAt({ script, born }: Entry, moments: readonly Moment[]): unknown {
    return itemAt(script, since(born, moments), this.#startSeconds + born.elapsedMs / 1000);
  }
}

function passes(item: unknown, filters: Filters): boolean {
  if (typeof item !== 'object' || item === null) {
    return true;
  }
  const { imageName, note, state, clusterId } = item as Record<
    'imageName' | 'note' | 'state' | 'clusterId',
    unknown
  >;
  return (
    (filters.name === '' || holds(imageName, filters.name) || holds(note, filters.name)) &&
    (filters.state === '' || state === filters.state) &&
    (filters.clusterId === '' || clusterId === filters.clusterId)
  );
}

function holds(text: unknown, part: string): boolean {
  return typeof text === 'string' && text.toLowerCase().includes(part.toLowerCase());
}

function ordered(items: unknown[], order: Order, poll: number): unknown[] {
  if (order === 'as-given') {
    return items;
  }
  if (order === 'newest-first') {
    return items.sort((a, b) => createTimeOf(b) - createTimeOf(a));
  }
  if (order === 'reversed-each-poll') {
    return poll % 2 === 0 ? items.reverse() : items;
  }
  return shuffled(items, order.seed + poll);
}

function createTimeOf(item: unknown): number {
  const seconds = Number((item as { createTime?: unknown } | null)?.createTime);
  return Number.isFinite(seconds) ? seconds : 0;
}

function shuffled(items: unknown[], seed: number): unknown[] {
  // Knuth's linear congruential generator: weak, but the same on every machine.
  let state = seed >>> 0;
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return { item, key: Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0 };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
