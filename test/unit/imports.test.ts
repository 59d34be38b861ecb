import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));
/** From the top down: a room imports from the rooms below it, and from those that stand for all. */
const FLOORS = ['index', 'run', 'report', 'wait', 'github', 'api', 'inputs', 'tasks'];
const FOR_ALL = ['outcome', 'redact', 'text'];

/** For each file of the source, what it imports from the source; both relative to it. */
const imports = new Map(
  globSync('**/*.ts', { cwd: SOURCE }).map((file) => {
    const text = readFileSync(path.join(SOURCE, file), 'utf8');
    const targets = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
      path.join(path.dirname(file), target),
    );
    return [file, targets];
  }),
);

/** A folder, or a file on top. */
const roomOf = (file: string) => (file.split('/')[0] ?? '').replace(/\.ts$/, '');

test('every room is on a floor, and no import leads up', () => {
  const rooms = new Set([...imports.keys()].map(roomOf));
  expect([...rooms].filter((room) => !FLOORS.includes(room) && !FOR_ALL.includes(room))).toEqual([]);
  const isUp = (file: string, target: string) =>
    FLOORS.includes(roomOf(target)) && FLOORS.indexOf(roomOf(target)) < FLOORS.indexOf(roomOf(file));
  const up = [...imports].flatMap(([file, targets]) =>
    targets.filter((target) => isUp(file, target)).map((target) => `${file} → ${target}`),
  );
  expect(up).toEqual([]);
});

test('what stands for all leans on types of the lower rooms alone', () => {
  const leans = FOR_ALL.flatMap((room) => imports.get(`${room}.ts`) ?? []);
  expect(leans.filter((target) => !['tasks', ...FOR_ALL].includes(roomOf(target)))).toEqual([]);
});

test('no file imports itself, by whatever way', () => {
  const circles: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) {
      for (const target of imports.get(file) ?? []) walk(target, [...way, file]);
      done.add(file);
    }
  };
  const done = new Set<string>();
  for (const file of imports.keys()) walk(file, []);
  expect(circles).toEqual([]);
});
