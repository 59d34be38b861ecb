import { expect } from 'vitest';
import {
  DEFAULT_GITHUB_TOKEN,
  DEFAULT_REPOSITORY,
  type Github,
  type GithubOptions,
  startGithub,
} from '../simulator/github.ts';
import { type Scene, start } from './support.ts';

export const RUNNING = { state: 'Running' };
export const FAILED = { state: 'Failed', reason: ['no such tag'] };
export const SUCCEEDED = { state: 'Succeeded' };
export const WARM_SOON = { script: () => SUCCEEDED };
/** Looks different in most encodings. */
export const AUTH = 'registry/auth+id=4c 71';

/** A scene whose step may create tasks in these clusters. */
export function creatingIn(clusterIds: string, scene: Scene = {}): Scene {
  const inputs = { 'create-missing': 'true', 'cluster-ids': clusterIds, ...scene.inputs };
  return { ...scene, inputs, create: { ...WARM_SOON, ...scene.create } };
}

export interface Made {
  readonly sim: { readonly created: readonly { readonly clusterId: string; readonly id: string }[] };
  readonly outputs: Readonly<Record<string, string>>;
}

export const madeIn = ({ sim }: Pick<Made, 'sim'>) => sim.created.map(({ clusterId }) => clusterId);
export const told = ({ outputs }: Pick<Made, 'outputs'>) =>
  JSON.parse(outputs['created-task-ids'] ?? '') as string[];

/** That each task that was made is told by its id, or its cluster is named as one where a task may be. */
export function expectNothingUntold(ended: Made & { readonly message: string }): void {
  const [, hint = ''] = /may have created one in (.*)/.exec(ended.message) ?? [];
  for (const { id, clusterId } of ended.sim.created) {
    const isTold = told(ended).includes(id) || new RegExp(`\\b${clusterId}\\b`).test(hint);
    expect(isTold, `${id} in ${clusterId} is told: ${ended.message}`).toBe(true);
  }
}

export const SHA = '0123456789abcdef0123456789abcdef01234567';

/** A step that publishes to a simulated GitHub. */
export async function publishing(scene: Scene, options: GithubOptions = {}) {
  const github = await startGithub(options);
  const env = {
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: DEFAULT_REPOSITORY,
    GITHUB_RUN_ID: '4711',
    GITHUB_SHA: SHA,
    ...scene.step?.env,
  };
  const inputs = { 'commit-status': 'prewarm', 'github-token': DEFAULT_GITHUB_TOKEN, ...scene.inputs };
  const performance = await start({ ...scene, inputs, step: { ...scene.step, env } }).catch(async (error) => {
    await github.close();
    throw error;
  });
  return {
    github,
    performance,
    [Symbol.asyncDispose]: async () => {
      await performance[Symbol.asyncDispose]();
      await github.close();
    },
  };
}

export async function publish(scene: Scene, options: GithubOptions = {}) {
  await using both = await publishing(scene, options);
  const { github } = both;
  const ended = await both.performance.end();
  const warnings = ended.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
  return { ...ended, sim: both.performance.sim, github, warnings };
}

export function sentTo(github: Github): string {
  return JSON.stringify(
    github.requests.map(({ path, query, headers, body: content }) => [path, query, headers, content]),
  );
}
