import { ABSENT, isConstant, itemAt, type Moment } from './timeline.ts';
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

/** All items that the script holds, as served at given moments. */
export class Listing {
  readonly #scripts: readonly Scripted[];
  readonly #startSeconds: number;
  readonly #order: Order;
  readonly #built = new Map<Scripted, unknown>();

  constructor(scripts: readonly Scripted[], startSeconds: number, order: Order) {
    this.#scripts = scripts;
    this.#startSeconds = startSeconds;
    this.#order = order;
  }

  /** Every item that passes the filters at the last moment, in the server's order. */
  items(moments: readonly Moment[], filters: Filters): unknown[] {
    const present: unknown[] = [];
    for (const script of this.#scripts) {
      const item = this.#item(script, moments);
      if (item !== ABSENT && passes(item, filters)) {
        present.push(item);
      }
    }
    return ordered(present, this.#order, moments.at(-1)?.poll ?? 1);
  }

  #item(script: Scripted, moments: readonly Moment[]): unknown {
    if (!isConstant(script)) {
      return itemAt(script, moments, this.#startSeconds);
    }
    if (!this.#built.has(script)) {
      this.#built.set(script, itemAt(script, moments, this.#startSeconds));
    }
    return this.#built.get(script);
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
