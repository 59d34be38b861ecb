/**
 * Plays a story to whoever asks, until the process is ended: `node scripts/simulator.ts --story NAME`.
 * Says `url=`, `api-key=` and `pid=` once it listens, to a workflow as the outputs of its step.
 */
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DEFAULT_API_KEY, startSimulator } from '../test/simulator/server.ts';
import { STORIES } from './start/scenes.ts';

const { values } = parseArgs({ options: { story: { type: 'string', default: 'succeeded' } } });
const story = Object.hasOwn(STORIES, values.story) ? STORIES[values.story] : undefined;
if (story === undefined) {
  console.error(`--story ${JSON.stringify(values.story)} is none of ${Object.keys(STORIES).join(', ')}.`);
  process.exit(2);
}
const { url } = await startSimulator(story.simulator());
const outputs = `url=${url}\napi-key=${DEFAULT_API_KEY}\npid=${process.pid}\n`;
process.stdout.write(outputs);
if (process.env['GITHUB_OUTPUT']) {
  appendFileSync(process.env['GITHUB_OUTPUT'], outputs);
}
