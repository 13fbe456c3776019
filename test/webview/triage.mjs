/**
 * Looks at the triage panel without VS Code: bundles it, opens it in Chromium under the panel's own CSP with a stand-in for
 * VS Code that scores real seeds, checks that it can be used by keys, measures a table of 100,000 images, and takes
 * pictures.
 *
 *   node test/webview/triage.mjs [--out DIR] [--themes dark,light,...] [--rows 100000] [--profile] STUDY SEEDS [SECOND_SEEDS]
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

/** The engine's scoring, bundled here because the harness runs no TypeScript. */
async function engineParts() {
  const folder = await mkdtemp(join(process.cwd(), 'dist-test-'));
  const outfile = join(folder, 'scoring.cjs');
  const contents =
    "export { scoreSeeds } from './src/engine/scoring/scoreSeeds'; export { seedPreview } from './src/engine/scoring/seedPreview';";
  await build({ ...nodeBuild, stdin: { contents, resolveDir: process.cwd(), loader: 'ts' }, outfile });
  return { parts: createRequire(import.meta.url)(outfile), dispose: () => rm(folder, { recursive: true }) };
}

/** Typed arrays do not survive the way into the page: they travel as text. */
function packed(value) {
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return {
      $type: value.constructor === Buffer ? 'Uint8Array' : value.constructor.name,
      data: bytes.toString('base64'),
    };
  }
  if (Array.isArray(value)) return value.map(packed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packed(inner)]));
}

function standIn({ theme, opening, scores, kept }) {
  const unpacked = (value) => {
    if (value?.$type !== undefined) {
      const bytes = Uint8Array.from(atob(value.data), (character) => character.charCodeAt(0));
      return new window[value.$type](bytes.buffer);
    }
    if (Array.isArray(value)) return value.map(unpacked);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpacked(inner)]));
  };
  window.posted = [];
  window.feed = (message) => window.postMessage(unpacked(message), '*');
  window.acquireVsCodeApi = () => ({
    postMessage: async (message) => {
      window.posted.push(message);
      if (message.type === 'fault') console.error(message.message);
      if (message.type === 'preview' && window.previewOf) window.feed(await window.previewOf(message.id));
      if (message.type !== 'ready') return;
      window.postMessage(opening, '*');
      if (scores !== null) window.feed({ type: 'scores', scores });
    },
    getState: () => kept,
    setState: (state) => (window.keptState = state),
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.bodyClass;
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
  });
}

/** Runs in the page: as many images as wanted, with the counts of a sweep in steps of .05. */
function feedMany({ images, compared }) {
  const thresholds = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
  const classes = Array.from({ length: 80 }, (_, i) => `class ${i}`);
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const first = new Uint32Array(images + 1);
  for (let i = 0; i < images; i++) first[i + 1] = first[i] + 1 + Math.floor(next() * 4);
  const entries = first[images];
  const columns = {
    images,
    thresholds: thresholds.length,
    withMasks: true,
    pixels: new Uint32Array(images).fill(640 * 480),
    background: new Uint32Array(images),
    first,
    label: new Uint16Array(entries),
    flags: new Uint8Array(entries).fill(3),
    truth: new Uint32Array(entries),
    predicted: new Uint32Array(entries * thresholds.length),
    hit: new Uint32Array(entries * thresholds.length),
    onBackground: new Uint32Array(entries * thresholds.length),
  };
  for (let i = 0; i < images; i++) {
    let left = 640 * 480;
    for (let e = first[i]; e < first[i + 1]; e++) {
      columns.label[e] = 1 + ((i * 7 + e) % 80);
      const truth = Math.floor(next() * 60_000);
      columns.truth[e] = truth;
      left -= truth;
      const size = next() * 80_000;
      const overlap = next();
      thresholds.forEach((threshold, k) => {
        const at = e * thresholds.length + k;
        columns.predicted[at] = Math.floor(size * (1 - threshold));
        columns.hit[at] = Math.min(truth, Math.floor(columns.predicted[at] * overlap));
        columns.onBackground[at] = columns.predicted[at] - columns.hit[at];
      });
    }
    columns.background[i] = left;
  }
  const seeds = {
    path: '/synthetic/cam',
    stage: 'cam',
    labelMaps: false,
    thresholds,
    sweep: thresholds.map((_, place) => place),
    own: { place: 5, from: 'the study' },
    facts: [],
    columns,
  };
  // The second folder's seeds lie closer to the masks.
  const hit = columns.hit.map((both, at) =>
    Math.min(
      columns.truth[Math.floor(at / thresholds.length)],
      columns.predicted[at],
      Math.floor(both * 1.2),
    ),
  );
  const other = { ...columns, hit, onBackground: columns.predicted.map((all, at) => all - hit[at]) };
  const ids = Array.from({ length: images }, (_, i) => `COCO_train2014_${String(i).padStart(12, '0')}`);
  const list = { path: null, name: 'synthetic', listed: images, found: images };
  window.postMessage(
    {
      type: 'scores',
      scores: {
        classes,
        ids,
        masks: '/synthetic/masks',
        list,
        lists: [],
        first: seeds,
        second: compared ? { ...seeds, path: '/synthetic/lpcam', columns: other } : null,
        agreement: compared ? new Uint16Array(images * thresholds.length ** 2).fill(50_000) : null,
        missing: [],
        problems: [],
        record: null,
        notices: [],
      },
    },
    '*',
  );
}

