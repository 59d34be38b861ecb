import * as fc from 'fast-check';
import { marked } from 'marked';
import mermaid from 'mermaid';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { timeline } from '../../../src/report/gantt.ts';
import { type PrewarmTask, phaseOf, stateFrom } from '../../../src/tasks/task.ts';
import { anyText, HOSTILE } from '../support/arbitraries.ts';
import { products, START, START_SECONDS } from '../support/factories.ts';
import { failed, succeeded, task } from './support.ts';

/** What of mermaid's own representation of a Gantt chart these tests look at. */
type GanttDb = Record<'getDateFormat' | 'getAxisFormat' | 'getTodayMarker', () => string> &
  Record<'getSections' | 'getExcludes' | 'getIncludes', () => string[]> & {
    getTasks(): (Record<string, unknown> & Record<'task' | 'section', string> & Times)[];
    getLinks(): Map<string, string>;
    getTickInterval(): string | undefined;
  };
type Times = Record<'startTime' | 'endTime', Date> & { classes: string[] };

const FLAGS = ['active', 'crit', 'done', 'milestone', 'vert'];
const lastPart = ({ imageUrl }: PrewarmTask) => imageUrl.slice(imageUrl.lastIndexOf('/') + 1);

/** What a Markdown parser and mermaid read out of the timeline, with whatever else a chart can do found undone. */
async function parsed(tasks: readonly PrewarmTask[], imageOf: typeof lastPart | null = null) {
  const block = timeline(tasks, START, imageOf) ?? '';
  expect(Buffer.byteLength(block)).toBeLessThan(30_000);
  const tokens = marked.lexer(`Before\n\n${block}\n\nAfter\n`).filter(({ type }) => type !== 'space');
  expect(tokens.map(({ type }) => type)).toEqual(['paragraph', 'code', 'paragraph', 'paragraph']);
  const [, text = '', caption = ''] = tokens.map((token) => ('text' in token ? String(token.text) : ''));
  const { diagramType, config } = await mermaid.parse(text);
  expect(diagramType).toBe('gantt');
  expect(Object.keys(config)).toEqual(['themeCSS', 'themeVariables', 'gantt']);
  const db = (await mermaid.mermaidAPI.getDiagramFromText(text)).db as unknown as GanttDb;
  const extras = [...db.getLinks(), ...db.getExcludes(), ...db.getIncludes()];
  expect([extras, db.getDateFormat(), db.getTodayMarker()]).toEqual([[], 'YYYY-MM-DD HH:mm:ss', 'off']);
  const rows = db.getTasks().map(({ task, section, startTime, endTime, classes, ...tags }) => {
    expect(classes).toEqual([]);
    const [start, end] = [startTime.getTime() / 1000, endTime.getTime() / 1000];
    const flags = FLAGS.filter((flag) => tags[flag]).join(' ');
    return { section, label: task.trim(), flags, start, seconds: end - start };
  });
  return { db, rows, text, caption };
}

// A chart's times are read in the zone of whoever looks at it.
beforeEach(() => void vi.stubEnv('TZ', 'UTC'));
afterAll(() => void vi.unstubAllEnvs());

