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
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/**/*-v2.test.ts'],
          provide: { apiVersion: 'v1' },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-v2',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [
            'test/e2e/**/*-v1.test.ts',
            // What is the same whatever the version: inputs are read, bytes travel, clocks run and the runner is spoken
            // to before or after a version has a say.
            'test/e2e/{commit-status,exit,heartbeat,inputs,network}.test.ts',
            'test/e2e/hostile-{network,runner,status,time,users}.test.ts',
          ],
          provide: { apiVersion: 'v2' },
        },
      },
      {
        // Whole workflows, which take a runner; not part of `npm test`.
        extends: true,
        test: { name: 'workflows', include: ['test/workflows/**/*.test.ts'], testTimeout: 120_000 },
      },
    ],
  },
});
