/**
 * Looks at the comparison of two banks without VS Code: bundles it, opens it in Chromium under the panel's own CSP with a
 * stand-in for VS Code that compares real banks, checks that it can be used by keys, and takes pictures.
 *
 *   node test/webview/compare.mjs [--out DIR] [--themes dark,light,...] [--widths 600,1200] [--study FILE --image FILE] FIRST SECOND
 *
 * With a study and an image, the image is run under both banks.
 */
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { nodeBuild } from '../../scripts/nodeBuild.mjs';
import { pack, realEngine } from './gallery.mjs';
import { themes } from './themes.mjs';
import { bundleWebview, serveWebview } from './webviewPage.mjs';

const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

async function answerOf(first, second) {
  const folder = await mkdtemp(join(process.cwd(), 'dist-test-'));
  try {
    const outfile = join(folder, 'compare.cjs');
    const entryPoints = ['src/engine/gallery/bankComparison.ts'];
    await build({ ...nodeBuild, entryPoints, outfile });
    const { compareBanks } = createRequire(import.meta.url)(outfile);
    const params = { first: resolve(first), second: resolve(second), study: null };
    return { type: 'comparison', comparison: await compareBanks(params, new AbortController().signal) };
  } catch (error) {
    return { type: 'failed', failure: { kind: 'input', message: error.message } };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the extension host would tell of the image under both banks. */
async function imageMessages(file, image, banks) {
  const engine = await realEngine();
  const request = 1;
  const checkpoints = { first: 'demo_cam.onnx', second: 'demo_cam.onnx' };
  const told = [{ type: 'image.opening', request, image, checkpoints, sameNetwork: true }];
  for (const [side, bank] of Object.entries(banks)) {
    const params = { study: { file, bank: resolve(bank) }, image, classes: null, deviceChoice: 'cpu' };
    await engine.explain(
      params,
      (event) => told.push({ ...event, type: `image.${event.type}`, request, side }),
      new AbortController().signal,
    );
    told.push({ type: 'image.done', request, side });
  }
  await engine.dispose();
  return pack(told);
}

function standIn({ theme, first, second, answer, image }) {
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      if (message.type === 'fault') console.error(message.message);
      if (message.type !== 'ready') return;
      window.postMessage({ type: 'opening', first, second }, '*');
      window.postMessage(answer, '*');
      const told = JSON.parse(image, (_, one) => {
        if (!one?.packed) return one;
        const bytes = Uint8Array.from(atob(one.data), (character) => character.charCodeAt(0));
        return one.packed === 'Float32Array' ? new Float32Array(bytes.buffer) : bytes;
      });
      for (const each of told) window.postMessage(each, '*');
    },
    getState: () => undefined,
    setState: (kept) => (window.keptState = kept),
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.bodyClass;
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
  });
}

async function useByKeys(page) {
  await page.getByTestId('class-all').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const { className } = await page.evaluate(() => window.keptState);
  assert.ok(className !== null, 'a class was chosen by keys');
  await page.getByTestId('bar-matched').focus();
  await page.keyboard.press('Home');
  const { bars } = await page.evaluate(() => window.keptState);
  assert.deepEqual(bars, { matched: 0, drifted: 0 });
  await page.getByTestId('with-rejected').click();
  assert.equal(await page.evaluate(() => window.keptState.rejected), true);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'test-results/compare' },
    themes: { type: 'string', default: 'dark,light,contrast,contrast-light' },
    widths: { type: 'string', default: '600,1200' },
    study: { type: 'string' },
    image: { type: 'string' },
  },
});
const [first, second] = positionals;
await mkdir(values.out, { recursive: true });
const answer = await answerOf(first, second);
const image =
  values.study && values.image
    ? await imageMessages(resolve(values.study), resolve(values.image), { first, second })
    : '[]';
const { server, url } = await serveWebview('compare', await bundleWebview('compare'));
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: flags.split(' '),
});
try {
  for (const name of values.themes.split(','))
    for (const width of values.widths.split(',').map(Number)) {
      const page = await browser.newPage({ viewport: { width, height: 1000 } });
      const faults = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => {
        // The toolkit tries one empty style element to see whether :focus-visible exists; the CSP refuses it.
        const probe = message.text().startsWith('Applying inline style violates');
        if (message.type() === 'error' && !probe) faults.push(message.text());
      });
      await page.addInitScript(standIn, { theme: themes[name], first, second, answer, image });
      await page.goto(url);
      await page.locator('[data-busy="false"]').first().waitFor();
      await page.waitForTimeout(1000);
      await page.screenshot({ path: join(values.out, `${name}-${width}.png`) });
      if (answer.type === 'comparison') await useByKeys(page);
      await page.getByTestId('image-pair').scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(values.out, `${name}-${width}-class.png`) });
      assert.deepEqual(faults, []);
      await page.close();
    }
} finally {
  await browser.close();
  server.close();
}
