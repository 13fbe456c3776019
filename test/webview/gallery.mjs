/**
 * Looks at the prototype gallery and the overview without VS Code: bundles the checkpoint editor, opens it in Chromium
 * under the editor's own CSP with a stand-in for VS Code, and takes pictures.
 *
 *   node test/webview/gallery.mjs [--out DIR] [--themes dark,light,...] [--widths 700,1200] [--study FILE] [--page overview] [--classes 20]
 *
 * FILE: a study with a bank, shown with its own pictures; without one a synthetic bank of 80 classes (3200 centres).
 */
import { build } from 'esbuild';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { nodeBuild } from '../../scripts/nodeBuild.mjs';
import { themes } from './themes.mjs';
import { bundleWebview, serveWebview } from './webviewPage.mjs';

const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

/** A bank made of formulas: as many classes as COCO has. */
function syntheticBank({ classes = 80, k = 20 } = {}) {
  const classNames = Array.from({ length: classes }, (_, index) => `class ${index}`);
  const centres = [];
  const scores = new Float32Array(classes * k * 2 * classes);
  for (let classIndex = 0; classIndex < classes; classIndex++) {
    for (const set of ['foreground', 'background']) {
      for (let i = 0; i < k; i++) {
        const id = centres.length;
        const p = set === 'foreground' ? 0.999 - i * i * 0.0028 : 0.97 - i * 0.05;
        scores.fill((1 - p) / classes, id * classes, (id + 1) * classes);
        scores[id * classes + classIndex] = p;
        scores[id * classes + ((classIndex + 1 + i) % classes)] = (1 - p) * 0.6;
        centres.push({
          id,
          classIndex,
          set,
          size: 4321 - i * 101,
          spread: i === 3 ? null : 0.1 + i * 0.012,
          mark: null,
          patches: Array.from({ length: 8 }, (_, n) => ({
            image: `image_${id}_${n}`,
            row: n,
            column: i,
            cosine: 0.95 - n * 0.01,
          })),
        });
      }
    }
  }
  const summary = {
    path: '/study/lpcam-bank.safetensors',
    centres: centres.length,
    classes,
    created: null,
    matchesCheckpoint: true,
    stale: null,
    alreadyGated: false,
    scoring: 'linear',
  };
  const bank = {
    summary,
    identity: 'synthetic',
    readOnly: null,
    centres,
    scores,
    clustering: null,
    device: 'cpu',
  };
  const gates = { class: 0.9, context: [0.05, 0.9] };
  return { study: 'synthetic', classNames, gates, stride: 16, bankPath: summary.path, bank, notices: [] };
}

/** Where the synthetic bank's centres lie: each class has a place of its own, its neighbour is like it, context recurs. */
function syntheticGeometry({ bank, classNames }) {
  const { centres, identity } = bank;
  const wave = (n) => Math.sin(n * 12.9898) * 0.5 + Math.sin(n * 4.1414) * 0.5;
  const coordinates = new Float32Array(centres.length * 2);
  for (const { id, classIndex, set } of centres) {
    const angle = (classIndex / classNames.length) * 2 * Math.PI;
    const far = set === 'foreground' ? 5 : 1.5;
    coordinates.set([far * Math.cos(angle) + wave(id), far * 0.6 * Math.sin(angle) + wave(id + 7)], id * 2);
  }
  const compared = (set) => {
    const ids = centres.filter((one) => one.set === set).map(({ id }) => id);
    const cosines = new Float32Array(ids.length ** 2);
    ids.forEach((a, i) =>
      ids.forEach((b, j) => {
        const apart = Math.abs(centres[a].classIndex - centres[b].classIndex);
        const near = Math.exp(-apart / 3) * 0.75 + 0.24 * wave(Math.min(a, b) * 31 + Math.max(a, b));
        cosines[i * ids.length + j] = a === b ? 1 : Math.min(0.98, near);
      }),
    );
    return { centres: ids, cosines };
  };
  const [foreground, background] = [compared('foreground'), compared('background')];
  const plane = { coordinates, explained: [0.312, 0.187] };
  return { identity, planes: { unit: plane, raw: plane }, foreground, background };
}

/** What the engine would say, without one. */
function syntheticEngine(bank) {
  return {
    openBank: async () => bank,
    bankGeometry: async () => syntheticGeometry(bank),
    thumbnails: async ({ patches, size }) => ({
      crops: patches.map((patch) => {
        if (patch.row === 7 && patch.column % 5 === 0) return null;
        const crop = new Uint8Array(size * size * 4);
        for (let i = 0; i < size * size; i++)
          crop.set([60 + patch.row * 20, 90 + (i % size), 200 - patch.column * 8, 255], i * 4);
        return crop;
      }),
    }),
    markCentres: async ({ centres, mark }) => {
      for (const id of centres) bank.bank.centres[id].mark = mark;
      return {
        marked: bank.bank.centres.filter((one) => one.mark).map(({ id, mark: own }) => ({ id, mark: own })),
      };
    },
    centreMap: async () => ({ map: null }),
    dispose: async () => undefined,
  };
}

export async function realEngine() {
  // Inside the project, where its native packages are found.
  const outfile = resolve('test-results', 'galleryEngine.cjs');
  await build({ ...nodeBuild, entryPoints: ['src/engine/engine.ts'], outfile });
  const { Engine } = createRequire(resolve('package.json'))(outfile);
  return new Engine({ devices: { probeScript: resolve('dist', 'probe.cjs') } });
}

