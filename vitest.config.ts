import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Much longer than anything takes by itself: a busy machine is no failure.
    testTimeout: 60_000,
    setupFiles: ['test/property-seed.ts'],
    // End-to-end tests mostly wait for child processes.
    maxWorkers: '100%',
    maxConcurrency: 4,
    // On success a line for each file; what fails is told in full.
    reporters: [['default', { summary: false }]],
    silent: 'passed-only',
    slowTestThreshold: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/{unit,contract}/**/*.test.ts'], isolate: false },
      },
      { extends: true, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'] } },
      {
        // Whole workflows, which take a runner; not part of `npm test`.
        extends: true,
        test: { name: 'workflows', include: ['test/workflows/**/*.test.ts'], testTimeout: 120_000 },
      },
    ],
  },
});
