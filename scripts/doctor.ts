/**
 * Asks the real API what its documentation leaves open, with GET requests only. What its user needs for a workflow goes
 * to stderr, the report to stdout, so that `npm run --silent doctor > report.md` keeps the report alone.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openDispatcher } from '../src/api/dispatcher.ts';
import { INPUT_DEFAULTS } from '../src/inputs/inputs.ts';
import { parseApiVersion, parseBaseUrl } from '../src/inputs/parse.ts';
import { Asker, MOST_REQUESTS } from './doctor/ask.ts';
import { examine } from './doctor/examine.ts';
import { getter, REQUEST_TIMEOUT } from './doctor/get.ts';
import { overviewOf, reportOn } from './doctor/report.ts';
import { itemsIn, type Version } from './doctor/wire.ts';

const HELP = `Asks the real API what its documentation leaves open, and prints a report that names nothing of yours.

  PPIO_API_KEY=… npm run doctor -- [--base-url ${INPUT_DEFAULTS['base-url']}] [--api-version v1]

It sends at most ${MOST_REQUESTS} GET requests, a second apart, and stops at the first 429.
\`npm run --silent doctor … > report.md\` keeps the report alone.`;

/** A mistake in the arguments or the environment, told in one sentence. */
class UsageError extends Error {}

interface Arguments {
  readonly key: string;
  readonly baseUrl: string;
  readonly version: Version;
}

function readArguments(): Arguments | 'help' {
  const values = parsed();
  if (values.help) return 'help';
  const baseUrl = parseBaseUrl(values['base-url']);
  if (baseUrl === null) {
    throw new UsageError('--base-url needs an https address such as https://api.ppio.com.');
  }
  const version = parseApiVersion(values['api-version']);
  if (version === null) throw new UsageError('--api-version is v1 or v2.');
  const key = (process.env['PPIO_API_KEY'] ?? '').trim();
  if (!/^[!-~]+$/.test(key)) {
    throw new UsageError(
      `The environment variable PPIO_API_KEY ${key === '' ? 'is empty' : 'holds a character that no key has'}; set it to an API key of the account that is to be asked.`,
    );
  }
  return { key, baseUrl, version };
}

function parsed() {
  try {
    return parseArgs({
      options: {
        'base-url': { type: 'string', default: INPUT_DEFAULTS['base-url'] },
        'api-version': { type: 'string', default: INPUT_DEFAULTS['api-version'] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/);
    throw new UsageError(`${problem}; accepted are --base-url ADDRESS, --api-version v1|v2 and --help.`);
  }
}

async function main(): Promise<number> {
  const given = readArguments();
  if (given === 'help') {
    console.log(HELP);
    return 0;
  }
  const { key, baseUrl, version } = given;
  const route = openDispatcher({ baseUrl, env: process.env, requestTimeout: REQUEST_TIMEOUT });
  if ('problem' in route) throw new UsageError(`${route.problem}.`);
  console.error(
    `Asking ${baseUrl} (${version}) at most ${MOST_REQUESTS} times, a second apart; this takes about half a minute.\n`,
  );
  const { dispatcher } = route;
  const asker = new Asker({ get: getter({ baseUrl, key, dispatcher }), pause: (ms) => pause(ms) });
  try {
    const seen = await examine(version, asker);
    console.error(overviewOf(seen, key));
    console.error('\nThe report below names nothing of yours; paste it into the issue form "API report".\n');
    console.log(reportOn(seen));
    return itemsIn(seen.first) === null ? 1 : 0;
  } finally {
    await dispatcher.destroy();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
