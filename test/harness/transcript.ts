import { linesOf } from './commands.ts';
import { renderLine, renderSummary } from './runner-view.ts';
import { type Ended, requestsOf } from './scene.ts';

/** Outputs that say nothing are left out: a transcript shows what a reader of a story wants to know. */
const EMPTY = new Set(['', '[]', '0']);

/**
 * What a step said and asked, for people: log, outputs, summary and requests, without what differs from run to run.
 * `isTimeless`: nothing in it depends on how long anything took.
 */
export function transcriptOf(ended: Ended, isTimeless = false): string {
  const { exitCode, stdout, masks, outputs, summary, sim } = ended;
  const log = linesOf(stdout).flatMap((line) => renderLine(line, masks) ?? []);
  const { message = '', tasks = '[]', ...others } = outputs;
  const shown = Object.entries(others).filter(([, value]) => !EMPTY.has(value));
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  const sections = {
    [`Log (exit code ${exitCode})`]: log,
    Outputs: [
      // The log ends with the message in most cases, and the summary has the tasks.
      ...(log.some((line) => line.endsWith(message)) ? [] : [`message  ${message}`]),
      ...shown.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
      `${'tasks'.padEnd(width)}  ${(JSON.parse(tasks) as unknown[]).length} in JSON`,
    ],
    Summary: renderSummary(summary)
      .replaceAll(/ +\|/g, ' |')
      .split('\n')
      .filter((line) => line.trim() !== ''),
    Requests: withoutRepeats(requestsOf(sim)),
  };
  const texts = Object.entries(sections).map(([title, lines]) => [`── ${title}`, ...lines].join('\n'));
  const text = texts
    .join('\n\n')
    .replaceAll(`:${sim.port}`, ':PORT')
    .replaceAll(/\/\S+\/image-prewarm-[\w-]+\.json/g, '/temp/image-prewarm-ID.json');
  return `${isTimeless ? text : withoutTimes(text)}\n`;
}

/** How often a poll is repeated may depend on the machine. */
function withoutRepeats(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    if (line === lines[index - 1]) return [];
    return line === lines[index + 1] ? [`${line}, repeated`] : [line];
  });
}

/** Replaces moments and every span that is told to the second, and of the chart leaves nothing but its bars. */
function withoutTimes(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE')
    .replaceAll(/\d\d:\d\d:\d\d(?:\.\d+)?/g, 'TIME')
    .replaceAll(/(?<!\d)(?:\d+m ?)?\d+(?:\.\d+)?(?:s|ms)\b/g, 'Ns')
    .replaceAll(/\b\d+(?= (?:seconds|polls)\b)/g, 'N')
    .replaceAll(/(waited-seconds +)\d+/g, '$1N')
    .replace(/^---\nconfig:.*?todayMarker off\n/ms, '')
    .replace(/[,;] ◆ too short for a bar/, '')
    .replaceAll(', milestone,', ',');
}
