/** Runs test/e2e against the packaged extension in a real VS Code in a browser. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { installCodeServer } from './codeServerInstall.mjs';
import { CommandError, run } from './command.mjs';
import { testResults } from './project.mjs';
import { mochaTally } from './tally.mjs';
import { bundleTests } from './testBundles.mjs';

/** Longer than all end-to-end tests together should ever take, in milliseconds. */
const patience = 20 * 60_000;

/**
 * @param {{vsix: string, grep?: string | undefined}} options runs only the tests whose title contains `grep`
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
export async function testE2e({ vsix, grep }) {
  const results = join(testResults, 'e2e');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const record = join(results, 'record.json');
  const browser = await findBrowser();
  await installCodeServer();
  const suite = join(await bundleTests('e2e'), 'suite.mjs');
  const env = {
    ...process.env,
    LPCAM_VSIX: vsix,
    LPCAM_BROWSER: browser,
    LPCAM_TEST_RECORD: record,
    LPCAM_TEST_RESULTS: results,
    ...(grep ? { LPCAM_TEST_GREP: grep } : {}),
  };
  let failure = '';
  try {
    await run(process.execPath, ['--enable-source-maps', suite], { env, timeout: patience });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    failure = error.message;
  }
  const tally = mochaTally(record);
  if (failure && tally.failed === 0) {
    console.log(`  FAILED   ${failure}`);
    tally.failed++;
  }
  if (tally.failed > 0) console.log(`Screenshots and logs of failed tests are in ${results}.`);
  return tally;
}
