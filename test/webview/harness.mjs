/**
 * Looks at the image panel without VS Code: bundles it, opens it in Chromium under the panel's own CSP with a stand-in
 * for VS Code, feeds it an explanation and takes pictures.
 *
 *   npm run harness -- [--out DIR] [--themes dark,light,contrast,contrast-light] [--widths 400,700,1600] [--explanation FILE]
 *     [--fusion v2|plus] [--trial threshold|k|scales] [--compare maps|labels]
 *
 * `--fusion`: the scene as a study of MCTformer has it. `--trial`: with a value of the code that is being tried. `--compare`: with
 * two seeds of the image and what lies between them.
 * FILE: a real explanation, `v8.serialize({ header, scales, timings })`; without one a synthetic scene is shown.
 */
import { build } from 'esbuild';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deserialize } from 'node:v8';
import { chromium } from 'playwright-core';
import { themes } from './themes.mjs';
import { bundleWebview, serveWebview } from './webviewPage.mjs';

const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
/** Draws with WebGL2 on the processor, so that it can be had on every machine. */
const softwareGl = '--use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader';

async function bundle() {
  const worker = await build({
    entryPoints: ['src/webview/imagePanel/exact/worker.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
  });
  const synthetic = await build({
    entryPoints: ['test/unit/webview/syntheticExplanation.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'synthetic',
    footer: { js: 'window.synthetic = synthetic;' },
  });
  return {
    ...(await bundleWebview('imagePanel')),
    worker: worker.outputFiles[0].text,
    synthetic: synthetic.outputFiles[0].text,
  };
}

const tried = {
  place: 'run_sample.py:27',
  source: { document: 'file:///run_sample.py', name: '', form: 'default', at: 0, start: 0 },
};
/** Values of the code that are tried: one that the page sets, one that was clustered, one to run anew with. */
const trials = {
  threshold: { ...tried, name: 'cam_eval_thres', setting: 'threshold', written: 0.15, tried: null },
  k: { ...tried, name: 'num_cluster', setting: 'k', written: 8, tried: 8 },
  scales: { ...tried, name: 'cam_scales', setting: 'scales', written: [1, 0.5], tried: [1, 0.5, 1.5, 2] },
};

/** Runs in the page before its scripts: VS Code's side of the panel. `sent` holds what the panel posted. */
function standIn({ theme, state, webgl }) {
  window.sent = [];
  window.keptState = state;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      window.sent.push(message);
      if (message.type !== 'thumbnails') return;
      const { size, patches, ticket } = message;
      const crops = patches.map((patch) => {
        const crop = new Uint8Array(size * size * 4);
        for (let i = 0; i < size * size; i++) {
          const hue = patch.row * 40 + patch.column * 20;
          crop.set([60 + hue, 90 + (i % size) * 2, 200 - hue, 255], i * 4);
        }
        return patch.row === 3 && patch.column % 5 === 0 ? null : crop;
      });
      setTimeout(() => window.postMessage({ type: 'thumbnails', ticket, size, crops }, '*'), 30);
    },
    getState: () => window.keptState,
    setState: (kept) => (window.keptState = kept),
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.bodyClass;
    // Else the page, which finds no graphics card, draws on the processor.
    if (webgl) document.documentElement.dataset.webgl = 'software';
    for (const [name, value] of Object.entries(theme.variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  });
}

/** A panel at work. `feed(options)` sends a synthetic explanation, `send(message)` any message. */
export async function openPanel(browser, site, { theme = 'dark', width = 700, height = 900, state } = {}) {
  const page = await browser.newPage({ viewport: { width, height } });
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // The toolkit tries one empty style element to see whether :focus-visible exists; the CSP refuses it, which is fine.
    const probe = message.text().startsWith('Applying inline style violates');
    if (message.type() === 'error' && !probe) faults.push(message.text());
  });
  await page.addInitScript(standIn, { theme: themes[theme], state, webgl: site.webgl });
  await page.addInitScript({ content: site.synthetic });
  await page.goto(site.url);
  await page.waitForFunction(() => window.sent.some((message) => message.type === 'ready'));
  const send = (message) => page.evaluate((one) => window.postMessage(one, '*'), message);
  const feed = (options = {}) =>
    page.evaluate((wanted) => {
      const header = window.synthetic.syntheticHeader(wanted);
      const request = wanted.request ?? 1;
      const post = (message) => window.postMessage({ request, ...message }, '*');
      const reference = { file: '/demo/lpcam.json' };
      const { path: image } = header.image;
      post({ type: 'opening', image, study: 'demo', reference, keep: false });
      if (wanted.until === 'opening') return;
      post({ type: 'header', header });
      const scales = wanted.until === 'header' ? [] : wanted.until === 'scale' ? [1] : [1, 0.5, 1.5, 2];
      for (const scale of scales) {
        post({ type: 'scale', maps: window.synthetic.syntheticScale(header, scale) });
      }
      if (!wanted.until) post({ type: 'done', timings: window.synthetic.syntheticTimings, notices: [] });
    }, options);
  return { page, faults, send, feed };
}

