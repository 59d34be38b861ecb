/** What the pages of a listing tell: how large they may be, in which order they come, and whether they add up. */
import type { Observations } from './examine.ts';
import { formOf, listed } from './forms.ts';
import { type Line, NOT_ASKED, outcomeOf } from './lines.ts';
import { LIMITS } from './plain.ts';
import { type Answer, fieldIn, itemsIn, numberOf, taskOf } from './wire.ts';

export function pagingLines(seen: Observations): Line[] {
  return [
    ['Page size when none is asked', defaultSize(seen)],
    ['Largest page', largestPage(seen)],
    ['Sort order', sortOrder(seen)],
    ['Total across pages', seen.version === 'v1' ? totals(seen) : cursors(seen)],
    ['Page past the end', seen.version === 'v1' ? pastTheEnd(seen.beyond) : 'v2 has none: cursors end'],
  ];
}

function defaultSize({ unsized }: Observations): string {
  const items = itemsIn(unsized);
  if (items === null) return outcomeOf(unsized);
  return isCut(unsized) ? sizeShown(items.length) : 'all tasks came, so it cannot be told';
}

function largestPage({ sizes, version }: Observations): string {
  if (sizes.length === 0) return NOT_ASKED;
  const parameter = version === 'v1' ? 'pageSize' : 'limit';
  const findings = sizes.map(({ size, answer }) => {
    const items = itemsIn(answer);
    if (items === null) return `${parameter} ${size}: ${outcomeOf(answer)}`;
    if (!isCut(answer)) return `${parameter} ${size}: granted, and all tasks fitted in`;
    return items.length === size
      ? `${parameter} ${size}: granted in full`
      : `${parameter} ${size}: granted, but cut to ${sizeShown(items.length)}`;
  });
  return findings.join('; ');
}

/** Whether more tasks exist than the answer holds, as far as it tells. */
function isCut(answer: Answer | null): boolean {
  const count = itemsIn(answer)?.length ?? 0;
  return fieldIn(answer, 'has_more') === true || numberOf(fieldIn(answer, 'total')) > count;
}

/** A number of tasks that is a limit by its looks; another one would tell how many an account has. */
function sizeShown(count: number): string {
  return LIMITS.has(count) ? String(count) : 'a number that is no usual limit';
}

function sortOrder({ sizes, first }: Observations): string {
  const largest = sizes.at(-1)?.answer ?? null;
  const items = itemsIn(largest) ?? itemsIn(first);
  if (items === null) return NOT_ASKED;
  const times = items.map((item) => taskOf(item).created).filter((time) => !Number.isNaN(time));
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  if (steps.every((step) => step === 0)) return 'cannot be told without tasks of different times';
  if (steps.every((step) => step <= 0)) return 'newest first, by creation time';
  return steps.every((step) => step >= 0) ? 'oldest first, by creation time' : 'not by creation time';
}

function totals({ pages, pageSize, beyond }: Observations): string {
  if (pages.length === 0) return NOT_ASKED;
  const counted = [...pages, ...(beyond === null ? [] : [beyond])].map((page) => fieldIn(page, 'total'));
  const form = listed([...new Set(counted.map((total) => formOf(total)))]);
  const total = numberOf(counted[0]);
  const isSame = new Set(counted.map((each) => JSON.stringify(each))).size === 1;
  const isWhole = pages.length * pageSize >= total;
  const adds = isWhole
    ? `; ${new Set(idsOn(pages)).size === total ? 'as many' : 'not as many'} tasks came`
    : '';
  return `${form}, ${isSame ? 'the same' : 'not the same'} on ${pages.length} pages${adds}${repeats(pages)}`;
}

function cursors({ pages }: Observations): string {
  if (pages.length === 0) return NOT_ASKED;
  const last = pages.findLast((page) => fieldIn(page, 'has_more') !== true);
  const form = (page: Answer | undefined) =>
    page === undefined
      ? 'not reached'
      : `next_cursor ${formOf(fieldIn(page, 'next_cursor'))}, has_more ${formOf(fieldIn(page, 'has_more'))}`;
  const total = formOf(fieldIn(pages[0] ?? null, 'total'));
  return `${pages.length} pages${repeats(pages)}; first page: ${form(pages[0])}; last page: ${form(last)}; total ${total}`;
}

function repeats(pages: readonly Answer[]): string {
  const ids = idsOn(pages);
  return new Set(ids).size === ids.length ? ', no task twice' : ', some tasks twice';
}

function idsOn(pages: readonly Answer[]): string[] {
  return pages.flatMap((page) => itemsIn(page) ?? []).map((item) => taskOf(item).id);
}

function pastTheEnd(beyond: Answer | null): string {
  if (itemsIn(beyond) === null) return outcomeOf(beyond);
  return `data ${formOf(fieldIn(beyond, 'data'))}, total ${formOf(fieldIn(beyond, 'total'))}`;
}