/** What can be done to the table of many images; each runs in the page, with the number of the step. */
const steps = {
  // What measuring itself costs.
  nothing: () => undefined,
  threshold: (i) => {
    const slider = document.querySelector('[data-testid="threshold"]');
    slider.value = String(2 + i);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  },
  sort: (i) => {
    const buttons = [...document.querySelectorAll('.head button')];
    buttons[i % buttons.length].click();
  },
  filter: (i) => {
    const select = document.querySelector('[data-testid="class-filter"]');
    select.value = select.options[1 + i].value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  },
  search: (i) => {
    const field = document.querySelector('[data-testid="search"]');
    field.value = '0'.repeat((i % 5) + 1);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  },
  scroll: (i) => (document.querySelector('[data-testid="triage-table"]').scrollTop = i * 100_000),
};
const stepCount = 11;

/**
 * Milliseconds of the page's main thread per step, medians and the worst: processor time, so that what other programs take
 * does not count.
 */
async function measure(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taken = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1000]));
  };
  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const found = {};
  for (const [name, act] of Object.entries(steps)) {
    const parts = { thread: [], script: [], style: [], layout: [] };
    for (let i = 0; i < stepCount; i++) {
      const before = await taken();
      await page.evaluate(act, i);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60))));
      const after = await taken();
      const since = (metric) => after[metric] - before[metric];
      parts.thread.push(since('TaskDuration'));
      parts.script.push(since('ScriptDuration'));
      parts.style.push(since('RecalcStyleDuration'));
      parts.layout.push(since('LayoutDuration'));
    }
    const round = (value) => Number(value.toFixed(1));
    found[name] = {
      task: round(await longestTask(page, act)),
      ...Object.fromEntries(Object.entries(parts).map(([part, times]) => [part, round(median(times))])),
      worst: round(Math.max(...parts.thread)),
    };
    await page.getByTestId('class-filter').selectOption({ index: 0 });
    await page.getByTestId('search').fill('');
    await page.waitForTimeout(200);
  }
  await client.detach();
  return found;
}

/** Processor time of a step's longest task on the page's main thread, the median over steps: what a frame has to wait for. */
async function longestTask(page, act) {
  const longest = [];
  for (let i = 0; i < stepCount; i++) {
    await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
    await page.evaluate(act, i);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60))));
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
    const main = traceEvents.filter(
      ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain',
    );
    const tasks = traceEvents.filter(
      ({ name, tid, pid }) =>
        name === 'RunTask' && main.some((thread) => thread.tid === tid && thread.pid === pid),
    );
    longest.push(Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1000)));
  }
  return longest.sort((a, b) => a - b)[Math.floor(longest.length / 2)];
}