/** Feeds a real explanation, as written by `v8.serialize`. */
export async function feedFile(panel, file) {
  const { header, scales, timings } = deserialize(await readFile(file));
  const pack = (value) =>
    JSON.stringify(value, (_, one) =>
      ArrayBuffer.isView(one)
        ? {
            packed:
              ['Float32Array', 'Uint16Array'].find((name) => name === one.constructor.name) ?? 'Uint8Array',
            data: Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString('base64'),
          }
        : one,
    );
  await panel.page.evaluate((text) => {
    const value = JSON.parse(text, (_, one) => {
      if (!one?.packed) return one;
      const bytes = Uint8Array.from(atob(one.data), (character) => character.charCodeAt(0));
      return one.packed === 'Uint8Array' ? bytes : new window[one.packed](bytes.buffer);
    });
    const post = (message) => window.postMessage({ request: 1, ...message }, '*');
    const { path: image } = value.header.image;
    post({ type: 'opening', image, study: 'real', reference: { file: '/lpcam.json' }, keep: false });
    post({ type: 'header', header: value.header });
    for (const maps of value.scales) post({ type: 'scale', maps });
    post({ type: 'done', timings: value.timings, notices: [] });
  }, pack({ header, scales, timings }));
}

/** Runs in the page: two seeds of the synthetic image, blobs that lie a little apart; the second of half its size. */
function feedPair(kind) {
  const { image, classes } = window.synthetic.syntheticHeader({});
  const seed = (path, shift, scale) => {
    const [width, height] = [Math.round(image.width / scale), Math.round(image.height / scale)];
    const map = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const distance = Math.hypot((x / width - 0.45 - shift) * 2.2, (y / height - 0.5) * 2.6);
        map[y * width + x] = Math.max(0, 1 - distance * distance * 2);
      }
    const labels = Uint8Array.from(map, (value) =>
      value > 0.4 ? classes[0].index + 1 : value > 0.35 ? 255 : 0,
    );
    const content =
      kind === 'maps'
        ? {
            kind: 'maps',
            keys: classes.map(({ index }) => index),
            maps: classes.map(() => map),
            background: null,
          }
        : { kind: 'labels', keys: [classes[0].index], labels };
    return { seed: { path, kind: '', content, width, height }, problem: null };
  };
  const compared = { first: '/voc/seeds/cam', second: '/voc/seeds/lpcam', thresholds: [0.3, 0.26] };
  const pair = {
    first: seed('/voc/seeds/cam/a.npy', 0, 1),
    second: seed('/voc/seeds/lpcam/a.npy', 0.12, kind === 'maps' ? 2 : 1),
  };
  window.postMessage({ type: 'seedPair', compared, pair, show: { className: null } }, '*');
}

/** Starts browser and server; `close` ends both. `webgl`: false makes the page draw without WebGL2. */
export async function openSite({ webgl = true } = {}) {
  const bundled = await bundle();
  const { server, url } = await serveWebview('imagePanel', bundled);
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: `${flags} ${webgl ? softwareGl : ''}`.trim().split(' '),
  });
  return {
    browser,
    site: { url, synthetic: bundled.synthetic, webgl },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

async function main() {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'test-results/harness' },
      themes: { type: 'string', default: 'dark,light,contrast,contrast-light' },
      widths: { type: 'string', default: '400,700,1600' },
      explanation: { type: 'string' },
      fusion: { type: 'string' },
      trial: { type: 'string' },
      compare: { type: 'string' },
    },
  });
  await mkdir(values.out, { recursive: true });
  const { browser, site, close } = await openSite();
  let failed = false;
  try {
    for (const theme of values.themes.split(',')) {
      for (const width of values.widths.split(',').map(Number)) {
        const panel = await openPanel(browser, site, { theme, width, height: 950 });
        await (values.explanation
          ? feedFile(panel, values.explanation)
          : panel.feed({ fusion: values.fusion && { rule: values.fusion, refined: true } }));
        await panel.page.waitForSelector('[data-testid="status"][data-busy="false"]');
        if (values.trial) {
          const trial = trials[values.trial];
          await panel.send({ type: 'trial', trial, apply: false });
        }
        if (values.compare) await panel.page.evaluate(feedPair, values.compare);
        await panel.page.waitForTimeout(700);
        const picture = join(values.out, `${theme}-${width}.png`);
        await panel.page.screenshot({ path: picture, fullPage: true });
        console.log(picture);
        const sent = await panel.page.evaluate(() =>
          window.sent.filter((message) => message.type === 'fault'),
        );
        for (const fault of [...panel.faults, ...sent.map(({ message }) => message)]) {
          failed = true;
          console.error(fault);
        }
        await panel.page.close();
      }
    }
  } finally {
    await close();
  }
  if (failed) process.exitCode = 1;
}

if (import.meta.filename === process.argv[1]) await main();
