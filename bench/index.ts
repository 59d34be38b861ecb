import { parseArgs } from 'node:util';
import { idle } from './idle.ts';
import { listing } from './listing.ts';
import { load } from './load.ts';
import { schedule } from './schedule.ts';
import { size } from './size.ts';
import { start } from './start.ts';

// Prints the figures of the README as Markdown: node bench/index.ts [--only <section>] [--waits <number>] [--full] [--peers <folder>]
const SECTIONS = { schedule, load, start, listing, idle, size };

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    waits: { type: 'string', default: '20000' },
    full: { type: 'boolean', default: false },
    peers: { type: 'string' },
  },
});
const { only, full, peers } = values;
const waits = Number(values.waits);
if (!Number.isSafeInteger(waits) || waits < 1) throw new Error('--waits takes a whole number of at least 1');
if (only !== undefined && !Object.hasOwn(SECTIONS, only)) {
  throw new Error(`--only takes one of ${Object.keys(SECTIONS).join(', ')}`);
}
for (const [name, section] of Object.entries(SECTIONS)) {
  if (only === undefined || only === name)
    console.log(`### ${name}\n\n${await section({ waits, full, peers })}\n`);
}
