import type { Filters, ListingPage } from './listing.ts';
import type { Reply, Send } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';

/** A number, some numbers, or a range; bounds are inclusive and may be left out. */
type Numbers = number | readonly number[] | { readonly from?: number; readonly to?: number };

/** Which requests a fault strikes: those for which everything given holds. */
export interface Aim {
  readonly request?: Numbers;
  readonly poll?: Numbers;
  readonly page?: Numbers;
  readonly when?: (request: LoggedRequest) => boolean;
  /** Strikes at most this often. */
  readonly times?: number;
}

/** What a listing fault may look at besides the page that would be served. */
interface ListingView {
  readonly request: LoggedRequest;
  readonly page: number;
  readonly pageSize: number;
  readonly filters: Filters;
  /** All items that pass the filters, in the server's order. */
  readonly items: readonly unknown[];
}

/**
 * Something that goes wrong, at one or more of three stages: the listing as a value, the reply as bytes, and the
 * sending of it. Of several faults that strike one request, transformations add up and the last sender sends.
 */
export interface Fault {
  readonly name: string;
  readonly aim?: Aim;
  readonly listing?: (page: ListingPage, view: ListingView) => unknown;
  readonly reply?: (reply: Reply, request: LoggedRequest) => Reply;
  readonly send?: Send;
}

/** Aims a fault; without an aim it strikes every request. */
export function on(aim: Aim, fault: Fault): Fault {
  return { ...fault, aim };
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
  if ('includes' in numbers) {
    return numbers.includes(value);
  }
  return value >= (numbers.from ?? 1) && value <= (numbers.to ?? Number.POSITIVE_INFINITY);
}
