import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { marked } from 'marked';
import mermaid from 'mermaid';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { mermaidText } from '../../src/report/escape.ts';
import { timeline } from '../../src/report/gantt.ts';
import { type PrewarmTask, phaseOf, stateFrom } from '../../src/tasks/task.ts';
import { anyText } from './support/arbitraries.ts';
import { products, START, START_SECONDS, task } from './support/factories.ts';

/** What of mermaid's own representation of a Gantt chart these tests look at. */
interface GanttDb {
  getSections(): string[];
  getTasks(): GanttTask[];
  getLinks(): Map<string, string>;
  getExcludes(): string[];
  getIncludes(): string[];
  getDateFormat(): string;
  getAxisFormat(): string;
  getTickInterval(): string | undefined;
  getTodayMarker(): string;
  getDisplayMode(): string;
}

interface GanttTask {
  readonly task: string;
  readonly section: string;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly classes: readonly string[];
  readonly active?: boolean;
  readonly crit?: boolean;
  readonly done?: boolean;
  readonly milestone?: boolean;
  readonly vert?: boolean;
}

interface Row {
  readonly section: string;
  readonly label: string;
  readonly flags: string;
  /** Unix seconds of the UTC time that a reader sees. */
  readonly start: number;
  readonly seconds: number;
}

const TITLE = /^ {2}title Prewarm tasks (?:on|from [-\d]+ to) [-+\d]+, times in UTC\n/gm;
const FLAGS = ['active', 'crit', 'done', 'milestone', 'vert'] as const;

function blockOf(tasks: readonly PrewarmTask[]): string {
  const block = timeline(tasks, START);
  if (block === null) throw new Error('there is no timeline');
  return block;
}

/** The chart and the text below it, as a Markdown parser sees them. */
function markdownOf(block: string): { chart: string; caption: string } {
  const tokens = marked.lexer(`Before\n\n${block}\n\nAfter\n`).filter(({ type }) => type !== 'space');
  const [, chart, caption] = tokens;
  expect(tokens.map(({ type }) => type)).toEqual(['paragraph', 'code', 'paragraph', 'paragraph']);
  if (chart?.type !== 'code' || caption?.type !== 'paragraph') throw new Error('unreachable');
  expect(chart['lang']).toBe('mermaid');
  return { chart: chart['text'], caption: caption['text'] };
}

/** What mermaid reads out of a block, with whatever else a chart can do found undone. */
async function parsed(block: string): Promise<{ db: GanttDb; rows: Row[]; caption: string }> {
  const { chart, caption } = markdownOf(block);
  expect(chart.match(TITLE)).toHaveLength(1);
  // Mermaid sanitizes titles with a library that only works in a browser; ours has nothing from elsewhere in it.
  const text = chart.replace(TITLE, '');
  const { diagramType, config } = await mermaid.parse(text);
  expect(diagramType).toBe('gantt');
  expect(config).toEqual({
    themeCSS: '.grid .tick line { opacity: 0.2 }',
    gantt: { barGap: 8, leftPadding: expect.any(Number) },
  });
  const db = (await mermaid.mermaidAPI.getDiagramFromText(text)).db as unknown as GanttDb;
  expect(db.getLinks().size).toBe(0);
  expect([...db.getExcludes(), ...db.getIncludes(), db.getDisplayMode()].join('')).toBe('');
  expect([db.getDateFormat(), db.getTodayMarker()]).toEqual(['YYYY-MM-DD HH:mm:ss', 'off']);
  return { db, rows: db.getTasks().map(rowOf), caption };
}

function rowOf({ task, section, startTime, endTime, classes, ...tags }: GanttTask): Row {
  expect(classes).toEqual([]);
  return {
    section,
    label: task.trim(),
    flags: FLAGS.filter((flag) => tags[flag]).join(' '),
    start: wallClock(startTime),
    seconds: (endTime.getTime() - startTime.getTime()) / 1000,
  };
}

/** What a clock on the wall shows at that moment, as Unix seconds of the same reading in UTC. */
function wallClock(time: Date): number {
  const [year, month, day] = [time.getFullYear(), time.getMonth(), time.getDate()];
  return Date.UTC(year, month, day, time.getHours(), time.getMinutes(), time.getSeconds()) / 1000;
}

const rowsOf = async (...tasks: PrewarmTask[]) => (await parsed(blockOf(tasks))).rows;
const sectionsOf = async (...tasks: PrewarmTask[]) => (await parsed(blockOf(tasks))).db.getSections();
const finished = (overrides: Partial<PrewarmTask> = {}) =>
  task({ state: 'Succeeded', completeTime: START_SECONDS - 10, ...overrides });

