import { describe, expect, it } from 'vitest';
import type { Outcome, Result } from '../../src/outcome.ts';
import { summaryFor } from '../../src/report/summary.ts';
import { outcome, products, START_SECONDS, settings, task } from './support/factories.ts';

const LIMIT = 900_000;
const render = (happened: Partial<Outcome>, asked = {}) =>
  summaryFor(outcome(happened), 'The message', settings(asked));
const rowsOf = (markdown: string) =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);

describe('the summary', () => {
  it.each<[Result, RegExp]>([
    ['succeeded', /^## .*succeeded\n/],
    ['failed', /^## .*failed\n/],
    ['timed-out', /^## .*timed out\n/],
    ['not-found', /^## .*not found\n/],
    ['cancelled', /^## .*cancelled\n/],
    ['error', /^## .*error\n/],
  ])('of %s has the verdict as its heading, then the message', (result, heading) => {
    const markdown = render({ result });
    expect(markdown).toMatch(heading);
    expect(markdown).toContain('\n\n<code>The message</code>\n\n');
  });

  it('has a table of the counted tasks', () => {
    const tasks = [
      task({
        products: products('p1', 'p2'),
        state: 'Failed',
        imageSize: 6_762_128_493,
        completeTime: START_SECONDS - 10,
        reasons: ['rate limit'],
      }),
      task({ id: 't2', clusterName: '', imageUrl: 'nginx' }),
    ];
    const markdown = render({ result: 'failed', tasks });
    expect(markdown).toContain('| Cluster | Image | Products | State | Size | Took | Reasons |');
    expect(rowsOf(markdown)).toEqual([
      '| <code>Cluster One (c1)</code> | <code>registry.example.com/team/pytorch:v2</code> | <code>Product p1, Product p2</code> | Failed | 6.76 GB | 50s | <code>rate limit</code> |',
      '| <code>c1</code> | <code>nginx</code> | whole cluster | Running |  |  |  |',
    ]);
  });

  it('has no table without tasks', () => {
    expect(rowsOf(render({ result: 'not-found' }))).toEqual([]);
  });

  it('names what was absent and its near misses', () => {
    const happened = {
      absent: [{ clusterId: 'c9' }, { taskId: 't9' }],
      nearMisses: [{ task: task(), why: 'its note is another' }],
    };
    for (const result of ['not-found', 'timed-out', 'failed'] as const) {
      const markdown = render({ ...happened, result });
      expect(markdown).toContain('### Absent\n\n- <code>cluster c9</code>\n- <code>task t9</code>');
      expect(markdown).toContain('### Near misses\n\n- <code>c1 pytorch:v2 (t1)</code>: its note is another');
    }
    expect(render({ ...happened, result: 'succeeded' })).not.toContain('###');
  });

  it('names near misses where nothing at all was found', () => {
    const nearMisses = [{ task: task(), why: 'its note is another' }];
    expect(render({ result: 'not-found', nearMisses })).toContain('### Near misses');
  });

  it('of bad inputs is heading and message', () => {
    expect(summaryFor(outcome({ result: 'error' }), 'An input is not usable', null)).toMatch(
      /^## .*\n\n<code>An input is not usable<\/code>\n$/,
    );
  });
});

describe('the summary stays below 900 KB', () => {
  const hostileTexts = ['x', '\u202e', '<', '|', '\n', '🚀', '::error::##[error]</td></table>`@org/team#1'];
  it.each(hostileTexts)('with 500 tasks whose every text is a mebibyte of %j', (part) => {
    const long = part.repeat(Math.ceil(2 ** 20 / part.length));
    const tasks = Array.from({ length: 500 }, (_, index) =>
      task({
        id: `t${index}`,
        imageName: long,
        imageUrl: long,
        clusterId: long,
        clusterName: long,
        products: [{ productId: long, productName: long }],
        reportedState: long,
        note: long,
        reasons: [long],
      }),
    );
    const near = tasks.slice(0, 10).map((one) => ({ task: one, why: 'its note is another' }));
    const markdown = render({ result: 'failed', tasks, nearMisses: near });
    expect(Buffer.byteLength(markdown)).toBeLessThan(LIMIT);
    const rows = rowsOf(markdown);
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows)
      expect(row.replaceAll(/<\/?code>/g, '')).not.toMatch(/[<>`@\n\r]|\|.*\|.*\|.*\|.*\|.*\|.*\|.*\|.*\|/);
    if (rows.length < 500) expect(markdown).toContain(`${500 - rows.length} of 500 rows are left out`);
  });

  it('with 500 ordinary tasks, all of them in it', () => {
    const tasks = Array.from({ length: 500 }, (_, index) =>
      task({ id: `t${index}`, reasons: ['image pulled'] }),
    );
    const markdown = render({ tasks });
    expect(rowsOf(markdown)).toHaveLength(500);
    expect(markdown).not.toContain('left out');
  });

  it('with as many hostile things absent as can be listed', () => {
    const long = '\u202e'.repeat(2 ** 20);
    const tasks = Array.from({ length: 500 }, (_, index) => task({ id: `t${index}`, imageUrl: long }));
    const absent = Array.from({ length: 500 }, () => ({ clusterId: long, productId: long }));
    const markdown = summaryFor(
      outcome({ result: 'failed', tasks, absent }),
      long.slice(0, 4_000),
      settings(),
    );
    expect(Buffer.byteLength(markdown)).toBeLessThan(LIMIT);
  });
});
