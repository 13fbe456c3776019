/**
 * Looks at the page of a seed file without VS Code: bundles it, opens it in Chromium under the editor's own CSP with a
 * stand-in for VS Code that reads real files, checks that it can be used by keys, and takes pictures.
 *
 *   node test/webview/seed.mjs [--out DIR] [--themes dark,light,...] [--study lpcam.json] FILE...
 */
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { nodeBuild } from '../../scripts/nodeBuild.mjs';
import { themes } from './themes.mjs';
import { bundleWebview, serveWebview } from './webviewPage.mjs';

const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

/** What the host would tell about a file; arrays as plain lists, for they cross into the page as JSON. */
async function answersOf(files, study) {
  const folder = await mkdtemp(join(process.cwd(), 'dist-test-'));
  try {
    const outfile = join(folder, 'seed.cjs');
    await build({ ...nodeBuild, entryPoints: ['src/engine/seedView/seedView.ts'], outfile });
    const { seedView } = createRequire(import.meta.url)(outfile);
    const answers = [];
    for (const file of files) {
      const params = { path: resolve(file), file: null, study, readAs: null, imageHints: [] };
      try {
        const seed = await seedView(params, new AbortController().signal);
        const image = seed.image === null ? null : [...(await readFile(seed.image))];
        answers.push({ seed: packed(seed), image });
      } catch (error) {
        answers.push({ failure: { kind: 'input', message: error.message } });
      }
    }
    return answers;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function packed(value) {
  if (ArrayBuffer.isView(value)) return { packed: value.constructor.name, values: [...value].map(String) };
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, packed(one)]));
}

function standIn({ theme, path, answer }) {
  const unpacked = (value) => {
    if (Array.isArray(value)) return value.map(unpacked);
    if (typeof value !== 'object' || value === null) return value;
    if ('packed' in value) return window[value.packed].from(value.values, Number);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unpacked(one)]));
  };
  const tell = (message) => window.postMessage(message, '*');
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      if (message.type === 'fault') console.error(message.message);
      if (message.type !== 'ready') return;
      tell({ type: 'opening', request: 1, path });
      if (answer.failure) tell({ type: 'failed', request: 1, failure: answer.failure });
      else tell({ type: 'seed', request: 1, seed: unpacked(answer.seed) });
      if (answer.image) tell({ type: 'image', request: 1, file: Uint8Array.from(answer.image) });
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
  const stage = page.getByTestId('stage-0');
  if ((await stage.count()) === 0) return;
  await stage.focus();
  await page.keyboard.press('ArrowRight');
  await page.getByTestId('reading-position').waitFor();
  const spoken = await page.getByTestId('announcer').textContent();
  assert.match(spoken, /column \d+, row \d+/);
  if ((await page.getByTestId('threshold').count()) === 0) return;
  const before = await page.getByTestId('threshold-value').inputValue();
  await page.keyboard.press(']');
  await page.waitForFunction(
    (old) => document.querySelector('[data-testid=threshold-value]').value !== old,
    before,
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'test-results/seed' },
    themes: { type: 'string', default: 'dark,light,contrast,contrast-light' },
    study: { type: 'string' },
    width: { type: 'string', default: '1000' },
  },
});
await mkdir(values.out, { recursive: true });
const study = values.study === undefined ? null : { file: resolve(values.study) };
const answers = await answersOf(positionals, study);
const { server, url } = await serveWebview('seed', await bundleWebview('seed'));
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: flags.split(' '),
});
try {
  for (const name of values.themes.split(',')) {
    for (const [i, file] of positionals.entries()) {
      const page = await browser.newPage({ viewport: { width: Number(values.width), height: 900 } });
      const faults = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => {
        // The toolkit tries one empty style element to see whether :focus-visible exists; the CSP refuses it.
        const probe = message.text().startsWith('Applying inline style violates');
        if (message.type() === 'error' && !probe) faults.push(message.text());
      });
      await page.addInitScript(standIn, { theme: themes[name], path: resolve(file), answer: answers[i] });
      await page.goto(url);
      await page.locator('[data-busy="false"]').waitFor();
      await useByKeys(page);
      await page.screenshot({ path: join(values.out, `${basename(file)}-${name}.png`) });
      assert.deepEqual(faults, []);
      await page.close();
    }
  }
} finally {
  await browser.close();
  server.close();
}
