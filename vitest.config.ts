import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    setupFiles: ['test/property-seed.ts'],
    // End-to-end tests mostly wait for child processes.
    maxWorkers: '100%',
    maxConcurrency: 4,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/{unit,contract}/**/*.test.ts'], isolate: false },
      },
      { extends: true, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'] } },
    ],
  },
});