/** Numbers cross into the page as base64. */
export const pack = (value) =>
  JSON.stringify(value, (_, one) =>
    ArrayBuffer.isView(one)
      ? {
          packed: one.constructor.name === 'Float32Array' ? 'Float32Array' : 'Uint8Array',
          data: Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString('base64'),
        }
      : one,
  );

/** Runs in the page before its scripts: VS Code's side. `sent` holds what the page posted. */
function standIn({ theme, state }) {
  window.sent = [];
  window.keptState = state;
  window.tell = (text) => {
    const message = JSON.parse(text, (_, one) => {
      if (!one?.packed) return one;
      const bytes = Uint8Array.from(atob(one.data), (character) => character.charCodeAt(0));
      return one.packed === 'Float32Array' ? new Float32Array(bytes.buffer) : bytes;
    });
    window.postMessage(message, '*');
  };
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      window.sent.push(message);
      void window.hostReceive(message).then((answer) => answer && window.tell(answer));
    },
    getState: () => window.keptState,
    setState: (kept) => (window.keptState = kept),
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.bodyClass;
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
  });
}

/** A gallery at work. `answer` may replace the host's answer to a message of the page; `prepare` runs in the page first. */
export async function openGallery(
  site,
  { theme = 'dark', width = 1200, height = 900, state, answer, scale = 1, prepare } = {},
) {
  const context = await site.browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    const probe = message.text().startsWith('Applying inline style violates');
    if (message.type() === 'error' && !probe) faults.push(message.text());
  });
  const { engine, study } = site;
  const { signal } = new AbortController();
  await page.exposeFunction('hostReceive', async (message) => {
    const other = await answer?.(message);
    if (other !== undefined) return other === null ? null : pack(other);
    switch (message.type) {
      case 'gallery.ready':
        return pack({ type: 'gallery.bank', bank: await engine.openBank({ study }, signal) });
      case 'overview.geometry': {
        const { identity } = message;
        return pack({ type: message.type, geometry: await engine.bankGeometry({ study, identity }, signal) });
      }
      case 'gallery.thumbnails': {
        const { ticket, patches, size, crop } = message;
        const { crops } = await engine.thumbnails({ study, patches, size, crop }, signal);
        return pack({ type: 'gallery.thumbnails', ticket, size, crops });
      }
      case 'gallery.maps': {
        const { ticket, centre, images, side } = message;
        for (const image of images) {
          const params = { study, centre, image, side, deviceChoice: 'cpu' };
          const { map } = await engine.centreMap(params, signal);
          await page.evaluate(
            (text) => window.tell(text),
            pack({ type: 'gallery.map', ticket, image, map, failure: null }),
          );
        }
        return null;
      }
      case 'gallery.mark': {
        const { ticket, identity, centres, mark } = message;
        const { marked } = await engine.markCentres({ study, identity, centres, mark }, signal);
        return pack({ type: 'gallery.marked', ticket, marked, failure: null });
      }
      case 'fault':
        faults.push(message.message);
        return null;
      default:
        return null;
    }
  });
  await page.addInitScript(standIn, {
    theme: themes[theme],
    state: state ?? { version: 1, page: 'prototypes' },
  });
  if (prepare) await page.addInitScript(prepare);
  await page.goto(site.url);
  const send = (message) => page.evaluate((text) => window.tell(text), pack(message));
  return { page, faults, send, close: () => context.close() };
}

/** Starts browser, server and engine; `close` ends them. */
export async function openSite({ study, bank } = {}) {
  const { server, url } = await serveWebview('checkpoint', await bundleWebview('checkpoint'));
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: flags.split(' '),
  });
  const engine = study ? await realEngine() : syntheticEngine(bank ?? syntheticBank());
  return {
    browser,
    url,
    engine,
    study: study ? { file: resolve(study) } : null,
    close: async () => {
      await browser.close();
      server.close();
      await engine.dispose();
    },
  };
}

export { syntheticBank };

async function main() {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'test-results/gallery' },
      themes: { type: 'string', default: 'dark,light,contrast,contrast-light' },
      widths: { type: 'string', default: '600,1200' },
      study: { type: 'string' },
      page: { type: 'string', default: 'prototypes' },
      classes: { type: 'string', default: '80' },
    },
  });
  await mkdir(values.out, { recursive: true });
  const bank = syntheticBank({ classes: Number(values.classes) });
  const site = await openSite({ study: values.study, bank });
  let failed = false;
  try {
    for (const theme of values.themes.split(',')) {
      for (const width of values.widths.split(',').map(Number)) {
        const overview = values.page === 'overview';
        const height = overview ? 2000 : 900;
        const state = { version: 1, page: values.page };
        const gallery = await openGallery(site, { theme, width, height, state });
        if (overview) {
          await gallery.page.focus('[data-testid="plane"]');
          for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await gallery.page.keyboard.press(key);
          await gallery.page.click('[data-testid="affinity-pairs"] .link');
        } else await gallery.page.click('.centre:nth-child(2) .title');
        await gallery.page.waitForTimeout(1200);
        const picture = join(
          values.out,
          `${values.page === 'overview' ? 'overview-' : ''}${theme}-${width}.png`,
        );
        await gallery.page.screenshot({ path: picture });
        console.log(picture);
        for (const fault of gallery.faults) {
          failed = true;
          console.error(fault);
        }
        await gallery.close();
      }
    }
  } finally {
    await site.close();
  }
  if (failed) process.exitCode = 1;
}

if (import.meta.filename === process.argv[1]) await main();
