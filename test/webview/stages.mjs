/**
 * Looks at the stage strip without VS Code: bundles it, opens it in Chromium under the panel's own CSP with a stand-in for
 * VS Code that reads a real study, checks that it can be used by keys, and takes pictures.
 *
 *   node test/webview/stages.mjs [--out DIR] [--themes dark,light,...] STUDY [PLACE]
 *
 * STUDY: a path of lpcam.json; PLACE: in its list, from 0.
 */
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { nodeBuild } from '../../scripts/nodeBuild.mjs';
import { themes } from './themes.mjs';
import { bundleWebview, serveWebview } from './webviewPage.mjs';

const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

async function answersOf(reference, place) {
  const folder = await mkdtemp(join(process.cwd(), 'dist-test-'));
  try {
    const outfile = join(folder, 'stages.cjs');
    await build({ ...nodeBuild, entryPoints: ['src/engine/stages/readStages.ts'], outfile });
    const { readStages } = createRequire(import.meta.url)(outfile);
    const params = { study: reference, image: place };
    const strip = await readStages(params, new AbortController().signal);
    const untrusted = {
      type: 'notComputed',
      request: 1,
      failure: { kind: 'input', message: 'This workspace is not trusted.' },
      untrusted: true,
    };
    return [{ type: 'strip', request: 1, strip }, untrusted];
  } catch (error) {
    return [{ type: 'failed', request: 1, failure: { kind: 'input', message: error.message } }];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Typed arrays do not survive the way into the page. */
const packed = (value) =>
  JSON.stringify(value, (_, part) =>
    ArrayBuffer.isView(part)
      ? {
          array: part.constructor.name === 'Float32Array' ? 'Float32Array' : 'Uint8Array',
          base64: Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64'),
        }
      : part,
  );

function standIn({ theme, reference, answers }) {
  const unpacked = JSON.parse(answers, (_, part) => {
    if (part === null || typeof part !== 'object' || part.base64 === undefined) return part;
    const bytes = Uint8Array.from(atob(part.base64), (letter) => letter.charCodeAt(0));
    return part.array === 'Uint8Array' ? bytes : new Float32Array(bytes.buffer);
  });
  window.sent = [];
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      if (message.type === 'fault') console.error(message.message);
      window.sent.push(message);
      if (message.type !== 'ready') return;
      window.postMessage({ type: 'opening', request: 1, image: null, reference }, '*');
      for (const answer of unpacked) window.postMessage(answer, '*');
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

/** Lets what was asked for be drawn and kept. */
const settled = (page) => page.waitForTimeout(400);
const kept = (page) => page.evaluate(() => window.keptState);

async function useByKeys(page) {
  const soft = await page.locator('.stage-pane lpcam-pane').first();
  await soft.focus();
  for (const key of [']', ']', 'h', '+']) await page.keyboard.press(key);
  for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key);
  await settled(page);
  const view = await kept(page);
  assert.equal(view.show, 'heat');
  assert.ok(view.zoom.scale > 0, 'zoomed by a key');
  await page.keyboard.press('n');
  const sent = await page.evaluate(() => window.sent);
  const last = await page.getByTestId('next').getAttribute('disabled');
  assert.equal(
    sent.some(({ type }) => type === 'step'),
    last === null,
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'test-results/stages' },
    themes: { type: 'string', default: 'dark,light,contrast,contrast-light' },
  },
});
const [study, place = '0'] = positionals;
const reference = { file: resolve(study) };
await mkdir(values.out, { recursive: true });
const answers = packed(await answersOf(reference, Number(place)));
const { server, url } = await serveWebview('stages', await bundleWebview('stages'));
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: flags.split(' '),
});
try {
  for (const name of values.themes.split(',')) {
    const page = await browser.newPage({ viewport: { width: 1500, height: 700 } });
    const faults = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      // The toolkit tries one empty style element to see whether :focus-visible exists; the CSP refuses it.
      const probe = message.text().startsWith('Applying inline style violates');
      if (message.type() === 'error' && !probe) faults.push(message.text());
    });
    await page.addInitScript(standIn, { theme: themes[name], reference, answers });
    await page.goto(url);
    await page.locator('[data-busy="false"]').waitFor();
    await settled(page);
    await page.screenshot({ path: join(values.out, `${name}.png`), fullPage: true });
    if (await page.getByTestId('strip').count()) {
      await useByKeys(page);
      await page.screenshot({ path: join(values.out, `${name}-heat.png`), fullPage: true });
      await page.keyboard.press('h');
      await page.keyboard.press('0');
      await page.keyboard.press('g');
      await page.getByTestId('per-stage').check();
      await page.setViewportSize({ width: 560, height: 900 });
      await settled(page);
      await page.screenshot({ path: join(values.out, `${name}-narrow.png`), fullPage: true });
    }
    assert.deepEqual(faults, []);
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}
