import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../../src/inputs/inputs.ts';
import { type Outcome, RESULTS } from '../../../src/outcome.ts';
import { messageFor } from '../../../src/report/message.ts';
import { summaryFor } from '../../../src/report/summary.ts';
import { HOSTILE } from '../support/arbitraries.ts';
import { products, wanted } from '../support/factories.ts';
import { failed, inputs, outcome, succeeded, task } from './support.ts';

const CHART = /```mermaid\n[\s\S]*?\n```/g;
const summary = (happened: Partial<Outcome>, asked: Partial<Inputs> = {}) =>
  summaryFor(outcome(happened), messageFor(outcome(happened), inputs(asked)), inputs(asked));
const headingOf = (markdown: string) => markdown.split('\n')[0];
const rowsOf = (markdown: string) => markdown.split('\n').filter((line) => line.startsWith('| '));

describe('the heading says what happened to what', () => {
  // biome-ignore format: a case a line
  it.each<[Partial<Outcome>, Partial<Inputs>, string]>([
    [{ tasks: [succeeded()] }, { images: [], note: 'x y' }, '## ✅ The tasks with note <code>x y</code> succeeded in cluster c1'],
    [{ tasks: [succeeded()] }, { images: [], taskIds: ['t1'] }, '## ✅ Task <code>t1</code> succeeded in cluster c1'],
    [{ result: 'cancelled', cause: 'SIGINT' }, { images: wanted('a', 'b') }, '## 🛑 The wait for 2 images was cancelled by SIGINT after 1m30s, with no task found so far'],
    [{ result: 'error' }, {}, '## ⚠️ The wait for <code>ml/pytorch:2.9</code> ended in an error'],
    [{ result: 'timed-out' }, { allowedResults: new Set(['timed-out']) }, '## ⚠️ The wait for <code>ml/pytorch:2.9</code> timed out after 1m30s, with no task found so far (allowed)'],
  ])('%#', (happened, asked, expected) => {
    expect(headingOf(summary(happened, asked))).toBe(expected);
  });

  it('of bad inputs and an error gives the whole cause, as a sentence', () => {
    const cause = `2 inputs are not usable: ${'x '.repeat(800)}"a|b"`;
    const [heading, text] = summaryFor(outcome({ result: 'error', cause }), 'cut', null).split('\n\n');
    expect(heading).toMatch(/^## ⚠️ The wait .* did not start$/);
    expect(text).toBe(`${cause.replace('a|b', '<code>a&#124;b</code>')}.\n`);
    expect(summary({ result: 'error', cause: 'it broke' })).toContain('\n\nIt broke.\n\n');
  });
});

describe('tables', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => succeeded({ id: `t${index}`, clusterId: `c${index}` }));

  it('fold more than ten successes away, and only those', () => {
    const ten = summary({ tasks: [...many(10), failed({ id: 'f' })] });
    expect([ten.includes('<details>'), rowsOf(ten).length]).toEqual([false, 13]);
    const eleven = summary({ tasks: [...many(11), failed({ id: 'f' })] }).replaceAll(CHART, '');
    expect(eleven).toMatch(
      /❌[\s\S]*<details><summary>11 succeeded<\/summary>\n\n\| Cluster [\s\S]*\n\n<\/details>\n\nWaited/,
    );
  });

  it('have a column for products and task ids where some are asked for or covered', () => {
    const tasks = [task({ products: products('p1', 'p2') }), task({ id: 't2', createTime: null })];
    const rows = rowsOf(summary({ tasks }, { taskIds: ['t1', 't2'] }));
    expect(rows[2]).toBe(
      '| <code>c1</code> | <code>t1</code> | <code>Product p1, Product p2</code> | ⏳&nbsp;Running | 2m30s&nbsp;so&nbsp;far |',
    );
    expect(rows[3]).toBe('| <code>c1</code> | <code>t2</code> | whole cluster | ⏳&nbsp;Running |  |');
  });
});

/** Everything that a summary can show, made of one text. */
function hostileSummary(text: string, count: number): string {
  const names = { clusterId: text, clusterName: `${text} name`, imageUrl: text, imageName: text, note: text };
  const texts = { ...names, reasons: [text], products: [{ productId: text, productName: text }] };
  const tasks = Array.from({ length: count }, (_, index) => {
    const state = (['Failed', 'Unknown', 'Succeeded'] as const)[index % 3] ?? 'Unknown';
    return task({ ...texts, id: `${text}${index}`, reportedState: text, state });
  });
  const ids = tasks.map(({ id }) => id);
  const absent = ids.map((id) => ({ image: text, clusterId: id, productId: id }));
  const nearMisses = tasks.slice(0, 10).map((near) => ({ task: near, why: text }));
  const done = { createdTaskIds: ids, deletedTaskIds: ids, unclearCreations: absent, failedAttempts: tasks };
  const happened = { tasks, absent, cause: text, nearMisses, ...done };
  const asked = { note: text.slice(0, 100), taskIds: ids };
  const summaries = RESULTS.map((result) => summary({ ...happened, result }, asked));
  return summaries.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

describe('whatever the API sends', () => {
  it.each(HOSTILE)('%j is inert in the summary', (text) => {
    const others = hostileSummary(text, 36).replaceAll(CHART, 'chart');
    const own = others
      .replaceAll(/<code>[^\n]*?<\/code>/g, 'code')
      .replaceAll(/<details><summary>\d+ succeeded<\/summary>|<\/details>|&nbsp;/g, '');
    expect(own).not.toMatch(/[<>`@&\\[\]*_$~]|:\/|www\.|##\[|[\p{Cf}\u2028\u2029]/iu);
    const tags = new Set(marked.parse(others, { async: false }).match(/<[a-z][^>]*>/g));
    const known =
      /^<(?:h[23]|p|code|ul|li|table|thead|tbody|tr|t[hd](?: align="(?:left|right)")?|details|summary)>$/;
    for (const tag of tags) expect(tag).toMatch(known);
  });

  const parts = ['x', '\u202e', '<', '|', '🚀', 'a '];
  it.each(parts)('600 tasks whose every text is long and made of %j stay below 900 KB', (part) => {
    const markdown = hostileSummary(part.repeat(2 ** 11), 600);
    expect(Buffer.byteLength(markdown)).toBeLessThan(900_000);
    const rows = rowsOf(markdown).length - 4;
    expect(rows).toBeGreaterThan(50);
    const leftOut = /\d+ of \d00 rows are left out; the result file has every task/;
    if (rows < 600) expect(markdown).toMatch(leftOut);
  });
});