/** Where the time of threshold steps goes, by function, as Chromium's profiler samples it. */
async function profile(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Profiler.enable');
  await client.send('Profiler.setSamplingInterval', { interval: 200 });
  await client.send('Profiler.start');
  for (let i = 0; i < stepCount; i++) {
    await page.evaluate(steps.threshold, i);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30))));
  }
  const { profile: taken } = await client.send('Profiler.stop');
  const names = new Map(taken.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const own = new Map();
  taken.samples.forEach((id, at) => {
    const { functionName, lineNumber } = names.get(id);
    const key = `${functionName || '(anonymous)'}:${lineNumber}`;
    own.set(key, (own.get(key) ?? 0) + taken.timeDeltas[at] / 1000 / stepCount);
  });
  const most = [...own].sort((a, b) => b[1] - a[1]).slice(0, 25);
  console.log(most.map(([key, time]) => `${time.toFixed(2).padStart(8)} ms  ${key}`).join('\n'));
  await client.detach();
}

async function useByKeys(page, compared) {
  const settled = () => page.waitForTimeout(300);
  const table = page.getByTestId('triage-table');
  await table.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+PageDown');
  await settled();
  const selected = await page.locator('.row[aria-selected="true"]').count();
  assert.ok(selected > 2, `a range was selected by keys (${selected} rows on the screen)`);
  assert.match(await page.getByTestId('row-count').textContent(), /selected/);
  assert.ok(await table.getAttribute('aria-activedescendant'), 'the focused row is told');
  await page.getByTestId('export-list').click();
  const exported = await page.evaluate(() => window.posted.findLast(({ type }) => type === 'export'));
  assert.equal(exported.kind, 'list');
  assert.ok(exported.text.trim().split('\n').length > 2);
  await page.getByTestId('export-csv').click();
  assert.match(
    (await page.evaluate(() => window.posted.findLast(({ type }) => type === 'export'))).text,
    /^image,classes,iou/,
  );
  await table.focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  const opened = await page.evaluate(() => window.posted.findLast(({ type }) => type === 'openImage'));
  await page.waitForFunction((id) => window.keptState.focused === id, opened.id);
  assert.equal(opened.thresholds?.length, compared ? 2 : undefined, 'a comparison says its thresholds');
  const column = compared ? 'iou2' : 'fp';
  await page.getByTestId(`sort-${column}`).press('Enter');
  await page.waitForFunction((wanted) => window.keptState.sort?.column === wanted, column);
  const before = await page.getByTestId(compared ? 'miouA' : 'miou').textContent();
  await page.getByTestId('threshold').focus();
  await page.keyboard.press('Home');
  await settled();
  assert.notEqual(await page.getByTestId(compared ? 'miouA' : 'miou').textContent(), before);
  if (!compared) {
    await page.getByTestId('threshold-best').press('Enter');
    await settled();
    assert.match(await page.getByTestId('card-warnings').textContent(), /Threshold/);
  }
  await page.locator('.classes button').nth(1).press('Enter');
  await page.waitForFunction(() => window.keptState.className !== null);
}

