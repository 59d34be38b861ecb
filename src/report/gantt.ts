import { type Phase, type PrewarmTask, phaseOf } from '../tasks/task.ts';
import { shorten } from '../text.ts';
import { mermaidText } from './escape.ts';
import * as format from './format.ts';

const MOST_TASKS = 50;
const LAST_DRAWABLE_SECOND = 253_402_300_799; // the end of 9999: mermaid refuses a chart with a later date
const SHORTEST_BAR = 200; // of so many parts of the axis one
// In columns: an East Asian letter or an emoji takes two.
const LONGEST_CLUSTER = 24;
const LONGEST_IMAGE = 36;
const LONGEST_PRODUCTS = 24;
const LONGEST_ID = 20;
const PIXELS_PER_COLUMN = 6.5;

/** How each phase looks: mermaid's tag, and a sign for those who cannot tell the colours apart. */
const LOOKS: Readonly<Record<Phase, { readonly tag: string; readonly sign: string }>> = {
  failed: { tag: 'crit', sign: '✗' },
  unfinished: { tag: 'active', sign: '…' },
  succeeded: { tag: 'done', sign: '✓' },
};
const MOST_TELLING: readonly Phase[] = ['failed', 'unfinished', 'succeeded'];

interface Bar {
  readonly task: PrewarmTask;
  /** Unix seconds. */
  readonly start: number;
  /** Seconds; `null` for a finished task that does not say when it ended. */
  readonly length: number | null;
}

/**
 * A Markdown block of less than 30 KB: a mermaid Gantt chart with a bar per task from its creation to its completion,
 * or to `serverNow` (Unix milliseconds on the server's clock) while it is unfinished, and a line that explains it.
 * Of more than 50 tasks the failed, then the unfinished are kept. `null` where fewer than two have a creation time:
 * there is nothing to compare.
 * @param imageOf a task's image where there are several.
 */
export function timeline(
  tasks: readonly PrewarmTask[],
  serverNow: number,
  imageOf: ((task: PrewarmTask) => string) | null,
): string | null {
  const bars = tasks.flatMap((task) => barOf(task, serverNow));
  if (bars.length < 2) return null;
  const shown = mostTelling(bars);
  return `\`\`\`mermaid\n${chart(shown, imageOf)}\n\`\`\`\n\n${caption(tasks.length, bars.length, shown)}`;
}

function barOf(task: PrewarmTask, serverNow: number): Bar[] {
  const { createTime: start, completeTime: end } = task;
  if (start === null || start > LAST_DRAWABLE_SECOND) return [];
  const until = phaseOf(task.state) === 'unfinished' ? Math.floor(serverNow / 1000) : end;
  return [{ task, start, length: until === null ? null : Math.max(0, until - start) }];
}

/** At most 50, in the order in which they came. */
function mostTelling(bars: readonly Bar[]): readonly Bar[] {
  const rank = (bar: Bar) => MOST_TELLING.indexOf(phaseOf(bar.task.state));
  const kept = new Set(bars.toSorted((one, other) => rank(one) - rank(other)).slice(0, MOST_TASKS));
  return bars.filter((bar) => kept.has(bar));
}

function chart(bars: readonly Bar[], imageOf: ((task: PrewarmTask) => string) | null): string {
  const clusters = new Map<string, [Bar, ...Bar[]]>();
  for (const bar of bars) {
    const section = clusters.get(bar.task.clusterId);
    if (section === undefined) clusters.set(bar.task.clusterId, [bar]);
    else section.push(bar);
  }
  const sections = [...clusters.values()];
  const names = distinct(sections.map(([first]) => clusterLabels(first.task)));
  const { start, end } = extent(bars);
  return [
    ...configuration(names, bars.length),
    'gantt',
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    ...axis(end - start),
    '  todayMarker off',
    ...sections.flatMap((section, index) => [
      `  section ${names[index]}`,
      ...rows(section, end - start, imageOf),
    ]),
  ].join('\n');
}

function extent(bars: readonly Bar[]): { readonly start: number; readonly end: number } {
  const start = Math.min(...bars.map((bar) => bar.start));
  return { start, end: Math.max(...bars.map((bar) => bar.start + (bar.length ?? 0))) };
}

