/** Runs test/host inside the extension host of a real VS Code, on a copy of the demo study. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { browserFlags, findBrowser } from './browser.mjs';
import { startCodeServer } from './codeServer.mjs';
import { root, temporaryFolder, testResults } from './project.mjs';
import { mochaTally } from './tally.mjs';
import { bundleTests } from './testBundles.mjs';

/** Longer than all host tests together should ever take, in milliseconds. */
const patience = 15 * 60_000;

/**
 * The page's address with VS Code's own arguments for an extension under test.
 * @param {string} origin
 * @param {string} folder
 * @param {string} suite
 */
function testUrl(origin, folder, suite) {
  const remote = (/** @type {string} */ path) => `vscode-remote://${new URL(origin).host}${encodeURI(path)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(root)],
    ['extensionTestsPath', remote(suite)],
    ['skipWelcome', 'true'],
  ];
  const query = `folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  return `${origin}/?${query}`;
}

/**
 * @param {{grep?: string | undefined}} [options] runs only the tests whose title contains `grep`
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
export async function testHost({ grep } = {}) {
  const { chromium } = await import('playwright-core');
  const results = join(testResults, 'host');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const record = join(results, 'record.json');
  const executablePath = await findBrowser();
  const suite = join(await bundleTests('host'), 'suite.cjs');

  const scratch = temporaryFolder('host');
  const folder = join(scratch, 'demo');
  mkdirSync(folder);
  const demo = join(root, 'demo');
  if (existsSync(demo)) {
    cpSync(demo, folder, { recursive: true, filter: (path) => path !== join(demo, 'out') });
  }
  const server = await startCodeServer({
    folder,
    smokeTestDriver: true,
    extensions: [join(root, 'test/host/debugpy')],
    env: { LPCAM_TEST_RECORD: record, ...(grep ? { LPCAM_TEST_GREP: grep } : {}) },
  });
  const browser = await chromium.launch({ executablePath, args: browserFlags });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    /** @type {string[]} */
    const log = [];
    /** @type {Promise<number>} */
    const exit = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => resolve(code));
    });
    await page.exposeFunction(
      'codeAutomationLog',
      (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
        const text = args.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
        log.push(`${type}: ${text}`);
        // The tests' own lines arrive among everything else that VS Code logs.
        const line = /^.*?( {2}(?:passed|FAILED|skipped) {2,}[^]*)$/.exec(text)?.[1];
        if (line) console.log(line);
      },
    );
    await page.goto(testUrl(server.origin, folder, suite));
    const code = await Promise.race([exit, sleep(patience, undefined, { ref: false })]);
    if (code === undefined) console.log(`The extension host did not finish in ${patience / 60_000} minutes.`);
    const tally = mochaTally(record);
    if (code !== 0 && tally.failed === 0) {
      console.log(`  FAILED   VS Code ended the tests with exit code ${code}`);
      tally.failed++;
    }
    if (tally.failed > 0) {
      writeFileSync(join(results, 'page.log'), log.join('\n'));
      server.saveLogs(results);
      await page.screenshot({ path: join(results, 'screenshot.png') });
      console.log(`The logs and a picture of the window are in ${results}.`);
    }
    return tally;
  } finally {
    await browser.close();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}
