import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Native sessions want a process each, and two cores are what the smallest machine has.
    pool: 'forks',
    maxWorkers: 2,
  },
});
