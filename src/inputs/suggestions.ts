import { distance } from 'fastest-levenshtein';
import { ALLOWABLE_RESULTS, isLoopback } from './parse.ts';

// What a bad value was probably meant to be. Each function returns a candidate, which the input's own parser must
// accept before it is shown, or null where it cannot be told.

const MOST_EDITS = 2;

/** The known name that is at most two edits away from this one, or from this one's singular or plural; the closest. */
export function meantName(name: string, known: readonly string[]): string | null {
  const edits = (one: string) => {
    const forms = one.endsWith('s') ? [one, one.slice(0, -1)] : [one, `${one}s`];
    // Distances of long texts take long, and are over two anyway.
    const near = forms.filter((form) => Math.abs(form.length - name.length) <= MOST_EDITS);
    return Math.min(...near.map((form) => distance(form, name)));
  };
  return closest(known.map((one) => ({ one, edits: edits(one) })));
}

function closest(candidates: readonly { readonly one: string; readonly edits: number }[]): string | null {
  const best = candidates.toSorted((one, other) => one.edits - other.edits)[0];
  return best !== undefined && best.edits <= MOST_EDITS ? best.one : null;
}

/** The text without quotes around it. */
export function withoutQuotes(text: string): string {
  return text.replace(/^["'`‘“]+|["'`’”]+$/g, '').trim();
}

/** Items in brackets, in quotes, behind dashes, or separated by blanks or `;`, as a list separated by commas. */
export function meantList(text: string, meantItem: (item: string) => string = (item) => item): string | null {
  if (/[{}]/.test(text)) return null;
  const items = text.split(/[\s,;[\]"'`‘’“”]+/).filter((item) => item !== '' && item !== '-');
  return items.map(meantItem).join(',');
}

/** Image addresses without the scheme of a web address; two words on a line may be a list, or a name and its tag. */
export function meantImages(text: string): string | null {
  if (/[^\s,;-][ \t]+[^\s,;]/.test(text)) return null;
  return meantList(text, (item) => item.replace(/^[a-z]+:\/+/i, '').replace(/\/$/, ''));
}

const RESULT_WORDS: Readonly<Record<string, string>> = {
  success: 'succeeded',
  ok: 'succeeded',
  failure: 'failed',
  fail: 'failed',
  missing: 'not-found',
};

export function meantResults(text: string): string | null {
  const words = text.toLowerCase().replaceAll(/[_.]| (?=out|found)/g, '-');
  return meantList(words, (word) =>
    Object.hasOwn(RESULT_WORDS, word)
      ? (RESULT_WORDS[word] ?? word)
      : (meantName(word, ALLOWABLE_RESULTS) ?? word),
  );
}

export function meantBoolean(text: string): string | null {
  if (/^(?:true|yes|y|on|1|enabled?)$/i.test(text)) return 'true';
  return /^(?:false|no|n|off|0|disabled?)$/i.test(text) ? 'false' : null;
}

const UNITS: readonly (readonly [RegExp, string, number])[] = [
  [/^(?:d|days?|天|日)$/, 'd', 86_400],
  [/^(?:h|hrs?|hours?|小时|时)$/, 'h', 3_600],
  [/^(?:m|mins?|minutes?|分钟?)$/, 'm', 60],
  [/^(?:s|secs?|seconds?|秒钟?)$/, 's', 1],
];

/** A duration with other names of its units (`30 min`, `2 Hours`, `15 分钟`, `PT15M`) or with a fraction (`1.5h`). */
export function meantDuration(text: string): string | null {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^pt(?=\d)/, '')
    .replaceAll(/\s/g, '');
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?)([^\d.]+)/g)];
  if (parts.map(([part]) => part).join('') !== plain) return null;
  let written = '';
  let seconds = 0;
  for (const [, count = '', word = ''] of parts) {
    const unit = UNITS.find(([names]) => names.test(word));
    if (unit === undefined) return null;
    written += count + unit[1];
    seconds += Number(count) * unit[2];
  }
  return written.includes('.') ? durationText(seconds) : written;
}

/** Whole seconds as `1h30m`; null for anything but whole seconds. */
function durationText(seconds: number): string | null {
  if (!Number.isSafeInteger(seconds)) return null;
  let rest = seconds;
  let text = '';
  for (const [, unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text;
}

/** A plain number of seconds, milliseconds since 1970, a moment without its offset, or a duration as above. */
export function meantCreatedAfter(text: string): string | null {
  if (/^\d{13}$/.test(text)) return text.slice(0, -3);
  if (/^\d+$/.test(text)) return `${text}s`;
  const moment = /^(\d{4}-\d{2}-\d{2})(?:[T ]\s*(\d{2}:\d{2}\S*?))?(?:\s*(?:Z|UTC|GMT))?$/i.exec(text);
  return moment === null ? meantDuration(text) : `${moment[1]}T${moment[2] ?? '00:00:00'}Z`;
}

/** The address with `https://` in front, without user info, query and fragment. */
export function meantBaseUrl(text: string): string | null {
  const rest = text
    .replace(/^(?:https?|ftp|wss?)?:?[\\/]+|^https?:/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/^[^/]*@/, '');
  const address = `https://${rest}`;
  if (!URL.canParse(address)) return null;
  const { hostname } = new URL(address);
  if (isLoopback(hostname)) return `http://${rest}`;
  // A word alone is no address that anybody meant.
  return hostname.includes('.') ? address : null;
}

export function meantApiVersion(text: string): string | null {
  const version = /^v?([12])(?:\.0)*$/i.exec(text)?.[1];
  return version === undefined ? null : `v${version}`;
}

/** The commit id in a text that holds one, such as a link to the commit. */
export function meantCommitSha(text: string): string | null {
  return /[0-9a-f]{40,64}/i.exec(text)?.[0] ?? null;
}