// A chart's times are read in the zone of whoever looks at it; these tests look from a zone that they choose.
const zone = process.env['TZ'];
beforeEach(() => {
  process.env['TZ'] = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('the timeline', () => {
  it('is a chart and a line that explains it', () => {
    const tasks = [
      finished({ clusterId: 'us-west-01', clusterName: 'US West', imageUrl: 'r.io/ml/pytorch:2.9-cuda13' }),
      task({
        id: 't2',
        clusterId: 'cn-dev-1',
        clusterName: 'v2测试(cn-dev-1)',
        products: products('p1', 'p2'),
      }),
      finished({ id: 't3', clusterId: 'us-west-01', state: 'Failed', completeTime: START_SECONDS + 30 }),
    ];
    expect(timeline(tasks, START)).toBe(`\`\`\`mermaid
---
config:
  themeCSS: ".grid .tick line { opacity: 0.2 }"
  gantt:
    barGap: 8
    leftPadding: 124
---
gantt
  title Prewarm tasks on 2027-01-15, times in UTC
  dateFormat YYYY-MM-DD HH:mm:ss
  axisFormat %H:%M:%S
  tickInterval 15second
  todayMarker off
  section US West<br>us-west-01
  ✓ pytorch∶2.9-cuda13 · 50s :done, 2027-01-15 07:59:00, 50s
  ✗ pytorch∶v2 · 1m30s :crit, 2027-01-15 07:59:00, 90s
  section v2测试(cn-dev-1)
  … pytorch∶v2 [p1, p2] · 1m :active, 2027-01-15 07:59:00, 60s
\`\`\`

✓ succeeded, ✗ failed or deleted, … unfinished.`);
  });

  it('is left out where no task has a creation time', () => {
    expect(timeline([], START)).toBeNull();
    expect(timeline([task({ createTime: null })], START)).toBeNull();
  });

  it.each<[string, PrewarmTask, Partial<Row>]>([
    ['a success', finished(), { flags: 'done', seconds: 50 }],
    ['a failure', finished({ state: 'Failed' }), { flags: 'crit', seconds: 50 }],
    ['a running task, to now', task(), { flags: 'active', seconds: 60 }],
    ['a pending task, to now', task({ state: 'Pending' }), { flags: 'active', seconds: 60 }],
    ['a task in an unknown state, to now', task({ state: 'Unknown' }), { flags: 'active', seconds: 60 }],
    [
      'an unfinished task of a clock that is ahead, as a moment',
      task({ createTime: START_SECONDS + 5 }),
      { flags: 'active milestone', start: START_SECONDS + 5, seconds: 0 },
    ],
    [
      'a task that ended before it began, as a moment',
      finished({ completeTime: START_SECONDS - 100 }),
      { flags: 'done milestone', seconds: 0 },
    ],
    [
      'a success without a completion time, as a moment',
      finished({ completeTime: null }),
      { flags: 'done milestone', seconds: 0, label: '✓ pytorch∶v2 · end unknown' },
    ],
    [
      'a deleted task, as a moment',
      task({ state: 'Deleted' }),
      { flags: 'crit milestone', seconds: 0, label: '✗ pytorch∶v2 · end unknown' },
    ],
  ])('shows %s', async (_name, one, expected) => {
    const [row] = await rowsOf(one);
    expect({ start: START_SECONDS - 60, ...expected }).toEqual({
      start: row?.start,
      ...Object.fromEntries(Object.keys(expected).map((key) => [key, row?.[key as keyof Row]])),
    });
  });

  it('shows what is too short for a bar as a moment with its true times, and says so', async () => {
    const old = finished({ createTime: START_SECONDS - 90_000, completeTime: START_SECONDS - 89_910 });
    const { rows, caption } = await parsed(blockOf([old, task({ id: 't2', clusterId: 'c2' })]));
    expect(rows.map(({ flags, seconds }) => [flags, seconds])).toEqual([
      ['done milestone', 90],
      ['active milestone', 60],
    ]);
    expect(caption).toContain('◆ too short for a bar');
    expect((await parsed(blockOf([finished(), task({ id: 't2' })]))).caption).not.toContain('◆');
  });

  it('draws a bar from a two-hundredth of the axis up', async () => {
    const long = finished({ createTime: START_SECONDS - 2_000, completeTime: START_SECONDS });
    const short = (seconds: number) =>
      finished({
        id: 't2',
        imageUrl: 'short',
        createTime: START_SECONDS - seconds,
        completeTime: START_SECONDS,
      });
    expect((await rowsOf(long, short(10))).map(({ flags }) => flags)).toEqual(['done', 'done']);
    expect((await rowsOf(long, short(9))).map(({ flags }) => flags)).toEqual(['done', 'done milestone']);
  });

  it('says of no task that it is too short where only its end is unknown', async () => {
    const { caption } = await parsed(blockOf([finished(), task({ id: 't2', state: 'Deleted' })]));
    expect(caption).toBe('✓ succeeded, ✗ failed or deleted, … unfinished.');
  });

  it('has whole seconds, and no negative ones', () => {
    expect(timeline([task()], START + 999)).toContain('2027-01-15 07:59:00, 60s\n');
    expect(timeline([task({ createTime: START_SECONDS + 5 })], START)).toContain('2027-01-15 08:00:05, 0s\n');
  });

  it('keeps the failed, then the unfinished, then the succeeded of more than 50, in the order they came in', async () => {
    const states = ['Succeeded', 'Failed', 'Running', 'Deleted'] as const;
    const tasks = Array.from({ length: 80 }, (_, index) =>
      finished({ id: `t${index}`, imageUrl: `image-${index}`, state: states[index % 4] ?? 'Pending' }),
    );
    const { rows, caption } = await parsed(blockOf(tasks));
    // 20 succeeded, 20 failed, 20 running, 20 deleted: the last ten of the running, and no succeeded one, are left out.
    const lastRunning = 4 * 9 + 2;
    const expected = tasks.filter(({ state }, index) =>
      state === 'Running' ? index <= lastRunning : phaseOf(state) === 'failed',
    );
    expect(rows.map(({ label }) => label.split(' ')[1])).toEqual(expected.map(({ imageUrl }) => imageUrl));
    expect(caption).toContain('Shown are 50 of 80 tasks, failed and unfinished ones first.');
    const few = await parsed(blockOf(tasks.slice(0, 50)));
    expect(few.rows).toHaveLength(50);
    expect(few.caption).not.toContain('Shown');
  });

  it.each([null, 253_402_300_800])('leaves out a task created at %j, and says so', async (createTime) => {
    const { rows, caption } = await parsed(blockOf([finished(), task({ id: 't2', createTime })]));
    expect(rows).toHaveLength(1);
    expect(caption).toContain('1 task without a usable creation time cannot be shown.');
  });

  it('draws the last second that mermaid can read, and an end far beyond it', async () => {
    const last = 253_402_300_799;
    const [row] = await rowsOf(finished({ createTime: last, completeTime: 8_640_000_000_000 }));
    expect(row).toMatchObject({ start: last, seconds: 8_640_000_000_000 - last });
  });

  it.each<[number, string, string | undefined]>([
    [0, '%H:%M:%S', '1second'],
    [8, '%H:%M:%S', '1second'],
    [9, '%H:%M:%S', '5second'],
    [240, '%H:%M:%S', '30second'],
    [241, '%H:%M', '1minute'],
    [86_400, '%H:%M', '3hour'],
    [86_401, '%m-%d %H:%M', '6hour'],
    [4 * 86_400, '%m-%d %H:%M', '12hour'],
    [4 * 86_400 + 1, '%Y-%m-%d', '1day'],
    [16 * 86_400, '%Y-%m-%d', '2day'],
    [16 * 86_400 + 1, '%Y-%m-%d', undefined],
  ])('has an axis for %i seconds: %s, a tick each %s', async (seconds, format, interval) => {
    const one = finished({ createTime: START_SECONDS, completeTime: START_SECONDS + seconds });
    const { db } = await parsed(blockOf([one]));
    expect([db.getAxisFormat(), db.getTickInterval()]).toEqual([format, interval]);
  });

  it('names the days that it covers', () => {
    const long = finished({ createTime: START_SECONDS - 200_000 });
    expect(timeline([long], START)).toContain(
      'title Prewarm tasks from 2027-01-13 to 2027-01-15, times in UTC',
    );
  });
});

// In a process of its own: a thread, in which some runners run tests, cannot change its zone.
const READ_TASKS = `
  import { text } from 'node:stream/consumers';
  import mermaid from 'mermaid';
  const wallClock = (time) => Date.UTC(time.getFullYear(), time.getMonth(), time.getDate(),
    time.getHours(), time.getMinutes(), time.getSeconds()) / 1000;
  const chart = await text(process.stdin);
  await mermaid.parse(chart); // which makes the kinds of diagrams known
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(chart);
  const tasks = db.getTasks().map(({ startTime, endTime }) => [wallClock(startTime), (endTime - startTime) / 1000]);
  console.log(JSON.stringify({ offset: new Date(${START}).getTimezoneOffset(), tasks }));
`;

describe('wherever it is looked at', () => {
  // None of them has the same offset; in New York clocks were put forward at 07:00 UTC of that day.
  const forward = Date.UTC(2027, 2, 14, 1, 59, 30) / 1000;
  it.each([
    ['UTC', 0],
    ['America/New_York', 300],
    ['Asia/Kolkata', -330],
    ['Pacific/Chatham', -825],
  ])('the chart shows UTC and true lengths, as in %s', (name, offset) => {
    const tasks = [finished(), finished({ id: 't2', createTime: forward, completeTime: forward + 90 })];
    const { chart } = markdownOf(blockOf(tasks));
    const seen = execFileSync(process.execPath, ['--input-type=module', '--eval', READ_TASKS], {
      cwd: import.meta.dirname,
      env: { ...process.env, TZ: name },
      input: chart.replace(TITLE, ''),
      encoding: 'utf8',
    });
    const expected = [
      [START_SECONDS - 60, 50],
      [forward, 90],
    ];
    expect(JSON.parse(seen)).toEqual({ offset, tasks: expected });
  });
});

describe('names in the timeline', () => {
  it.each([
    ['US West', 'us-west-01', 'US West<br>us-west-01'],
    ['us-west-01', 'us-west-01', 'us-west-01'],
    ['', 'us-west-01', 'us-west-01'],
    ['v2测试(cn-dev-1)', 'cn-dev-1', 'v2测试(cn-dev-1)'],
    ['', '42', 'cluster 42'],
    ['', '__proto__', 'cluster __proto__'],
    [' ', ' ', 'cluster without a name'],
    ['x'.repeat(500), 'c1', `${'x'.repeat(23)}…<br>c1`],
    ['测'.repeat(500), 'c1', `${'测'.repeat(11)}…<br>c1`],
    ['<br>', 'section x', '＜br＞<br>section x'],
    ['שלום', 'c1', '\u2068שלום\u2069<br>c1'],
  ])('cluster %j with id %j is the section %j', async (clusterName, clusterId, section) => {
    expect(await sectionsOf(task({ clusterName, clusterId }))).toEqual([section]);
  });

  it.each([
    ['registry.example.com/ml/pytorch:2.9-cuda13', 'pytorch∶2.9-cuda13'],
    ['nginx', 'nginx'],
    ['a@sha256:0123', 'a@sha256∶0123'],
    ['r.io/x/', 'pytorch'],
    [`r.io/${'x'.repeat(500)}`, `${'x'.repeat(35)}…`],
  ])('image %j reads %j', async (imageUrl, label) => {
    const [row] = await rowsOf(finished({ imageUrl }));
    expect(row?.label).toBe(`✓ ${label} · 50s`);
  });

  it('an image without any is called so', async () => {
    const [row] = await rowsOf(finished({ imageUrl: '', imageName: ' ' }));
    expect(row?.label).toBe('✓ unnamed image · 50s');
  });

  it('bars of one cluster that would read the same get their ids, and at worst a number', async () => {
    const long = 'x'.repeat(100);
    const rows = await rowsOf(
      ...['a', 'b', `${long}1`, `${long}2`].map((id) => finished({ id })),
      finished({ id: 'e', clusterId: 'c2' }),
      finished({ id: 'f', imageUrl: 'other:v2' }),
    );
    const cut = `${'x'.repeat(19)}…`;
    expect(rows.map(({ section, label }) => [section, label.slice(2, -6)])).toEqual([
      ['Cluster One<br>c1', 'pytorch∶v2 (a)'],
      ['Cluster One<br>c1', 'pytorch∶v2 (b)'],
      ['Cluster One<br>c1', `pytorch∶v2 (${cut})`],
      ['Cluster One<br>c1', `pytorch∶v2 (${cut}) (2)`],
      ['Cluster One<br>c1', 'other∶v2'],
      ['Cluster One<br>c2', 'pytorch∶v2'],
    ]);
  });

  it('clusters that would read the same are told apart, as mermaid would take them for one', async () => {
    const long = 'x'.repeat(100);
    const named = (clusterId: string, clusterName = '') => task({ clusterId, clusterName });
    expect(await sectionsOf(named(`${long}1`), named(`${long}2`), named('a:'), named('a∶'))).toEqual([
      `${'x'.repeat(23)}…`,
      `${'x'.repeat(23)}… (2)`,
      'a∶',
      'a∶ (2)',
    ]);
    const [name, other] = [`${long} (c1)`, `${long} (c2)`];
    const cut = `${'x'.repeat(23)}…`;
    expect(await sectionsOf(named('c1', name), named('c2', other))).toEqual([`${cut}<br>c1`, `${cut}<br>c2`]);
  });

  it('the column for clusters is as wide as they need', () => {
    const padding = (clusterName: string) =>
      Number(/leftPadding: (\d+)/.exec(blockOf([task({ clusterName })]))?.[1]);
    expect(padding('x')).toBe(75);
    expect(padding('x'.repeat(20))).toBe(150);
    expect(padding('测'.repeat(10))).toBe(150);
    expect(padding('x'.repeat(500))).toBe(176);
  });
});

// What means something to mermaid: to its grammar, to what it does before parsing, and to how it keeps things.
const HOSTILE = [
  'section x',
  'gantt',
  'title x',
  'click t1 href "javascript:alert(1)"',
  'click t1 call alert(1)',
  'dateFormat X',
  'axisFormat %s',
  'tickInterval 1millisecond',
  'todayMarker on',
  'topAxis',
  'inclusiveEndDates',
  'excludes weekends',
  'includes 2027-01-15',
  'weekday monday',
  'weekend friday',
  'vert',
  'accTitle: x',
  'accDescr: x',
  'accDescr { x }',
  'accDescription x',
  'displayMode compact',
  '2027-01-15',
  'x :done, 2027-01-15, 1d',
  ':crit, milestone, vert',
  'done, crit, after x, 1d',
  'call x()',
  'href "x"',
  '%% x',
  '%',
  '%%{init: {"theme": "dark", "gantt": {"barGap": 1}}}%%',
  '%%{wrap}%%',
  '%%{',
  '}%%',
  '---',
  '---\ntitle: x\n---',
  'x\n  section y\n  z :1d',
  '\r\nsection y',
  '\u2028section y\u2029%% z',
  '```',
  '\n```\n\n# x',
  '~~~',
  '<br>',
  '<b onclick="x">',
  '</pre><script>alert(1)</script>',
  '#35;',
  '#lt;',
  '&lt;&#60;',
  'style x:#f00;',
  'classDef x:#f00;',
  'ﬂ°°60¶ß',
  'C4Context',
  'C4Container',
  'C4Component',
  'C4Dynamic',
  'C4Deployment',
  'flowchart-elk',
  'graph TD',
  'error',
  '__proto__',
  'constructor',
  '7',
  '',
  ' ',
  '\u3000',
  ';',
  '#',
  '"',
  "'",
  '\\',
  '$$x$$',
  '**x**',
  '`x`',
  'fa:fa-car',
  '🚀',
  '测试',
  'שלום',
  '\u202e',
  '\u0000',
  '\ud800',
  'e\u0301',
  'x'.repeat(1_000),
  '\u202e'.repeat(1_000),
] as const;

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.array(fc.constantFrom(...HOSTILE, '\n', ' '), { maxLength: 6 }).map((parts) => parts.join('')),
  anyText,
);

const hostileTask: fc.Arbitrary<PrewarmTask> = fc
  .record({
    id: hostileText,
    imageName: hostileText,
    imageUrl: hostileText,
    clusterId: hostileText,
    clusterName: hostileText,
    productIds: fc.array(hostileText, { maxLength: 2 }),
    state: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', 'Deleted', 'Resting'),
    createTime: fc.option(fc.integer({ min: 1, max: 2 * START_SECONDS })),
    took: fc.option(fc.integer({ min: -100, max: 100_000 })),
  })
  .map(({ productIds, state, createTime, took, ...texts }) =>
    task({
      ...texts,
      note: texts.id,
      reasons: [texts.id],
      products: products(...productIds),
      state: state === 'Deleted' ? 'Deleted' : stateFrom(state),
      reportedState: state,
      createTime,
      completeTime: createTime === null || took === null ? null : createTime + took,
    }),
  );

/** What mermaid should read out of the timeline of these tasks, of at most 50. */
function expectedRows(tasks: readonly PrewarmTask[]): Omit<Row, 'section' | 'label'>[] {
  const dated = tasks.filter(({ createTime }) => createTime !== null);
  const clusters = [...new Set(dated.map(({ clusterId }) => clusterId))];
  const flags = { failed: 'crit', succeeded: 'done', unfinished: 'active' };
  return clusters.flatMap((cluster) =>
    dated
      .filter(({ clusterId }) => clusterId === cluster)
      .map(({ state, createTime, completeTime }) => {
        const start = createTime ?? 0;
        const end = phaseOf(state) === 'unfinished' ? START_SECONDS : (completeTime ?? start);
        return { flags: flags[phaseOf(state)], start, seconds: Math.max(0, end - start) };
      }),
  );
}

/** Asserts that mermaid reads every bar of the tasks out of the block, and nothing else. */
async function expectAllOf(tasks: readonly PrewarmTask[]): Promise<void> {
  const { db, rows } = await parsed(blockOf(tasks));
  expect(
    rows.map(({ flags, start, seconds }) => ({ flags: flags.replace(' milestone', ''), start, seconds })),
  ).toEqual(expectedRows(tasks));
  const dated = tasks.filter(({ createTime }) => createTime !== null);
  const sections = db.getSections();
  expect(new Set(sections).size).toBe(new Set(dated.map(({ clusterId }) => clusterId)).size);
  expect([...new Set(rows.map(({ section }) => section))]).toEqual(sections);
  // Mermaid places the names of sections by the order of the keys of an object.
  expect(Object.keys(Object.fromEntries(sections.map((section) => [section, 1])))).toEqual(sections);
  expect(
    new Set(rows.map(({ section, label }) => `${section}\n${label.replace(/ · [^·]*$/, '')}`)).size,
  ).toBe(rows.length);
  for (const { label } of rows) expect(label).toMatch(/^[✓✗…] \S.* · (?:[\ddhmsy]+|end unknown)$/u);
}

describe('whatever the API sends', () => {
  it.each(HOSTILE)('%j in every name leaves the chart as it should be', async (text) => {
    const names = { imageName: text, imageUrl: text, products: [{ productId: text, productName: text }] };
    await expectAllOf([
      finished({ ...names, id: text, clusterId: text, clusterName: text }),
      task({ ...names, id: text, clusterId: `${text}2`, clusterName: '' }),
      task({ ...names, id: `${text}2`, clusterId: text, clusterName: text, state: 'Failed' }),
    ]);
  });

  it('mermaid reads every bar with its times out of it, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileTask, { minLength: 1, maxLength: 8 }), async (tasks) => {
        fc.pre(tasks.some(({ createTime }) => createTime !== null));
        await expectAllOf(tasks);
      }),
      { numRuns: 150 },
    );
  });

  it.each(['x', '\u0f00', '测', '🚀', '\u202e', '\ud800', 'ש', ':', 'e\u0301', '\u0000'])(
    'it stays below 30 KB, with 60 tasks whose every text is long and made of %j',
    (character) => {
      const long = character.repeat(2 ** 18);
      const tasks = Array.from({ length: 60 }, (_, index) =>
        finished({
          id: long,
          imageUrl: long,
          clusterId: `${index}${long}`,
          clusterName: long,
          products: products(long, long),
        }),
      );
      const same = tasks.map((one) => ({ ...one, clusterId: long }));
      for (const block of [blockOf(tasks), blockOf(same)])
        expect(Buffer.byteLength(block)).toBeLessThan(30_000);
    },
  );
});

describe('text in a chart', () => {
  it.each([
    ['US West (us-west-01), 测试 & ünï_code @v1.5/x = 50$', undefined],
    ['', ''],
    ['pytorch:2.9', 'pytorch∶2.9'],
    ['a;b#c%d', 'a；b＃c％d'],
    ['<br>', '＜br＞'],
    ['%%{init: {}}%%', '％％{init∶ {}}％％'],
    ['#35;', '＃35；'],
    ['ﬂ°°35¶ß', 'fl°°35⁋ß'],
    ['C4Container C4', 'C４Container C4'],
    ['a\nb\u202e', 'a\\nb\\u{202e}'],
  ])('%j', (text, expected = text) => {
    expect(mermaidText(text)).toBe(expected);
  });

  it('is one line without anything that mermaid acts on, whatever is in it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(mermaidText(text)).not.toMatch(/[:;#%<>ﬂ¶\p{Cc}\p{Cs}\u2028\u2029]|C4[CD]/u);
      }),
      { numRuns: 500 },
    );
  });
});
