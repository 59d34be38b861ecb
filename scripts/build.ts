import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// `node scripts/build.ts` builds dist/; with --check it builds aside and fails when dist/ is not exactly that.
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const isCheck = process.argv.includes('--check');

function runTool(packagePath: string, ...args: string[]): void {
  const script = join(root, 'node_modules', packagePath);
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

rmSync(join(root, 'build'), { recursive: true, force: true });
runTool('typescript/bin/tsc', '--project', 'tsconfig.build.json');
// The part of @actions/core that asks for OIDC tokens loads all of undici. It is unused, and the bundler leaves it out where
// the package says that loading it does nothing by itself.
const core = join(root, 'build', 'node_modules', '@actions', 'core');
cpSync(join(root, 'node_modules', '@actions', 'core'), core, { recursive: true });
const manifest = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));
writeFileSync(join(core, 'package.json'), JSON.stringify({ ...manifest, sideEffects: false }));
// Without a "type" ncc makes a CommonJS bundle: an ES module that imports node:http loads all that http can re-export,
// which doubles the start-up.
writeFileSync(join(root, 'build', 'package.json'), '{}\n');
const bundle = mkdtempSync(join(root, 'build', 'bundle-'));
runTool(
  '@vercel/ncc/dist/ncc/cli.js',
  'build',
  'build/index.js',
  '--out',
  bundle,
  '--license',
  'licenses.txt',
  // A parser that undici uses only where UNDICI_USE_MILO is set: a tenth of the archive.
  '--external',
  '../milo/simd.js',
  '--external',
  '../milo/no-simd.js',
);
writeFileSync(join(bundle, 'package.json'), '{ "type": "commonjs" }\n');
// A single character beyond Latin-1, most often one in a comment, makes Node load the whole file at half the speed.
for (const name of readdirSync(bundle).filter((file) => file.endsWith('.js'))) {
  const script = readFileSync(join(bundle, name), 'utf8');
  const escaped = script.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(join(bundle, name), escaped);
}

if (isCheck) {
  const filesOf = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
      .sort();
  const names = new Set([...filesOf(bundle), ...filesOf(dist)]);
  const read = (folder: string, name: string) => {
    try {
      return readFileSync(join(folder, name)).toString('base64');
    } catch {
      return null;
    }
  };
  const stale = [...names].filter((name) => read(bundle, name) !== read(dist, name));
  if (stale.length > 0) {
    console.error(
      `dist/ is not what the source builds (${stale.join(', ')}): run npm run build and commit it.`,
    );
    process.exitCode = 1;
  }
} else {
  rmSync(dist, { recursive: true, force: true });
  cpSync(bundle, dist, { recursive: true });
}
