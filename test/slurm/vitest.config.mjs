import { defineConfig } from 'vitest/config';

/** Not among `npm test`'s: a real Slurm waits for nodes to be lost and for time limits, whose least is a minute. */
export default defineConfig({
  test: { include: ['test/slurm/*.test.ts'], testTimeout: 300_000, hookTimeout: 120_000 },
});
