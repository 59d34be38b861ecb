import type { Result } from '../outcome.ts';
import type { CreatedAfter } from '../tasks/creation-time.ts';
import { LONGEST_REFERENCE } from '../tasks/image-reference.ts';
import { parseCreatedAfter } from './created-after.ts';
import {
  ALLOWABLE_RESULTS,
  type ApiVersion,
  parseAllowableResult,
  parseApiVersion,
  parseBaseUrl,
  parseBoolean,
  parseCommitSha,
  parseDuration,
  parseId,
  parseImage,
  parseList,
  parseRequirement,
  type Requirement,
} from './parse.ts';
import {
  meantApiVersion,
  meantBaseUrl,
  meantBoolean,
  meantCommitSha,
  meantCreatedAfter,
  meantDuration,
  meantImages,
  meantList,
  meantResults,
} from './suggestions.ts';

/** How one input is read. */
export interface Field<T> {
  /** As `action.yml` has it; empty where there is none, or only the runner knows it. */
  readonly default: string;
  /** What an empty text means where there is no default; also stands in for a bad value. */
  readonly empty: T;
  /** Reads trimmed text that is not empty; null when it is not accepted. */
  readonly parse: (text: string) => T | null;
  /** The accepted form; follows "is not". */
  readonly accepted: string;
  /** What a bad text was probably meant to be. */
  readonly meant?: (text: string) => string | null;
  /** The first item of a list that is not accepted. */
  readonly badItem?: (text: string) => string | undefined;
}

const MINUTE = 60;
const DAY = 86_400;
const LONGEST_LIST = 500;
const MOST_IMAGES = 20;
const LONGEST_NOTE = 100; // the API's own limit

/** Inputs that no text may show. */
export const SECRET_INPUTS = ['api-key', 'registry-auth-id', 'github-token'] as const;

/** Keeps the type of the row's values. */
function field<T>(row: Field<T>): Field<T> {
  return row;
}

/** An input that any text is good for; the rules across inputs judge it. */
const text = field<string>({ default: '', empty: '', parse: (value) => value, accepted: '' });

function list<T>(
  parseItem: (text: string) => T | null,
  most: number,
  row: Pick<Field<readonly T[]>, 'accepted' | 'meant'>,
) {
  return field<readonly T[]>({
    default: '',
    empty: [],
    parse: (value) => {
      const items = parseList(value)?.map(parseItem) ?? [null];
      const good = items.filter((item) => item !== null);
      return good.length === items.length && good.length <= most ? good : null;
    },
    badItem: (value) => parseList(value)?.find((item) => parseItem(item) === null),
    ...row,
  });
}

const idList = list(parseId, LONGEST_LIST, {
  accepted: `a list of at most ${LONGEST_LIST} ids, separated by commas or line breaks, such as a,b, or as a JSON array of strings, such as ["a","b"]`,
  meant: meantList,
});

const boolean = (byDefault: 'true' | 'false') =>
  field<boolean>({
    default: byDefault,
    empty: byDefault === 'true',
    parse: parseBoolean,
    accepted: 'true or false',
    meant: meantBoolean,
  });

/** A duration in milliseconds; the limits are seconds. */
const duration = (byDefault: string, shortest: number, longest: number, range: string) =>
  field<number>({
    default: byDefault,
    empty: longest * 1000,
    parse: (value) => {
      const seconds = parseDuration(value);
      return seconds !== null && seconds >= shortest && seconds <= longest ? seconds * 1000 : null;
    },
    accepted: `a duration such as 90s, 15m, 1h30m or 2d, ${range}`,
    meant: meantDuration,
  });

/** Every input, in the order of `action.yml`. */
export const FIELDS = {
  'api-key': text,
  image: list(parseImage, MOST_IMAGES, {
    accepted: `an image reference [host[:port]/]path[:tag][@digest] of at most ${LONGEST_REFERENCE} characters, such as team/pytorch:v2, or a list of up to ${MOST_IMAGES}`,
    meant: meantImages,
  }),
  note: field<string | null>({
    default: '',
    empty: null,
    parse: (value) => ([...value].length <= LONGEST_NOTE ? value : null),
    accepted: `a note of at most ${LONGEST_NOTE} characters`,
  }),
  'task-ids': idList,
  'cluster-ids': idList,
  'product-ids': idList,
  'created-after': field<CreatedAfter | null>({
    default: '',
    empty: null,
    parse: parseCreatedAfter,
    accepted:
      'a time as ISO 8601 with Z or an offset, such as 2026-01-31T12:00:00Z, as Unix seconds from 1000000000 on, or a duration such as 900s or 15m',
    meant: meantCreatedAfter,
  }),
  require: field<Requirement>({
    default: 'all',
    empty: 'all',
    parse: parseRequirement,
    accepted: 'all, any or a whole number of at least 1',
    meant: (value) => value.toLowerCase(),
  }),
  'fail-fast': boolean('true'),
  'allowed-results': field<ReadonlySet<Result>>({
    default: 'succeeded',
    empty: new Set<Result>(['succeeded']),
    parse: (value) => {
      const results = parseList(value)?.map(parseAllowableResult) ?? [];
      const good = results.filter((result) => result !== null);
      // A warm image is green, whatever else is allowed.
      return good.length > 0 && good.length === results.length ? new Set(['succeeded', ...good]) : null;
    },
    accepted: `a list out of ${ALLOWABLE_RESULTS.join(', ')}`,
    meant: meantResults,
  }),
  timeout: duration('30m', 1, 5 * DAY, 'from 1s to 5d'),
  'appear-timeout': duration('2m', 0, 5 * DAY, 'from 0 to the value of timeout'),
  'poll-interval': duration('15s', 1, 10 * MINUTE, 'from 1s to 10m'),
  'request-timeout': duration('30s', 1, 5 * MINUTE, 'from 1s to 5m'),
  'base-url': field({
    default: 'https://api.ppinfra.com',
    empty: '',
    parse: parseBaseUrl,
    accepted: 'an https address (http only for a loopback address) without user info, query and fragment',
    meant: meantBaseUrl,
  }),
  'api-version': field<ApiVersion>({
    default: 'v1',
    empty: 'v1',
    parse: parseApiVersion,
    accepted: 'v1 or v2',
    meant: meantApiVersion,
  }),
  'create-missing': boolean('false'),
  'registry-auth-id': text,
  'recreate-failed': field({
    default: '0',
    empty: 0,
    parse: (value) => (/^[0-3]$/.test(value) ? Number(value) : null),
    accepted: 'a whole number from 0 to 3',
  }),
  'delete-superseded': boolean('false'),
  'commit-status': field<string | null>({
    default: '',
    empty: null,
    parse: (value) => (/^[^\p{Cc}]{1,200}$/u.test(value) ? value : null),
    accepted: 'a name of at most 200 characters on one line',
  }),
  'commit-sha': field<string | null>({
    default: '',
    empty: null,
    parse: parseCommitSha,
    accepted: 'a full commit id of 40 or 64 hexadecimal digits',
    meant: meantCommitSha,
  }),
  'github-token': text,
  summary: boolean('true'),
};

export type InputName = keyof typeof FIELDS;

export const INPUT_NAMES = Object.keys(FIELDS) as InputName[];

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** What each input's text is read as. */
export type Values = { readonly [Name in InputName]: ValueOf<(typeof FIELDS)[Name]> };
