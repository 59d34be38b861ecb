import { parseCommand } from './commands.ts';

const PREFIXES: Readonly<Record<string, string>> = { error: 'Error: ', warning: 'Warning: ' };

const LONGEST_SHOWN = 100;

/**
 * A line of a step's output as the log of a run shows it, or null where the log shows nothing: commands take effect,
 * and masked values become stars.
 */
export function renderLine(line: string, masks: readonly string[]): string | null {
  const command = parseCommand(line);
  const prefix = command === null ? '' : PREFIXES[command.name];
  if (prefix === undefined) return null;
  const text = prefix + (command?.data ?? line);
  return masks.filter((mask) => mask !== '').reduce((shown, mask) => shown.replaceAll(mask, '***'), text);
}

/** Outputs as a table, long values cut. The result file is named, though a step in the harness leaves none behind. */
export function renderOutputs(outputs: Readonly<Record<string, string>>): string {
  const width = Math.max(0, ...Object.keys(outputs).map((name) => name.length));
  const lines = Object.entries(outputs).map(([name, value]) => {
    const cut =
      value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}… (${value.length} characters)` : value;
    return `${name.padEnd(width)}  ${name === 'result-file' ? `${value} (gone with this run)` : cut}`;
  });
  return lines.join('\n');
}

/** A summary for eyes in place of a browser: code marks for tags, printable characters for their entities. */
export function renderSummary(summary: string): string {
  return summary
    .trim()
    .replaceAll(/<\/?code>/g, '`')
    .replaceAll('&nbsp;', ' ')
    .replaceAll(/&#(3[2-9]|[4-9]\d|1[01]\d|12[0-6]);/g, (_all, code) => String.fromCharCode(Number(code)));
}
