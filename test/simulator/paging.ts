import { errorReply, type Reply } from './reply.ts';

export interface Paging {
  readonly defaultPageSize: number;
  readonly maxPageSize: number;
  /** What a page size over the largest one gets: silently that largest one, or a 400. */
  readonly overMaxPageSize: 'cap' | 'refuse';
}

/** The page size that the parameter `name` asks for, or the refusal of it. */
export function pageSizeOf(
  query: Readonly<Record<string, string>>,
  name: string,
  { defaultPageSize, maxPageSize, overMaxPageSize }: Paging,
): number | Reply {
  const asked = wholeNumber(query[name], defaultPageSize);
  if (asked === null) {
    return errorReply(400, 'VALIDATOR_PARAM', `${name} must be a positive integer`);
  }
  if (asked > maxPageSize && overMaxPageSize === 'refuse') {
    return errorReply(400, 'VALIDATOR_PARAM', `${name} must be at most ${maxPageSize}`);
  }
  return Math.min(asked, maxPageSize);
}

/** A positive whole number in a query, or null when it is something else. */
export function wholeNumber(text: string | undefined, whenAbsent: number): number | null {
  if (text === undefined || text === '') {
    return whenAbsent;
  }
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
