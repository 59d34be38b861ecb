/** What a runner makes of a step's output, line by line. */

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
  /** The line it was found in, as it was printed. */
  readonly line: string;
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
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
  return parseColons(line) ?? parseHashes(line);
}

/** Every command in an output. */
export function commandsOf(output: string): Command[] {
  return linesOf(output).flatMap((line) => parseCommand(line) ?? []);
}

/** The annotations among some commands. */
export function annotationsOf(commands: readonly Command[]): Annotation[] {
  return commands.flatMap(({ name, data, properties }) =>
    name === 'error' || name === 'warning' || name === 'notice'
      ? [{ level: name, message: data, properties }]
      : [],
  );
}

/** `::name key=value,key=value::data`, after any white space. */
function parseColons(line: string): Command | null {
  // JavaScript leaves U+0085 standing, .NET's trimming does not.
  const match = /^[\s\u0085]*::(?<head>.*?)::(?<data>.*)$/su.exec(line);
  if (match === null) {
    return null;
  }
  const { head = '', data = '' } = match.groups ?? {};
  const { name, properties } = parseHead(head, ',', { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',' });
  return { name, properties, data: unescaped(data, { '%0D': '\r', '%0A': '\n' }), line };
}

/** `##[name key=value;key=value]data`, anywhere in a line. */
function parseHashes(line: string): Command | null {
  const match = /##\[(?<head>[^\]]*)\](?<data>.*)$/su.exec(line);
  if (match === null) {
    return null;
  }
  const { head = '', data = '' } = match.groups ?? {};
  const escapes = { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']' };
  const { name, properties } = parseHead(head, ';', escapes);
  return { name, properties, data: unescaped(data, escapes), line };
}

function parseHead(head: string, separator: string, escapes: Readonly<Record<string, string>>) {
  const blank = head.indexOf(' ');
  const name = blank < 0 ? head : head.slice(0, blank);
  const properties: Record<string, string> = {};
  for (const pair of blank < 0 ? [] : head.slice(blank + 1).split(separator)) {
    const equals = pair.indexOf('=');
    if (equals > 0) {
      properties[pair.slice(0, equals).trim()] = unescaped(pair.slice(equals + 1), escapes);
    }
  }
  return { name: name.toLowerCase(), properties };
}

function unescaped(text: string, escapes: Readonly<Record<string, string>>): string {
  const replaced = Object.entries(escapes).reduce(
    (all, [code, character]) => all.replaceAll(code, character),
    text,
  );
  // Last, or `%250A` would become a line break.
  return replaced.replaceAll('%25', '%');
}