/** Without masks there is no score, and all the same something to go by. */
async function lookWithoutMasks(page, compared) {
  assert.equal(await page.getByTestId('miou').count(), 0);
  const columns = await page.locator('.head [role="columnheader"]').allInnerTexts();
  const wanted = compared ? ['Area A', 'Area B', 'Differs'] : ['Area', 'Stability', 'Dead', 'Missing'];
  assert.deepEqual(
    columns.map((text) => text.trim()),
    ['Image', 'Classes', ...wanted],
  );
  const shown = async (name) => page.locator(`.row [data-column="${name}"]`).allInnerTexts();
  const name = compared ? 'differs' : 'stability';
  const figures = (await shown(name)).map(Number);
  const sorted = [...figures].sort((a, b) => (compared ? b - a : a - b));
  assert.deepEqual(figures, sorted, 'the most doubtful image is first');
  const curves = () =>
    page
      .getByTestId('sweep-curve')
      .locator('polyline')
      .evaluateAll((lines) => lines.map((line) => line.getAttribute('points')));
  const [ofImage] = await curves();
  assert.equal((await curves()).length, compared ? 2 : 1);
  const before = await shown('area');
  await page.getByTestId('threshold').focus();
  await page.keyboard.press('End');
  await page.waitForTimeout(400);
  assert.notDeepEqual(await shown('area'), before, 'areas follow the threshold');
  await page.getByTestId('triage-table').focus();
  await page.keyboard.press('End');
  await page.waitForTimeout(400);
  assert.notEqual((await curves())[0], ofImage, 'the curve is that of the image looked at');
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'test-results/triage' },
    themes: { type: 'string', default: 'dark,light,contrast,contrast-light' },
    rows: { type: 'string', default: '100000' },
    masks: { type: 'boolean', default: true },
    'no-masks': { type: 'boolean', default: false },
    width: { type: 'string', default: '1200' },
    profile: { type: 'boolean', default: false },
  },
});
const [study = '', ...folders] = positionals.map((path) => resolve(path));
await mkdir(values.out, { recursive: true });
const { parts, dispose } = await engineParts();
const signal = new AbortController().signal;
const reference = { file: study };
const scores = await parts.scoreSeeds({
  study: reference,
  seeds: folders,
  masks: null,
  list: 'auto',
  thresholds: null,
  keep: false,
  script: null,
  signal,
  onProgress: () => undefined,
});
if (values['no-masks']) {
  scores.masks = null;
  for (const seeds of [scores.first, scores.second]) if (seeds !== null) seeds.columns.withMasks = false;
}
const opening = { type: 'opening', first: folders[0], second: folders[1] ?? null, list: 'auto' };
const { server, url } = await serveWebview('triage', await bundleWebview('triage'));
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: flags.split(' '),
});

async function openPage(theme, shown) {
  const page = await browser.newPage({ viewport: { width: Number(values.width), height: 900 } });
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // The toolkit tries one empty style element to see whether :focus-visible exists; the CSP refuses it.
    const probe = message.text().startsWith('Applying inline style violates');
    if (message.type() === 'error' && !probe) faults.push(message.text());
  });
  await page.exposeFunction('previewOf', async (id) => {
    const params = { study: reference, seeds: folders, masks: scores.masks, id, side: 320 };
    const preview = await parts.seedPreview(params, signal);
    return { type: 'preview', id, preview: packed(preview), message: null };
  });
  await page.addInitScript(standIn, { theme: themes[theme], opening, scores: shown, kept: undefined });
  await page.goto(url);
  return { page, faults };
}

try {
  for (const name of values.themes.split(',').filter((one) => one !== '')) {
    const { page, faults } = await openPage(name, packed(scores));
    await page.locator('[data-testid="triage"][data-busy="false"]').waitFor();
    await page.getByTestId('row-2').click();
    await page.locator('[data-testid="preview"] canvas').first().waitFor();
    await page.screenshot({ path: join(values.out, `${name}.png`) });
    if (values['no-masks']) await lookWithoutMasks(page, folders.length > 1);
    else await useByKeys(page, folders.length > 1);
    await page.screenshot({ path: join(values.out, `${name}-used.png`) });
    assert.deepEqual(faults, []);
    await page.close();
  }
  const { page, faults } = await openPage('dark', null);
  await page.locator('[data-testid="triage"]').waitFor();
  await page.evaluate(feedMany, { images: Number(values.rows), compared: folders.length > 1 });
  await page.locator('[data-testid="triage"][data-busy="false"]').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(500);
  console.log(`${values.rows} images, milliseconds per step:`);
  console.table(await measure(page));
  if (values.profile) await profile(page);
  await page.screenshot({ path: join(values.out, 'many.png') });
  assert.deepEqual(faults, []);
} finally {
  await browser.close();
  server.close();
  await dispose();
}
