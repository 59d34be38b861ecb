import { ABSENT, itemAt, type Moment, START, since } from './timeline.ts';
import type { TaskScript, WireFields } from './wire.ts';

export interface Filters {
  readonly name: string;
  /** As v1 or as v2 writes it. */
  readonly state: string;
  readonly clusterId: string;
}

export interface ListingPage {
  readonly data: readonly unknown[];
  readonly total: number;
}

interface Entry {
  readonly script: TaskScript;
  /** Where its timeline starts. */
  readonly born: Moment;
  deletedAtMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const EVERYTHING: Filters = { name: '', state: '', clusterId: '' };

/** All tasks of the script in their order, and those created since, as served at given moments. */
export class Listing {
  readonly #entries: Entry[];
  readonly #startSeconds: number;
  readonly #lagMs: number;
  readonly #built = new Map<Entry, WireFields>();

  constructor(scripts: readonly TaskScript[], startSeconds: number, lagMs = 0) {
    this.#entries = scripts.map((script) => ({ script, born: START, deletedAtMs: NEVER }));
    this.#startSeconds = startSeconds;
    this.#lagMs = lagMs;
  }

  /** Puts in a task that is created at the moment `born`. */
  add(script: TaskScript, born: Moment): void {
    this.#entries.push({ script, born, deletedAtMs: NEVER });
  }

  /** Takes tasks out by their ids. */
  remove(ids: readonly string[], now: Moment): void {
    for (const entry of this.#entries) {
      if (ids.includes(idOf(this.#itemAt(entry, [now])))) entry.deletedAtMs = now.elapsedMs;
    }
  }

  has(id: string, moments: readonly Moment[]): boolean {
    return this.#existing(moments).some((entry) => idOf(this.#itemAt(entry, moments)) === id);
  }

  /** How many tasks there are: those in the listing, and created ones that do not appear in it yet. */
  count(moments: readonly Moment[]): number {
    return this.#existing(moments).length;
  }

  /** Every item that passes the filters at the last moment. */
  items(moments: readonly Moment[], filters = EVERYTHING): WireFields[] {
    const seenMs = (moments.at(-1)?.elapsedMs ?? 0) - this.#lagMs;
    return this.#entries.flatMap((entry) => {
      const isHidden = (entry.born !== START && entry.born.elapsedMs > seenMs) || entry.deletedAtMs <= seenMs;
      const item = isHidden ? ABSENT : this.#item(entry, moments);
      return item !== ABSENT && passes(item, filters) ? [item] : [];
    });
  }

  #existing(moments: readonly Moment[]): Entry[] {
    return this.#entries.filter(
      (entry) => entry.deletedAtMs === NEVER && this.#itemAt(entry, moments) !== ABSENT,
    );
  }

  /** One that never changes is built once. */
  #item(entry: Entry, moments: readonly Moment[]): WireFields | typeof ABSENT {
    const built = this.#built.get(entry) ?? this.#itemAt(entry, moments);
    if (built !== ABSENT && entry.script.steps.length === 0) this.#built.set(entry, built);
    return built;
  }

  #itemAt({ script, born }: Entry, moments: readonly Moment[]): WireFields | typeof ABSENT {
    return itemAt(script, since(born, moments), this.#startSeconds + born.elapsedMs / 1000);
  }
}

function idOf(item: WireFields | typeof ABSENT): string {
  return item === ABSENT ? '' : String(item.id);
}

function passes(item: WireFields, { name, state, clusterId }: Filters): boolean {
  return (
    (name === '' || holds(item['imageName'], name) || holds(item['note'], name)) &&
    (state === '' || String(item['state']).toLowerCase() === state.toLowerCase()) &&
    (clusterId === '' || item.clusterId === clusterId)
  );
}

function holds(text: unknown, part: string): boolean {
  return typeof text === 'string' && text.toLowerCase().includes(part.toLowerCase());
}
