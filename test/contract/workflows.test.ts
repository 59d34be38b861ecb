import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import type { ContextProviderConfig } from '@actions/languageservice';
import type { ActionMetadata } from '@actions/languageservice/action';
import { isActionStep } from '@actions/workflow-parser/model/type-guards';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

// GitHub's own parser and language service judge every workflow that users are shown.

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
registerLogger({
  // A crash of the service goes to the logger alone: the workflow would pass as clean.
  error: (message) => {
    throw new Error(message);
  },
  warn: silent,
  info: silent,
  log: silent,
});

type Described = NonNullable<Awaited<ReturnType<ContextProviderConfig['getContext']>>>;

/** Tells the service which outputs the steps of this action have; by itself it takes any name for possible. */
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
  // The service skips local actions: what a workflow of this repository calls `./` is the published one.
  const text = content.replaceAll(/(?<=\buses: *)\.\/(?=\s)/g, PUBLISHED);
  documents += 1;
  // The service keeps what it has parsed by address, and reads no more of a document than this.
  const document = { uri: `file:///${documents}/${fileName}`, getText: () => text } as TextDocument;
  const diagnostics = await validate(document, {
    contextProviderConfig,
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, ref, path }) => {
        if (`${owner}/${name}@${ref}` === PUBLISHED && path === undefined) return action;
        // Of other people's actions nothing is known here, so nothing is checked; of this one there is one version.
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
  if ('jobs' in shown) {
    return block;
  }
  const steps = Array.isArray(shown)
    ? // The steps may read the outputs of an earlier one that is not shown.
      [...(block.includes('id: prewarm') ? [] : [MINIMAL_STEP]), ...shown]
    : [
        {
          ...MINIMAL_STEP,
          with: { ...MINIMAL_STEP.with, ...((shown['with'] as object | undefined) ?? shown) },
        },
      ];
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

const readmes = readdirSync(ROOT).filter((name) => /^README.*\.md$/.test(name));
const filesIn = (folder: string) =>
  readdirSync(join(ROOT, folder)).map((name): [string, string] => [
    `${folder}/${name}`,
    readFileSync(join(ROOT, folder, name), 'utf8'),
  ]);
const examples = filesIn('examples');
const shown = [...examples, ...readmes.flatMap(yamlBlocksOf)];

interface Workflow {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { uses?: string; run?: string }[] }>>;
}

const stepsOf = (workflow: string) =>
  Object.values((parse(workflow) as Workflow).jobs).flatMap(({ steps }) => steps);

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
  it.each(shown)('passes the workflow parser: %s', (_, workflow) => {
    expect(parserErrors(workflow)).toEqual([]);
  });

  it.each(shown)('passes the language service: %s', async (_, workflow) => {
    expect(await complaints(workflow)).toEqual([]);
  });

  it.each(shown)('hands nothing to a script by an expression: %s', (_, workflow) => {
    expect(stepsOf(workflow).filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it.each(shown)('starts without permissions and pins the actions of others: %s', (_, workflow) => {
    expect((parse(workflow) as Workflow).permissions).toEqual({});
    const others = stepsOf(workflow).flatMap(({ uses = PUBLISHED }) => (uses === PUBLISHED ? [] : [uses]));
    expect(others.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });
});

it('action.yml passes the language service', async () => {
  expect(await complaints(actionFile, 'action.yml')).toEqual([]);
});

describe('The check of workflows', () => {
  const sound = `
on: push
permissions: {}
jobs:
  prewarm:
    runs-on: ubuntu-latest
    outputs:
      clusters: \${{ steps.prewarm.outputs.ready-clusters }}
    steps:
      - id: prewarm
        uses: ./
        with:
          api-key: \${{ secrets.PPIO_API_KEY }}
          image: pytorch
      - if: steps.prewarm.outputs.result == 'succeeded'
        env:
          MESSAGE: \${{ steps.prewarm.outputs.message }}
        run: echo "$MESSAGE"
  deploy:
    needs: prewarm
    strategy:
      matrix:
        cluster: \${{ fromJSON(needs.prewarm.outputs.clusters) }}
    runs-on: ubuntu-latest
    steps:
      - env:
          CLUSTER: \${{ matrix.cluster }}
        run: echo "$CLUSTER"
`;

  it('finds nothing in a sound workflow', async () => {
    expect(parserErrors(sound)).toEqual([]);
    expect(await complaints(sound)).toEqual([]);
  });

  it('finds a key that the parser does not know', () => {
    expect(parserErrors(sound.replace('runs-on:', 'runs-onn:'))).not.toEqual([]);
  });

  it.each([
    ['a misspelt input', 'image:', 'imagee:', "error in line 14: Invalid action input 'imagee'"],
    [
      'a missing required input',
      `api-key: \${{ secrets.PPIO_API_KEY }}`,
      '',
      'error in line 12: Missing required input `api-key`',
    ],
    [
      'another version',
      'uses: ./',
      'uses: OWNER/wait-for-image-prewarm@v9',
      'error in line 11: Unable to resolve action `OWNER/wait-for-image-prewarm@v9`',
    ],
    [
      'an unknown output in a script',
      'outputs.message',
      'outputs.mesage',
      'warning in line 17: Context access might be invalid: mesage',
    ],
    [
      'an unknown output in a condition',
      'outputs.result',
      'outputs.results',
      'warning in line 15: Context access might be invalid: results',
    ],
    [
      "an unknown output in a job's outputs",
      'outputs.ready-clusters',
      'outputs.ready',
      'warning in line 8: Context access might be invalid: ready',
    ],
    [
      'an unknown output of another job',
      'outputs.clusters)',
      'outputs.ready-clusters)',
      'warning in line 23: Context access might be invalid: ready-clusters',
    ],
    [
      'an unknown step',
      'steps.prewarm.outputs.message',
      'steps.wait.outputs.message',
      'warning in line 17: Context access might be invalid: wait',
    ],
    [
      'an unknown job',
      'needs: prewarm',
      'needs: prewarmed',
      "error in line 20: Job 'deploy' depends on unknown job 'prewarmed'",
    ],
    [
      'a job that is not waited for',
      'needs: prewarm',
      '',
      'warning in line 23: Context access might be invalid: prewarm',
    ],
    [
      'a value that the matrix lacks',
      'matrix.cluster }}',
      'matrix.clusters }}',
      'warning in line 27: Context access might be invalid: clusters',
    ],
    [
      'an expression that does not parse',
      'fromJSON(needs',
      'fromJSON((needs',
      "error in line 23: Unexpected symbol: 'EOF'",
    ],
    ['an unknown function', 'fromJSON(', 'fromYAML(', "error in line 23: Unrecognized function: 'fromYAML'"],
    ['a misspelt key', 'runs-on', 'run-on', "error in line 6: Unexpected value 'run-on'"],
    [
      'a misspelt permission',
      'permissions: {}',
      'permissions: { status: write }',
      "error in line 3: Unexpected value 'status'",
    ],
    ['an unknown event', 'on: push', 'on: pushed', "error in line 2: Unexpected value 'pushed'"],
    [
      'YAML that does not parse',
      'permissions: {}',
      'permissions: {',
      'error in line 4: Flow map in block collection must be sufficiently indented',
    ],
  ])('finds %s', async (_, before, after, expected) => {
    expect(sound).toContain(before);
    expect(await complaints(sound.replace(before, after))).toContainEqual(expect.stringContaining(expected));
  });
});
