/** Takes pictures of job summaries, light and dark, drawn as GitHub draws them, with a Chromium that is installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { marked } from 'marked';
import { messageFor } from '../src/report/message.ts';
import { summaryFor } from '../src/report/summary.ts';
import { SCENES } from './summary-scenes.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MERMAID = path.join(ROOT, 'node_modules/mermaid/dist/mermaid.min.js');
const PICTURES = path.join(ROOT, 'docs/summary');
const DEFAULT_SCENES = ['one-task', 'two-clusters', 'failure', 'timeout', 'thirty-tasks', 'three-images'];

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const BROWSER_FLAGS = [
  '--headless',
  '--no-sandbox', // Chromium refuses to start as root, as in most containers, with one; the page is our own
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
];
const PAGE_WIDTH = 1000; // CSS pixels, about what a job summary gets on GitHub
const SCALE = 1.5;
const PATIENCE_MS = 60_000;

/** Colours of GitHub's pages, and mermaid's theme on them. */
const THEMES = {
  light: {
    page: '#ffffff',
    text: '#1f2328',
    line: '#d1d9e0',
    row: '#f6f8fa',
    code: '#818b981f',
    mermaid: 'default',
  },
  dark: {
    page: '#0d1117',
    text: '#f0f6fc',
    line: '#3d444d',
    row: '#151b23',
    code: '#656c7633',
    mermaid: 'dark',
  },
} as const;

type Theme = keyof typeof THEMES;

/** What GitHub's style sheet makes of the elements that a summary has. */
function styleFor(theme: Theme): string {
  const { page, text, line, row, code } = THEMES[theme];
  return `
body { margin: 0; padding: 24px; box-sizing: border-box; background: ${page}; color: ${text}; font: 14px/1.5
  -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji"; }
h2, h3 { margin: 24px 0 16px; font-weight: 600; line-height: 1.25; }
h2 { font-size: 1.5em; padding-bottom: .3em; border-bottom: 1px solid ${line}b3; }
h2:first-child { margin-top: 0; }
h3 { font-size: 1.25em; }
p, ul, table, details, .mermaid { margin: 0 0 16px; }
ul { padding-left: 2em; }
body > :last-child { margin-bottom: 0; }
table { display: block; width: max-content; max-width: 100%; border-spacing: 0; border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid ${line}; }
tr { background: ${page}; }
tr:nth-child(2n) { background: ${row}; }
code { padding: .2em .4em; border-radius: 6px; background: ${code}; white-space: break-spaces;
  font: 85% ui-monospace, SFMono-Regular, "Noto Sans Mono", Menlo, Consolas, monospace; }
h2 code, h3 code { padding: 0 .2em; font-size: inherit; font-weight: inherit; }
`;
}

/** What keeps the picture from being taken, told in one sentence. */
class Obstacle extends Error {}

function summaryOf(name: string): string {
  const scene = Object.hasOwn(SCENES, name) ? SCENES[name] : undefined;
  if (scene === undefined) {
    throw new Obstacle(`--scene ${JSON.stringify(name)} is none of ${Object.keys(SCENES).join(', ')}.`);
  }
  const { outcome, inputs } = scene;
  return summaryFor(outcome, messageFor(outcome, inputs), inputs);
}

/** The summary as a page in which every chart is still text. */
function pageOf(markdown: string, theme: Theme): string {
  const body = marked
    .parse(markdown, { async: false, gfm: true })
    .replaceAll(
      /<pre><code class="language-mermaid">(.*?)<\/code><\/pre>/gs,
      '<div class="mermaid">$1</div>',
    );
  return `<!doctype html><html lang="en"><head><title>Summary</title><style>${styleFor(theme)}</style></head><body>${body}</body></html>`;
}

function browser(): string {
  const named = process.env['CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const candidates = named
    ? [named]
    : BROWSERS.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) {
    const lacking = named
      ? `CHROMIUM names ${named}, which cannot be run`
      : `None of ${BROWSERS.join(', ')} is on PATH`;
    throw new Obstacle(`${lacking}: install Chromium, or name it in the environment variable CHROMIUM.`);
  }
  return found;
}

