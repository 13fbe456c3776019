/** Runs every test/e2e/*.test.ts, found by its name, against the packaged extension. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../support/mochaRun';
import { setting } from './support/settings';

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
const failures = await runMocha({
  files: files.sort().map((name) => join(folder, name)),
  recordFile: setting('LPCAM_TEST_RECORD'),
  timeout: 180_000,
  grep: process.env['LPCAM_TEST_GREP'],
});
// Ends what a failed test may have left open.
process.exit(failures > 0 ? 1 : 0);
