import type { ListingPage } from './listing.ts';
import type { Reply, Send } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';

/** A number, some numbers, or all from one on. */
type Numbers = number | readonly number[] | { readonly from: number };

/** Which requests a fault strikes: those for which everything given holds. */
export interface Aim {
  readonly request?: Numbers;
  readonly poll?: Numbers;
  readonly page?: Numbers;
  /** Which create requests, and which of those that delete, counted from 1. */
  readonly create?: Numbers;
  readonly delete?: Numbers;
  readonly when?: (request: LoggedRequest) => boolean;
  /** Strikes at most this often. */
  readonly times?: number;
}

/** What a listing fault may look at besides the page that would be served. */
interface ListingView {
  readonly request: LoggedRequest;
  readonly page: number;
  readonly pageSize: number;
  /** All items that pass the filters, in the server's order and in the form of the version asked for. */
  readonly items: readonly unknown[];
}

/**
 * Something that goes wrong, at one or more of three stages: the listing as a value, the reply as bytes, and the
 * sending of it. Of several faults that strike one request, transformations add up and the last sender sends.
 * A request that is struck has created or deleted its tasks all the same, unless the fault is `unmade`.
 */
export interface Fault {
  readonly name: string;
  readonly aim?: Aim;
  /**
   * What is made of a page. In v2 its items are in v2's form, and `total` only decides whether there is more; what comes
   * out without `data` is served as it is.
   */
  readonly listing?: (page: ListingPage, view: ListingView) => unknown;
  readonly reply?: (reply: Reply, request: LoggedRequest) => Reply;
  readonly send?: Send;
  /** A request that it strikes creates or deletes nothing, and gets the answer as if it had. */
  readonly unmade?: boolean;
}

/** Aims a fault; without an aim it strikes every request. */
export function on(aim: Aim, fault: Fault): Fault {
  return { ...fault, aim };
}

/**
 * The same fault, striking before a task is created or deleted or a commit status is made: `unmade(status(500))` is a 500
 * with nothing made, `status(500)` alone one after it was made.
 */
export function unmade(fault: Fault): Fault {
  return { ...fault, name: `${fault.name}, nothing made`, unmade: true };
}

/** The page that the faults make of a sound one; it may be no page any more. */
export function struckListing(faults: readonly Fault[], whole: ListingPage, view: ListingView): unknown {
  let answer: unknown = whole;
  for (const fault of faults) {
    // A transformation gets what the one before it made, unless that is no page any more.
    answer = fault.listing === undefined ? answer : fault.listing({ ...whole, ...(answer as object) }, view);
  }
  return answer;
}

/** The faults of one server, with what is left of those that strike a limited number of times. */
export class Faults {
  readonly #left: { readonly fault: Fault; times: number }[];

  constructor(faults: readonly Fault[]) {
    this.#left = faults.map((fault) => ({ fault, times: fault.aim?.times ?? Number.POSITIVE_INFINITY }));
  }

  /** The faults that strike this request; asking uses them up. */
  strike(request: LoggedRequest): Fault[] {
    const striking = this.#left.filter(
      ({ fault, times }) => times > 0 && isAimedAt(fault.aim ?? {}, request),
    );
    for (const entry of striking) {
      entry.times -= 1;
    }
    return striking.map(({ fault }) => fault);
  }
}

function isAimedAt(aim: Aim, request: LoggedRequest): boolean {
  return (
    isAmong(aim.request, request.number) &&
    isAmong(aim.poll, request.poll) &&
    isAmong(aim.page, request.page) &&
    isAmong(aim.create, request.create) &&
    isAmong(aim.delete, request.delete ?? null) &&
    (aim.when === undefined || aim.when(request))
  );
}

function isAmong(numbers: Numbers | undefined, value: number | null): boolean {
  if (numbers === undefined) {
    return true;
  }
  if (value === null) {
    return false;
  }
  if (typeof numbers === 'number') {
    return numbers === value;
  }
  return 'includes' in numbers ? numbers.includes(value) : value >= numbers.from;
}