/** Chromium's own protocol, over two pipes: https://chromedevtools.github.io/devtools-protocol/ */
class Devtools {
  readonly #commands: Writable;
  readonly #waiting: PromiseWithResolvers<Answer>[] = [];
  #received = '';

  constructor(child: ChildProcess) {
    this.#commands = child.stdio[3] as Writable;
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => this.#receive(text));
    const giveUp = () => {
      for (const { reject } of this.#waiting)
        reject(new Obstacle('Chromium ended before the picture was taken.'));
    };
    child.once('error', giveUp).once('close', giveUp);
    this.#commands.on('error', giveUp);
  }

  send(method: string, params: object, sessionId?: string): Promise<Answer> {
    const answer = Promise.withResolvers<Answer>();
    const id = this.#waiting.push(answer) - 1;
    this.#commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return answer.promise;
  }

  #receive(text: string): void {
    const messages = (this.#received + text).split('\0');
    this.#received = messages.pop() ?? '';
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message) as Message;
      if (id === undefined) continue; // an event
      if (error === undefined) this.#waiting[id]?.resolve(result ?? {});
      else this.#waiting[id]?.reject(new Error(error.message));
    }
  }
}

interface Message {
  readonly id?: number;
  readonly result?: Answer;
  readonly error?: { readonly message: string };
}

interface Answer {
  readonly targetId?: string;
  readonly sessionId?: string;
  readonly frameTree?: { readonly frame: { readonly id: string } };
  readonly result?: { readonly value?: unknown };
  readonly exceptionDetails?: object;
  /** A picture in Base64. */
  readonly data?: string;
}

async function pictureOf(page: string, theme: Theme, executable: string): Promise<Buffer> {
  const profile = mkdtempSync(path.join(tmpdir(), 'screenshot-'));
  const child = spawn(executable, [...BROWSER_FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  try {
    const devtools = new Devtools(child);
    const picture = await takePicture(devtools, page, theme);
    await devtools.send('Browser.close', {});
    return picture;
  } finally {
    child.kill();
    await closed;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function takePicture(devtools: Devtools, page: string, theme: Theme): Promise<Buffer> {
  const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true });
  const tell = (method: string, params: object = {}) => devtools.send(method, params, sessionId);
  const evaluate = async (expression: string) => {
    const answer = await tell('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result?.value;
  };
  const size = { width: PAGE_WIDTH, height: PAGE_WIDTH };
  await tell('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: SCALE, mobile: false });
  const { frameTree } = await tell('Page.getFrameTree');
  await tell('Page.setDocumentContent', { frameId: frameTree?.frame.id, html: page });
  await evaluate(`${readFileSync(MERMAID, 'utf8')}; undefined`);
  await evaluate(
    `mermaid.initialize({ startOnLoad: false, theme: '${THEMES[theme].mermaid}' });
     mermaid.run().then(() => document.fonts.ready).then(() => {})`,
  );
  const height = await evaluate('Math.ceil(document.documentElement.getBoundingClientRect().height)');
  const clip = { x: 0, y: 0, width: PAGE_WIDTH, height, scale: 1 };
  const { data } = await tell('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip });
  return Buffer.from(data ?? '', 'base64');
}

function scenesAskedFor(): readonly string[] {
  try {
    const { scene } = parseArgs({ options: { scene: { type: 'string', multiple: true } } }).values;
    return scene ?? DEFAULT_SCENES;
  } catch (error) {
    throw new Obstacle(`${error instanceof Error ? error.message : error}; accepted is --scene NAME.`);
  }
}

async function main(): Promise<void> {
  const summaries = scenesAskedFor().map((scene) => [scene, summaryOf(scene)] as const);
  const executable = browser();
  mkdirSync(PICTURES, { recursive: true });
  for (const [scene, summary] of summaries) {
    for (const theme of Object.keys(THEMES) as Theme[]) {
      const picture = await pictureOf(pageOf(summary, theme), theme, executable);
      const file = path.join(PICTURES, `${scene}-${theme}.png`);
      writeFileSync(file, picture);
      console.log(`${path.relative(process.cwd(), file)}: ${Math.ceil(picture.length / 1000)} KB`);
    }
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Obstacle)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
