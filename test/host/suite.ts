/** What VS Code runs inside its extension host: every test/host/*.test.ts, found by its name. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../support/mochaRun';

/** Called by VS Code; a rejection makes the run fail. */
export async function run(): Promise<void> {
  // Failures then name the lines of the tests, not of their bundles.
  process.setSourceMapsEnabled(true);
  const recordFile = process.env['LPCAM_TEST_RECORD'];
  if (recordFile === undefined) throw new Error('LPCAM_TEST_RECORD is not set: run "npm test host".');
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.cjs'));
  const failures = await runMocha({
    files: files.sort().map((name) => join(__dirname, name)),
    recordFile,
    timeout: 120_000,
    grep: process.env['LPCAM_TEST_GREP'],
  });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
