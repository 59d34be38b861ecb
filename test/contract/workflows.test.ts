import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, join } from 'node:path';
import type { ContextProviderConfig } from '@actions/languageservice';
import type { ActionMetadata } from '@actions/languageservice/action';
import { isActionStep } from '@actions/workflow-parser/model/type-guards';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

// GitHub's own parser and language service check every workflow that users are shown.

const hooks = registerHooks({
  // The packages import JSON as bundlers allow it, and not as Node does.
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { registerLogger, validate } = await import('@actions/languageservice');
const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
hooks.deregister();

const ROOT = join(import.meta.dirname, '..', '..');
const PUBLISHED = 'OWNER/wait-for-image-prewarm@v1';

const actionFile = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const action = parse(actionFile) as ActionMetadata;

const silent = () => {};
// The service tells its own crashes to the logger alone; the workflow would pass as clean.
const error = (message: string) => expect.fail(message);
registerLogger({ error, warn: silent, info: silent, log: silent });

type Described = NonNullable<Awaited<ReturnType<ContextProviderConfig['getContext']>>>;

/** Tells the service which outputs this action has; by itself it accepts any name. */
const contextProviderConfig: ContextProviderConfig = {
  getContext: async (name, context, { job }) => {
    if (name !== 'steps') {
      return undefined;
    }
    for (const step of job?.steps ?? []) {
      // Undefined for the step itself and those after it: nothing of theirs can be read.
      const described = context?.get(step.id) as Described | undefined;
      if (described !== undefined && isActionStep(step) && step.uses.value === PUBLISHED) {
        const outputs = described.get('outputs') as Described;
        for (const output of Object.keys(action.outputs ?? {})) {
          outputs.add(output, described.get('outcome') ?? outputs);
        }
        outputs.complete = true;
      }
    }
    return context;
  },
};

let documents = 0;

type TextDocument = Parameters<typeof validate>[0];

/** Every complaint about a file, as `error` or `warning`, line and message. */
async function complaints(content: string, fileName = '.github/workflows/workflow.yml'): Promise<string[]> {
  // The service skips local actions, so `./` is checked as the published one.
  const text = content.replaceAll(/(?<=\buses: *)\.\/(?=\s)/g, PUBLISHED);
  documents += 1;
  // The service caches by address, so each document needs its own. It reads no other member of a document.
  const document = { uri: `file:///${documents}/${fileName}`, getText: () => text } as TextDocument;
  const diagnostics = await validate(document, {
    contextProviderConfig,
    // A workflow that another one calls is an example too.
    fileProvider: {
      getFileContent: async (reference) => {
        const path = 'path' in reference ? reference.path : '';
        return { name: path, content: readFileSync(join(ROOT, 'examples', basename(path)), 'utf8') };
      },
    },
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, ref, path }) => {
        if (`${owner}/${name}@${ref}` === PUBLISHED && path === undefined) return action;
        // Nothing is known here of other people's actions, so their inputs are not checked.
        return name === 'wait-for-image-prewarm' ? undefined : { name, description: '' };
      },
    },
  });
  return diagnostics.map(
    ({ severity, range, message }) =>
      `${severity === 2 ? 'warning' : 'error'} in line ${range.start.line + 1}: ${message}`,
  );
}

const MINIMAL_STEP = {
  id: 'prewarm',
  uses: PUBLISHED,
  with: { 'api-key': `\${{ secrets.PPIO_API_KEY }}`, image: 'pytorch' },
};

/** A complete workflow out of what documentation shows: a workflow, a list of steps, or inputs. */
function completed(block: string): string {
  const shown = parse(block) as Record<string, unknown> | unknown[];
  if ('jobs' in shown) return block;
  const steps = Array.isArray(shown)
    ? // The steps may read the outputs of an earlier one that is not shown.
      [...(block.includes('id: prewarm') ? [] : [MINIMAL_STEP]), ...shown]
    : [{ ...MINIMAL_STEP, with: { ...MINIMAL_STEP.with, ...shown } }];
  return stringify({ on: 'push', permissions: {}, jobs: { job: { 'runs-on': 'ubuntu-latest', steps } } });
}

/** The YAML blocks of a Markdown file, each with a name that finds it again. */
function yamlBlocksOf(fileName: string): [string, string][] {
  const blocks: [string, string][] = [];
  marked.walkTokens(marked.lexer(readFileSync(join(ROOT, fileName), 'utf8')), (token) => {
    if (token.type === 'code' && token.lang === 'yaml') {
      blocks.push([`YAML block ${blocks.length + 1} of ${fileName}`, completed(token.text)]);
    }
  });
  return blocks;
}

const filesIn = (folder: string) =>
  readdirSync(join(ROOT, folder)).map((name): [string, string] => [
    `${folder}/${name}`,
    readFileSync(join(ROOT, folder, name), 'utf8'),
  ]);
const pages = ['README.md', 'README.zh-CN.md'].concat(
  readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
);
const shown = [...filesIn('examples'), ...pages.flatMap(yamlBlocksOf)];

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps?: readonly { uses?: string; run?: string }[] }>>;
}

const stepsOf = (workflow: string) =>
  Object.values((parse(workflow) as Workflow).jobs).flatMap(({ steps = [] }) => steps);

/** What GitHub's own parser has to say, without knowing any action. */
function parserErrors(content: string): string[] {
  const { context } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

it.each(filesIn('.github/workflows'))('A workflow of this repository is sound: %s', async (_, workflow) => {
  expect(parserErrors(workflow)).toEqual([]);
  expect(await complaints(workflow)).toEqual([]);
});

describe('Every workflow that users are shown', () => {
  it.each(shown)('passes parser and language service: %s', async (_, workflow) => {
    expect(parserErrors(workflow)).toEqual([]);
    expect(await complaints(workflow)).toEqual([]);
  });

  it.each(shown)(
    'starts without permissions, pastes nothing into a script, pins others: %s',
    (_, workflow) => {
      expect((parse(workflow) as Workflow).permissions).toEqual({});
      for (const { uses = PUBLISHED, run } of stepsOf(workflow)) {
        expect(run ?? '').not.toContain('${{');
        if (uses !== PUBLISHED) expect(uses).toMatch(/@[0-9a-f]{40}$/);
      }
    },
  );

  it.each(filesIn('examples'))('is there as a file and says how to pin this action: %s', (_, workflow) => {
    const lines = workflow.split('\n').filter((line) => line.includes(PUBLISHED));
    expect(lines.filter((line) => !line.includes(' # to pin it: '))).toEqual([]);
  });
});

it('action.yml passes the language service', async () => {
  expect(await complaints(actionFile, 'action.yml')).toEqual([]);
});

it('The check of workflows finds a misspelt input, output and key', async () => {
  const sound = completed('- env: { TOLD: "${{ steps.prewarm.outputs.message }}" }\n  run: echo "$TOLD"');
  expect(await complaints(sound)).toEqual([]);
  for (const [before, after, expected] of [
    ['image: pytorch', 'imagee: pytorch', "Invalid action input 'imagee'"],
    ['outputs.message', 'outputs.mesage', 'Context access might be invalid: mesage'],
    ['runs-on', 'run-on', "Unexpected value 'run-on'"],
  ] as const) {
    const found = await complaints(sound.replace(before, after));
    expect(found).toContainEqual(expect.stringContaining(expected));
  }
});
