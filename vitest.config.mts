import { defineConfig } from 'vitest/config';
import { vitestWat } from './scripts/wat.mjs';

export default defineConfig({
  plugins: [vitestWat],
  test: {
    include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Native sessions want a process each, and two cores are what the smallest machine has.
    pool: 'forks',
    maxWorkers: 2,
  },
});