// GitHub's own green, blue and red for bars, which carry white text on a light page and on a dark one, and its grey.
const [GREEN, BLUE, RED, GREY] = ['#1f883d', '#0969da', '#cf222e', '#768390'];
const MARGIN = 22; // pixels above the bars, and below them for the axis
const ROOMY = { barHeight: 20, barGap: 10 };
const DENSE = { barHeight: 18, barGap: 6 };
const MOST_ROOMY_BARS = 12;

/**
 * Mermaid makes no room for the names of sections by itself, has one colour for text on bars and beside them, draws
 * grid lines as dark as the labels that they cross, and the axis 50 pixels above the lower edge.
 */
function configuration(names: readonly string[], bars: number): string[] {
  const columns = Math.max(...names.flatMap((name) => name.split('<br>')).map(columnsOf));
  const leftPadding = Math.max(75, Math.ceil(columns * PIXELS_PER_COLUMN) + 20);
  const { barHeight, barGap } = bars > MOST_ROOMY_BARS ? DENSE : ROOMY;
  const css = [
    'text.taskText { fill: #ffffff !important }',
    'text.taskTextOutsideLeft[class], text.taskTextOutsideRight[class] { fill: inherit !important }',
    '.section { opacity: 0.1 }',
    '.grid .tick line { opacity: 0.2 }',
    `.grid { transform: translate(${leftPadding}px, ${MARGIN + bars * (barHeight + barGap)}px) }`,
  ];
  const colours = Object.entries({ doneTask: GREEN, activeTask: BLUE, crit: RED }).flatMap(
    ([kind, colour]) => [`    ${kind}BkgColor: "${colour}"`, `    ${kind}BorderColor: "${colour}"`],
  );
  return [
    '---',
    'config:',
    `  themeCSS: "${css.join(' ')}"`,
    '  themeVariables:',
    ...colours,
    `    sectionBkgColor: "${GREY}"`,
    `    sectionBkgColor2: "${GREY}"`,
    '    altSectionBkgColor: transparent',
    '  gantt:',
    `    barHeight: ${barHeight}`,
    `    barGap: ${barGap}`,
    `    topPadding: ${MARGIN}`,
    `    gridLineStartPadding: ${MARGIN}`,
    `    leftPadding: ${leftPadding}`,
    '---',
  ];
}

// The smallest of these that gives few enough ticks for their labels not to touch; beyond, mermaid's own choice fits.
const MOST_TICKS = 8;
const TICKS: readonly (readonly [seconds: number, interval: string])[] = [
  [1, '1second'],
  [5, '5second'],
  [15, '15second'],
  [30, '30second'],
  [60, '1minute'],
  [120, '2minute'],
  [300, '5minute'],
  [600, '10minute'],
  [1_800, '30minute'],
  [3_600, '1hour'],
  [10_800, '3hour'],
  [21_600, '6hour'],
  [43_200, '12hour'],
  [86_400, '1day'],
  [172_800, '2day'],
];

function axis(seconds: number): string[] {
  const [step, interval] = TICKS.find(([tick]) => seconds <= tick * MOST_TICKS) ?? [seconds, null];
  const ticks =
    step < 60 ? '%H:%M:%S' : step <= 10_800 ? '%H:%M' : step < 86_400 ? '%m-%d %H:%M' : '%Y-%m-%d';
  return [`  axisFormat ${ticks}`, ...(interval === null ? [] : [`  tickInterval ${interval}`])];
}

function rows(
  section: readonly Bar[],
  span: number,
  imageOf: ((task: PrewarmTask) => string) | null,
): string[] {
  const labels = distinct(section.map(({ task }) => taskLabels(task, imageOf)));
  return section.map((bar, index) => {
    const { tag, sign } = LOOKS[phaseOf(bar.task.state)];
    const took = bar.length === null ? 'end unknown' : format.duration(bar.length * 1000);
    const tags = isMoment(bar, span) ? `${tag}, milestone` : tag;
    const label = [`${sign} ${labels[index]}`.trim(), took].join(labels[index] === '' ? ' ' : ' · ');
    return `  ${label} :${tags}, ${wallClock(bar.start)}, ${bar.length ?? 0}s`;
  });
}

/**
 * Whether the bar is drawn as a diamond: mermaid leaves a bar of less than a pixel out; and where no end is known the
 * creation is all that can be drawn without making up a length.
 */
