/** What a runner makes of a step's output, line by line. */

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
  /** The line it was found in, as it was printed. */
  readonly line: string;
}

export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Lines as a runner reads them: CR, LF and CRLF each end one. */
export function linesOf(output: string): string[] {
  const lines = output.split(/\r\n|\r|\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/**
 * The command that a runner would see in a line, or null. Names are not checked against those that some version of the
 * runner knows: text that could be taken for a command is one here.
 */
export function parseCommand(line: string): Command | null {
  // `::name key=value,key=value::data` after blanks; JavaScript does not count U+0085 as one, .NET's trimming does.
  const colons = /^[\s\u0085]*::(?<head>.*?)::(?<data>.*)$/su.exec(line);
  if (colons !== null) return commandFrom(colons, ',', { ...BREAKS, '%3A': ':', '%2C': ',' }, BREAKS);
  // `##[name key=value;key=value]data`, anywhere in a line.
  const hashes = /##\[(?<head>[^\]]*)\](?<data>.*)$/su.exec(line);
  return hashes && commandFrom(hashes, ';', { ...BREAKS, '%3B': ';', '%5D': ']' });
}

export function commandsOf(output: string): Command[] {
  return linesOf(output).flatMap((line) => parseCommand(line) ?? []);
}

export function annotationsOf(commands: readonly Command[]): Annotation[] {
  return commands.flatMap(({ name, data, properties }) =>
    name === 'error' || name === 'warning' ? [{ level: name, message: data, properties }] : [],
  );
}

type Escapes = Readonly<Record<string, string>>;
const BREAKS: Escapes = { '%0D': '\r', '%0A': '\n' };

function commandFrom(found: RegExpExecArray, separator: string, escapes: Escapes, inData = escapes): Command {
  const { head = '', data = '' } = found.groups ?? {};
  const [name = ''] = head.split(' ', 1);
  const properties: Record<string, string> = {};
  for (const pair of head.slice(name.length + 1).split(separator)) {
    const equals = pair.indexOf('=');
    if (equals > 0) properties[pair.slice(0, equals).trim()] = unescaped(pair.slice(equals + 1), escapes);
  }
  return { name: name.toLowerCase(), properties, data: unescaped(data, inData), line: found.input };
}

function unescaped(text: string, escapes: Escapes): string {
  // `%25` is last, or `%250A` would become a line break.
  const codes = [...Object.entries(escapes), ['%25', '%'] as const];
  return codes.reduce((all, [code, character]) => all.replaceAll(code, character), text);
}
