/**
 * Looks at the checkpoint editor's first page without VS Code: bundles it, opens it in Chromium under the editor's own
 * CSP with a stand-in for VS Code that asks the real reader, and takes pictures.
 *
 *   node test/webview/checkpoint.mjs [--out DIR] [--themes dark,light,...] [--widths 700,1200] [--section classifier]
 *     [--select NAME] [--study FILE] [FILE...]
 *
 * Without a FILE, one with every kind of trouble is made.
 */
import { build } from 'esbuild';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { nodeBuild } from '../../scripts/nodeBuild.mjs';
import { themes } from './themes.mjs';
import { bundleWebview, serveWebview } from './webviewPage.mjs';

const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

/** The reader and the maker of a broken file, as a module of this process. */
async function loadReader(folder) {
  const outfile = join(folder, 'reader.cjs');
  await build({
    ...nodeBuild,
    stdin: {
      contents:
        "export { CheckpointView } from './src/engine/checkpointView/checkpointView';" +
        "export { brokenCheckpoint } from './test/unit/engine/support/brokenCheckpoint';",
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    outfile,
  });
  return createRequire(import.meta.url)(outfile);
}

function standIn({ theme, state }) {
  window.sent = [];
  window.keptState = state;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      window.sent.push(message);
      void window.answer(message).then(() => undefined);
    },
    getState: () => window.keptState,
    setState: (kept) => (window.keptState = kept),
  });
  // Floats travel to this page as lists.
  window.deliver = (message) => {
    const { matrix } = message;
    if (matrix)
      for (const key of ['norms', 'bias', 'cosines'])
        matrix[key] = matrix[key] && Float32Array.from(matrix[key].map((one) => one ?? NaN));
    window.postMessage(message, '*');
  };
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.bodyClass;
    for (const [name, value] of Object.entries(theme.variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  });
}

/** Answers the page as the extension host would, with the reader's methods. */
function answering(view, checkpoint, study, post) {
  const { signal } = new AbortController();
  let version = '';
  const opened = () => ({ checkpoint, version, study });
  const failure = (error) => ({ kind: 'input', message: error.message });
  const plain = (matrix) => ({
    ...matrix,
    norms: [...matrix.norms],
    bias: matrix.bias && [...matrix.bias],
    cosines: [...matrix.cosines],
  });
  const statistics = (request) => (event) =>
    post({ type: 'statistics', request, statistics: event.statistics });
  return {
    async ready() {
      const request = 1;
      await post({ type: 'opening', request, path: checkpoint, keep: false });
      try {
        const identity = await view.open(
          { checkpoint, study },
          ({ table }) => {
            ({ version } = table);
            void post({ type: 'table', request, table });
          },
          signal,
        );
        await post({ type: 'identity', request, identity });
        const { hash, warnings } = await view.hash(opened(), () => undefined, signal);
        await post({ type: 'hash', request, hash, warnings });
      } catch (error) {
        await post({ type: 'failed', request, failure: failure(error) });
      }
    },
    async wish({ request, ticket, tensors }) {
      await view.statistics({ ...opened(), tensors, bins: null }, statistics(request), signal);
      await post({ type: 'wished', request, ticket, failure: null });
    },
    async histogram({ request, tensor }) {
      await view.statistics({ ...opened(), tensors: [tensor], bins: 64 }, statistics(request), signal);
    },
    async classifier({ request }) {
      const matrix = await view.classifier(opened(), signal);
      await post({ type: 'classifier', request, matrix: plain(matrix) });
    },
  };
}

/** The editor at work on a file. */
export async function openEditor(browser, url, reader, file, options = {}) {
  const { theme = 'dark', width = 1200, height = 900, state, study = null } = options;
  const page = await browser.newPage({ viewport: { width, height } });
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // The toolkit tries one empty style element to see whether :focus-visible exists; the CSP refuses it, which is fine.
    const probe = message.text().startsWith('Applying inline style violates');
    if (message.type() === 'error' && !probe) faults.push(message.text());
  });
  const post = (message) => page.evaluate((one) => window.deliver(one), message).catch(() => undefined);
  const answers = answering(new reader.CheckpointView(), resolve(file), study, post);
  await page.exposeFunction('answer', async (message) => {
    if (message.type === 'fault') faults.push(message.message);
    await answers[message.type]?.(message);
  });
  await page.addInitScript(standIn, { theme: themes[theme], state });
  await page.goto(url);
  return { page, faults };
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: 'test-results/checkpoint' },
      themes: { type: 'string', default: 'dark,light,contrast,contrast-light' },
      widths: { type: 'string', default: '600,1200' },
      height: { type: 'string', default: '900' },
      section: { type: 'string', default: 'tensors' },
      select: { type: 'string' },
      study: { type: 'string' },
    },
  });
  await mkdir(values.out, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'lpcam-checkpoint-'));
  const reader = await loadReader(folder);
  const broken = join(folder, 'broken.safetensors');
  await writeFile(broken, reader.brokenCheckpoint(process.cwd()));
  const { server, url } = await serveWebview('checkpoint', await bundleWebview('checkpoint'));
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: flags.split(' '),
  });
  let failed = false;
  try {
    for (const file of positionals.length > 0 ? positionals : [broken])
      for (const theme of values.themes.split(','))
        for (const width of values.widths.split(',').map(Number)) {
          const choices = { section: values.section, selected: values.select ?? null };
          const state = { version: 1, page: 'checkpoint', checkpointPage: choices };
          const study = values.study ? { file: resolve(values.study) } : null;
          const height = Number(values.height);
          const editor = await openEditor(browser, url, reader, file, { theme, width, height, state, study });
          await editor.page.waitForTimeout(2500);
          const picture = join(values.out, `${basename(file)}-${values.section}-${theme}-${width}.png`);
          await editor.page.screenshot({ path: picture });
          console.log(picture);
          for (const fault of editor.faults) {
            failed = true;
            console.error(fault);
          }
          await editor.page.close();
        }
  } finally {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
  if (failed) process.exitCode = 1;
}

if (import.meta.filename === process.argv[1]) await main();
