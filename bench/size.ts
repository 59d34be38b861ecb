import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { aim, aims, fixed, table } from './markdown.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const LARGEST_ARCHIVE = 550_000;

/** What a runner downloads. */
export async function size(): Promise<string> {
  const archive = archiveSize();
  const dist = path.join(ROOT, 'dist');
  const files = readdirSync(dist).map((name) => statSync(path.join(dist, name)).size);
  return [
    'What a runner downloads is the archive of the release; `dist/` is what it runs.',
    table(
      ['', 'size'],
      [
        ['`git archive` of the commit, tar.gz', kilobytes(archive)],
        ['of which `dist/`, tar.gz', kilobytes(archiveSize('dist'))],
        ['`dist/`, unpacked', kilobytes(files.reduce((sum, bytes) => sum + bytes, 0))],
      ],
    ),
    aims(aim('the archive is at most 550 KB', archive <= LARGEST_ARCHIVE, kilobytes(archive))),
  ].join('\n\n');
}

function archiveSize(...paths: readonly string[]): number {
  const options = { cwd: ROOT, maxBuffer: 2 ** 28 };
  return execFileSync('git', ['archive', '--format=tar.gz', 'HEAD', ...paths], options).byteLength;
}

function kilobytes(bytes: number): string {
  return `${fixed(bytes / 1000, 1)} KB`;
}