describe('the timeline', () => {
  it('is a chart and a line that explains it', () => {
    const tasks = [
      succeeded({ clusterId: 'us-west-01', clusterName: 'US West' }),
      failed({ id: 't2', clusterId: '7', completeTime: null }),
      task({ clusterId: 'us-west-01', id: 't3', products: products('p1') }),
    ];
    const block = timeline(tasks, START, lastPart) ?? '';
    expect(block.replace(/---\n[\s\S]*---\n/, '')).toMatchInlineSnapshot(`
      "\`\`\`mermaid
      gantt
        dateFormat YYYY-MM-DD HH:mm:ss
        axisFormat %H:%M:%S
        tickInterval 15second
        todayMarker off
        section US West<br>us-west-01
        ✓ pytorch∶2.9 · 1m40s :done, 2027-01-15 07:59:00, 100s
        … pytorch∶2.9 [p1] · 1m :active, 2027-01-15 07:59:00, 60s
        section cluster 7
        ✗ pytorch∶2.9 · end unknown :crit, milestone, 2027-01-15 07:59:00, 0s
      \`\`\`

      ✓ succeeded, ✗ failed, … unfinished. 2027-01-15, times in UTC."
    `);
  });

  it('is left out where there is nothing to compare', () => {
    expect(timeline([task(), task({ createTime: null })], START, null)).toBeNull();
  });

  // biome-ignore format: a case a line
  it.each<[Partial<PrewarmTask>, string, number, string]>([
    [{ state: 'Succeeded', completeTime: START_SECONDS - 10 }, 'done', 50, '✓ 50s'],
    [{ state: 'Failed', completeTime: START_SECONDS - 10 }, 'crit', 50, '✗ 50s'],
    [{ state: 'Pending' }, 'active', 60, '… 1m'],
    [{ state: 'Unknown' }, 'active', 60, '… 1m'],
    [{ createTime: START_SECONDS + 5 }, 'active milestone', 0, '… 0s'],
    [{ state: 'Succeeded', completeTime: START_SECONDS - 100 }, 'done milestone', 0, '✓ 0s'],
    [{ state: 'Deleted' }, 'crit milestone', 0, '✗ end unknown'],
    [{ state: 'Succeeded', createTime: 253_402_300_799, completeTime: 8_640_000_000_000 }, 'done', 8_386_597_699_201, '✓ 265937y98d'],
  ])('shows %j as %s of %i s, %s', async (overrides, flags, seconds, label) => {
    const { rows } = await parsed([task({ ...overrides, clusterId: 'x' }), task({ id: 't2' })]);
    expect(rows.find(({ section }) => section === 'x')).toMatchObject({ flags, seconds, label });
  });

  it.each([
    [10, 'done', '✓ succeeded. 2027-01-15, times in UTC.'],
    [9, 'done milestone', '✓ succeeded, ◆ too short for a bar. 2027-01-15, times in UTC.'],
  ])('shows %i s of an axis of 2,000 as %s, and says so', async (seconds, flags, caption) => {
    const lasting = (time: number) =>
      succeeded({ clusterId: `${time}`, createTime: START_SECONDS - time, completeTime: START_SECONDS });
    const chart = await parsed([lasting(2_000), lasting(seconds)]);
    expect([chart.rows[1]?.flags, chart.caption]).toEqual([flags, caption]);
  });

  it('keeps the failed, then the unfinished of more than 50, in the order they came in, and says so', async () => {
    const states = ['Succeeded', 'Failed', 'Running', 'Deleted'] as const;
    const tasks = Array.from({ length: 80 }, (_, index) =>
      succeeded({ id: `t${index}`, imageUrl: `image-${index}`, state: states[index % 4] ?? 'Running' }),
    );
    const undated = [task({ createTime: 253_402_300_800 }), task({ createTime: null })];
    const { rows, caption } = await parsed([...tasks, ...undated], lastPart);
    const isKept = ({ state }: PrewarmTask, index: number) =>
      state === 'Running' ? index <= 38 : phaseOf(state) === 'failed';
    const expected = tasks.filter(isKept);
    expect(rows.map(({ label }) => label.split(' ')[1])).toEqual(expected.map(({ imageUrl }) => imageUrl));
    expect(caption).toContain('Shown are 50 of 82 tasks, failed and unfinished ones first.');
    expect(caption).toContain('2 tasks without a usable creation time cannot be shown.');
  });

  // biome-ignore format: a case a line
  it.each<[number, string, string | undefined]>([
    [0, '%H:%M:%S', '1second'], [8, '%H:%M:%S', '1second'], [9, '%H:%M:%S', '5second'], [240, '%H:%M:%S', '30second'], [241, '%H:%M', '1minute'], [86_400, '%H:%M', '3hour'],
    [86_401, '%m-%d %H:%M', '6hour'], [345_600, '%m-%d %H:%M', '12hour'], [345_601, '%Y-%m-%d', '1day'], [1_382_400, '%Y-%m-%d', '2day'], [1_382_401, '%Y-%m-%d', undefined],
  ])('has an axis for %i seconds: %s, a tick each %s', async (seconds, format, interval) => {
    const one = succeeded({ createTime: START_SECONDS, completeTime: START_SECONDS + seconds });
    const { db, caption } = await parsed([one, { ...one, id: 't2' }]);
    expect([db.getAxisFormat(), db.getTickInterval()]).toEqual([format, interval]);
    expect(caption.includes(' to ')).toBe(seconds > 57_600);
  });
});