function isMoment({ length }: Bar, span: number): boolean {
  return length === null || length * SHORTEST_BAR < span || span === 0;
}

interface Labels {
  readonly short: string;
  /** For where others have the same short one. */
  readonly full: string;
}

function taskLabels(task: PrewarmTask, imageOf: ((task: PrewarmTask) => string) | null): Labels {
  const productIds = task.products
    .map(({ productId }) => productId)
    .join(', ')
    .trim();
  const image = imageOf?.(task).trim() ?? '';
  const short = [
    ...(image === '' ? [] : [fitted(image, LONGEST_IMAGE)]),
    ...(productIds === '' ? [] : [`[${fitted(productIds, LONGEST_PRODUCTS)}]`]),
  ].join(' ');
  return { short, full: [short, `(${fitted(task.id, LONGEST_ID)})`].join(' ').trim() };
}

/** Name and id on a line each; one of them where that says it all. */
function clusterLabels({ clusterId, clusterName }: PrewarmTask): Labels {
  const id = sectionName(fitted(clusterId, LONGEST_CLUSTER));
  if (clusterName.trim() === '') return { short: id, full: id };
  const name = fitted(clusterName, LONGEST_CLUSTER);
  const both = `${name}<br>${id}`;
  return { short: clusterName.includes(clusterId) ? sectionName(name) : both, full: both };
}

/** Mermaid counts rows in an object with sections as keys: numbers would move to its front, and one name is no key. */
function sectionName(text: string): string {
  return /^(?:\s*|\d+|__proto__)$/.test(text) ? `cluster ${text.trim() || 'without a name'}` : text;
}

/** Mermaid takes sections of the same name for one; and a reader could not tell bars of the same name apart. */
function distinct(labels: readonly Labels[]): string[] {
  const counts = new Map<string, number>();
  for (const { short } of labels) counts.set(short, (counts.get(short) ?? 0) + 1);
  const taken = new Set<string>();
  return labels.map(({ short, full }) => {
    const label = counts.get(short) === 1 ? short : full;
    let unique = label;
    for (let number = 2; taken.has(unique); number += 1) unique = `${label} (${number})`;
    taken.add(unique);
    return unique;
  });
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** The text made safe for mermaid, and no wider than so many columns. */
function fitted(text: string, columns: number): string {
  let short = shorten(mermaidText(text.slice(0, columns + 1)), columns);
  while (columnsOf(short) > columns) short = shorten(short, short.length - 1);
  // Isolated, or it would draw digits that follow it to its other side.
  return RIGHT_TO_LEFT.test(short) ? `\u2068${short}\u2069` : short;
}

function columnsOf(text: string): number {
  return [...text].reduce((columns, character) => columns + (character > '\u2e7f' ? 2 : 1), 0);
}

/**
 * The UTC time without its zone. Mermaid reads and shows times in the zone of whoever looks at the chart, so that this
 * comes out as UTC everywhere. Lengths are given in seconds: they hold even where that zone's clocks are put forward.
 */
function wallClock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function date(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/T.*/, '');
}

const LEGEND: Readonly<Record<Phase, string>> = {
  succeeded: '✓ succeeded',
  failed: '✗ failed',
  unfinished: '… unfinished',
};

/** Signs and their meaning, as far as they occur, the dates, and what the chart leaves out. */
function caption(total: number, drawable: number, shown: readonly Bar[]): string {
  const { start, end } = extent(shown);
  const phases = new Set(shown.map(({ task }) => phaseOf(task.state)));
  const legend = Object.entries(LEGEND).flatMap(([phase, text]) =>
    phases.has(phase as Phase) ? [text] : [],
  );
  const hasMoments = shown.some((bar) => bar.length !== null && isMoment(bar, end - start));
  const [from, to] = [date(start), date(end)];
  const dates = from === to ? from : `${from} to ${to}`;
  return [
    `${[...legend, ...(hasMoments ? ['◆ too short for a bar'] : [])].join(', ')}. ${dates}, times in UTC.`,
    ...(shown.length < drawable
      ? [`Shown are ${shown.length} of ${format.count(total, 'task')}, failed and unfinished ones first.`]
      : []),
    ...(drawable < total
      ? [`${format.count(total - drawable, 'task')} without a usable creation time cannot be shown.`]
      : []),
  ].join(' ');
}
