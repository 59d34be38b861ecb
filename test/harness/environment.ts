import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The files that a runner hands to a step for what the step has to say. */
const COMMAND_FILES = ['OUTPUT', 'STEP_SUMMARY', 'STATE', 'ENV', 'PATH'].map((name) => `GITHUB_${name}`);

export type Environment = Readonly<Record<string, string | undefined>>;

/** The inputs that an `action.yml` declares, with their defaults; an expression is empty, as without a context. */
export function declaredInputs(actionFile: string): Record<string, string> {
  type Declared = { readonly inputs?: Record<string, { readonly default?: unknown } | null> };
  const { inputs = {} } = parse(readFileSync(actionFile, 'utf8')) as Declared;
  const texts = Object.entries(inputs).map(([name, input]) => [name, String(input?.default ?? '')] as const);
  const isExpression = (text: string) => /^\s*\$\{\{.*\}\}\s*$/s.test(text);
  return Object.fromEntries(texts.map(([name, text]) => [name, isExpression(text) ? '' : text]));
}

/**
 * What a runner sets for a step, and nothing else of this process but PATH. Command files are created in `directory`.
 * `overrides` comes last; a variable that is undefined there is unset.
 */
export function stepEnvironment(
  directory: string,
  inputs: Readonly<Record<string, string>>,
  overrides: Environment,
): Environment {
  const always = { CI: 'true', GITHUB_ACTIONS: 'true', RUNNER_TEMP: directory };
  const env: Record<string, string | undefined> = { PATH: process.env['PATH'], ...always };
  for (const variable of COMMAND_FILES) {
    env[variable] = path.join(directory, variable.toLowerCase());
    writeFileSync(path.join(directory, variable.toLowerCase()), '');
  }
  // Upper case, blanks become underscores, hyphens stay.
  for (const [name, value] of Object.entries(inputs)) {
    env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value;
  }
  return { ...env, ...overrides };
}

/** The names of the outputs that the project's `action.yml` declares, sorted. */
export function declaredOutputs(): string[] {
  const file = fileURLToPath(new URL('../../action.yml', import.meta.url));
  const { outputs } = parse(readFileSync(file, 'utf8')) as { outputs: Record<string, unknown> };
  return Object.keys(outputs).sort();
}
