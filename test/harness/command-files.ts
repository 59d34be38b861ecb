/**
 * Parses a GITHUB_OUTPUT file as a runner does: `name=value` lines and `name<<delimiter` blocks. Throws where the runner
 * would fail the step.
 */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc > 0 && (equals < 0 || heredoc < equals)) {
      const delimiter = line.slice(heredoc + 2);
      const end = delimiter === '' ? -1 : lines.indexOf(delimiter, index + 1);
      if (end < 0) {
        throw new Error(`No end of the value that begins with the line ${JSON.stringify(line)}.`);
      }
      outputs[line.slice(0, heredoc)] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else if (equals > 0) {
      outputs[line.slice(0, equals)] = line.slice(equals + 1);
    } else {
      throw new Error(`No output in the line ${JSON.stringify(line)}.`);
    }
  }
  return outputs;
}