describe('names in the timeline', () => {
  // biome-ignore format: a case a line
  it.each([
    ['US West', 'us-west-01', 'US West<br>us-west-01'], ['us-west-01', 'us-west-01', 'us-west-01'], ['', 'us-west-01', 'us-west-01'], ['v2测试(cn-dev-1)', 'cn-dev-1', 'v2测试(cn-dev-1)'],
    ['', '42', 'cluster 42'], ['', '__proto__', 'cluster __proto__'], [' ', ' ', 'cluster without a name'], ['x'.repeat(500), 'c1', `${'x'.repeat(23)}…<br>c1`],
    ['测'.repeat(500), 'c1', `${'测'.repeat(11)}…<br>c1`], ['<br>', 'section x', '＜br＞<br>section x'], ['שלום', 'c1', '\u2068שלום\u2069<br>c1'],
  ])('cluster %j with id %j is the section %j', async (clusterName, clusterId, section) => {
    expect((await parsed([task({ clusterName, clusterId }), task({ clusterName, clusterId, id: 't2' })])).db.getSections()).toEqual([section]);
  });

  it('that would read the same are told apart, by ids or numbers', async () => {
    const long = 'x'.repeat(100);
    const alike = ['a:', 'a∶'].map((clusterId) => task({ id: clusterId, clusterId }));
    const { rows } = await parsed([...['a', `${long}1`, `${long}2`].map((id) => task({ id })), ...alike]);
    const cut = `${'x'.repeat(19)}…`;
    const ofOneCluster = ['c1: … (a) · 1m', `c1: … (${cut}) · 1m`, `c1: … (${cut}) (2) · 1m`];
    const told = rows.map(({ section, label }) => `${section}: ${label}`);
    expect(told).toEqual([...ofOneCluster, 'a∶: … 1m', 'a∶ (2): … 1m']);
  });

  it('have a column as wide as they need, and the axis stands right of it', async () => {
    const widths = ['x', 'x'.repeat(20), '测'.repeat(10), 'x'.repeat(500)].map(async (clusterName) => {
      const { text } = await parsed([task({ clusterName }), task({ clusterName, id: 't2' })]);
      const [, left, top] = /translate\((\d+)px, (\d+)px\)/.exec(text) ?? [];
      expect([text.includes(`leftPadding: ${left}\n`), top]).toEqual([true, '82']);
      return Number(left);
    });
    expect(await Promise.all(widths)).toEqual([75, 150, 150, 176]);
  });
});

describe('whatever the API sends', () => {
  /** Asserts that mermaid reads every bar of the tasks, which have creation times, out of the block, and nothing else. */
  async function expectAllOf(tasks: readonly PrewarmTask[]): Promise<void> {
    const { db, rows } = await parsed(tasks, lastPart);
    const flags = { failed: 'crit', succeeded: 'done', unfinished: 'active' };
    const clusters = [...new Set(tasks.map(({ clusterId }) => clusterId))];
    const expected = clusters
      .flatMap((cluster) => tasks.filter(({ clusterId }) => clusterId === cluster))
      .map(({ state, createTime, completeTime }) => {
        const end = phaseOf(state) === 'unfinished' ? START_SECONDS : (completeTime ?? createTime ?? 0);
        return [flags[phaseOf(state)], createTime, Math.max(0, end - (createTime ?? 0))];
      });
    expect(
      rows.map(({ flags, start, seconds }) => [flags.replace(' milestone', ''), start, seconds]),
    ).toEqual(expected);
    const sections = db.getSections();
    expect(new Set(sections).size).toBe(clusters.length);
    // Mermaid places the names of sections by the order of the keys of an object.
    expect(Object.keys(Object.fromEntries(sections.map((section) => [section, 1])))).toEqual(sections);
    for (const { label } of rows) expect(label).toMatch(/^[✓✗…] (?:.*· )?(?:[\ddhmsy]+|end unknown)$/u);
  }

  it.each(HOSTILE)('%j in every name leaves the chart as it should be', async (text) => {
    const names = { imageUrl: text, clusterName: text, products: products(text) };
    await expectAllOf([
      succeeded({ ...names, id: text, clusterId: text }),
      task({ ...names, id: text, clusterId: `${text}2` }),
      failed({ ...names, id: `${text}2`, clusterId: text }),
    ]);
  });

  it('mermaid reads every bar with its times out of it, and nothing else', async () => {
    const anyTask = fc
      .record({
        texts: fc.record({ id: anyText, imageUrl: anyText, clusterId: anyText, clusterName: anyText }),
        productId: anyText,
        state: fc.constantFrom('Pending', 'Succeeded', 'Failed', 'Resting').map(stateFrom),
        createTime: fc.integer({ min: 1, max: 2 * START_SECONDS }),
        took: fc.option(fc.integer({ min: -100, max: 100_000 })),
      })
      .map(({ texts, productId, state, createTime, took }) => {
        const completeTime = took === null ? null : createTime + took;
        return task({ ...texts, products: products(productId), state, createTime, completeTime });
      });
    await fc.assert(fc.asyncProperty(fc.array(anyTask, { minLength: 2, maxLength: 8 }), expectAllOf), {
      numRuns: 100,
    });
  });

  const parts = ['x', '测', '🚀', '\u202e', 'ש', ':'];
  it.each(parts)('60 tasks whose every text is long and made of %j stay below 30 KB', async (part) => {
    const long = part.repeat(2 ** 16);
    const one = succeeded({ id: long, imageUrl: long, clusterName: long, products: products(long, long) });
    const tasks = Array.from({ length: 60 }, (_, index) => ({ ...one, clusterId: `${index}${long}` }));
    expect((await parsed(tasks, lastPart)).rows).toHaveLength(50);
  });
});
