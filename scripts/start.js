/**
 * Checks Node's version before anything loads that an older one cannot read. `start.ts` is a link to this file: Node 20
 * refuses a file that ends in .ts, but goes by the name of what a link points to.
 */
const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  await import('./start/main.ts');
} else {
  console.error(
    `npm start needs Node ${NEEDED} or newer, as the action itself does, and this is ${process.version}; run \`npm ci\`, which installs one that \`npm start\` then uses.`,
  );
  process.exitCode = 2;
}
