import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/** The files that a runner hands to a step for what the step has to say. */
const COMMAND_FILES = [
  'GITHUB_OUTPUT',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_STATE',
  'GITHUB_ENV',
  'GITHUB_PATH',
] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The inputs that an `action.yml` declares, with their defaults; an expression is empty, as without a context. */
export function declaredInputs(actionFile: string): Record<string, string> {
  const action = parse(readFileSync(actionFile, 'utf8')) as {
    inputs?: Record<string, { default?: unknown } | null>;
  };
  return Object.fromEntries(
    Object.entries(action.inputs ?? {}).map(([name, input]) => {
      const text = String(input?.default ?? '');
      return [name, /^\s*\$\{\{.*\}\}\s*$/s.test(text) ? '' : text];
    }),
  );
}

/** The variable in which a runner passes an input: upper case, blanks become underscores, hyphens stay. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/**
 * What a runner sets for a step, and nothing else of this process but PATH. Command files are created in `directory`.
 * `overrides` comes last; a variable that is undefined there is unset.
 */
export function stepEnvironment(
  directory: string,
  inputs: Readonly<Record<string, string>>,
  overrides: Environment,
): Record<string, string> {
  const env: Record<string, string | undefined> = {
    PATH: process.env['PATH'],
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    RUNNER_TEMP: directory,
  };
  for (const variable of COMMAND_FILES) {
    env[variable] = path.join(directory, variable.toLowerCase());
    writeFileSync(path.join(directory, variable.toLowerCase()), '');
  }
  for (const [name, value] of Object.entries(inputs)) {
    env[inputVariable(name)] = value;
  }
  return Object.fromEntries(
    Object.entries({ ...env, ...overrides }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}
