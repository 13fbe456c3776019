/**
 * Looks at the timeline of a training without VS Code: bundles it, opens it in Chromium under the panel's own CSP with a
 * stand-in for VS Code, checks that it can be used by keys, and takes pictures.
 *
 *   node test/webview/timeline.mjs [--out DIR] [--themes dark,light,...]
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { themes } from './themes.mjs';
import { bundleWebview, serveWebview } from './webviewPage.mjs';

const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
const study = { file: '/work/voc/lpcam.json' };
const probe = { list: null, images: 16 };
const hour = 3_600_000;

function pointOf(epoch) {
  const rise = 1 - Math.exp(-epoch / 3);
  const miou = 0.31 + 0.24 * rise + 0.012 * Math.sin(epoch * 7);
  const figures = (value) => ({ miou: value, best: { threshold: 0.25, miou: value + 0.013 } });
  return {
    version: 1,
    hash: String(epoch).padStart(64, '5f'),
    settings: 'a',
    files: [{ path: 'x', version: 'v', modified: 0, number: epoch }],
    computed: '2026-01-01T00:00:00Z',
    device: 'cuda, half precision',
    precision: 'half',
    images: 16,
    scored: 14,
    counts: { class: Math.round(40 + 60 * rise), context: Math.round(90 - 30 * rise), rejected: 140 - epoch },
    dead: epoch < 2 ? 3 : 0,
    threshold: 0.3,
    lpcam: figures(miou),
    cam: figures(miou - 0.05 + 0.004 * epoch),
    bank: 'b.safetensors',
    notices: [],
  };
}

function entryOf(epoch) {
  const computed = epoch !== 7 && epoch !== 12;
  const median = 1 - 0.25 * Math.exp(-epoch / 2.5);
  return {
    path: `/work/voc/checkpoints/epoch_${epoch}.pth`,
    modified: Date.now() - (13 - epoch) * hour,
    number: epoch,
    onDisk: epoch !== 2,
    problem: epoch === 12 ? 'epoch_12.pth: it starts like a zip file, but its directory is missing.' : null,
    point: computed ? pointOf(epoch) : null,
    bank: computed ? `/work/voc/.lpcam/timeline/${epoch}.safetensors` : null,
    drift:
      computed && epoch > 1
        ? { pairs: 150, median, low: median - 0.2, matched: 120, drifted: 25, born: 4, died: 7 }
        : null,
    driftProblem: null,
  };
}

const timeline = {
  study: 'voc',
  pattern: '/work/voc/checkpoints/epoch_*.pth',
  follows: true,
  probe: {
    list: '/work/voc/train.txt',
    images: Array.from({ length: 16 }, (_, place) => `2007_00${place}`),
    listed: 1464,
    first: '/work/voc/JPEGImages/2007_000.jpg',
    without: ['bottle', 'sheep', 'sofa'],
    masked: 14,
  },
  threshold: 0.3,
  precision: 'half',
  otherPrecision: 3,
  entries: Array.from({ length: 12 }, (_, place) => entryOf(place + 1)),
  notices: [],
};

function standIn({ theme, messages }) {
  window.posted = [];
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      window.posted.push(message);
      if (message.type === 'fault') console.error(message.message);
      if (message.type === 'ready') for (const answer of messages) window.postMessage(answer, '*');
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

const opening = { type: 'opening', study, name: 'voc', probe };
const scenes = {
  computed: [opening, { type: 'timeline', timeline }],
  computing: [
    opening,
    { type: 'timeline', timeline: { ...timeline, entries: timeline.entries.slice(0, 1) } },
    {
      type: 'progress',
      progress: { stage: 'epoch_2.pth (1 of 3): Extracting features', done: 260, total: 3000 },
    },
  ],
  failed: [
    opening,
    {
      type: 'failed',
      failure: { kind: 'input', message: 'voc: the timeline clusters and scores by image-level labels.' },
    },
  ],
  named: [
    opening,
    {
      type: 'timeline',
      timeline: {
        ...timeline,
        follows: false,
        pattern: '/work/voc/sess/res50_cam.pth',
        entries: [
          {
            ...entryOf(7),
            number: null,
            path: '/work/voc/sess/res50_cam.pth',
          },
        ],
      },
    },
    {
      type: 'computed',
      failed: [{ path: 'x', message: '/work/voc/x.pth: belongs to no network known here.' }],
      failure: null,
    },
  ],
};

/** What the page asked the host for last. */
const last = (page) => page.evaluate(() => window.posted.at(-1));

async function useByKeys(page) {
  // One stop for Tab per chart, at the newest checkpoint; the arrows lead to the others.
  await page.getByTestId('chart-seeds').getByTestId('point-11').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  assert.deepEqual(await last(page), {
    type: 'openImage',
    checkpoint: '/work/voc/checkpoints/epoch_11.pth',
    bank: '/work/voc/.lpcam/timeline/11.safetensors',
  });
  await page.keyboard.press('Shift+Enter');
  assert.deepEqual(await last(page), { type: 'inspect', checkpoint: '/work/voc/checkpoints/epoch_11.pth' });
  await page.keyboard.press('Tab');
  const next = await page.evaluate(() => document.activeElement.dataset.path);
  assert.equal(next, '/work/voc/checkpoints/epoch_11.pth', 'the next chart begins at the same checkpoint');
  await page.getByTestId('compute').click();
  assert.deepEqual(await last(page), { type: 'compute', only: null });
  await page.getByTestId('compute-6').click();
  assert.deepEqual(await last(page), { type: 'compute', only: ['/work/voc/checkpoints/epoch_7.pth'] });
  await page.getByTestId('probe-images').fill('32');
  await page.keyboard.press('Enter');
  assert.deepEqual(await last(page), { type: 'probe', probe: { list: null, images: 32 } });
  assert.equal(
    await page.getByTestId('image-1').isDisabled(),
    true,
    'a checkpoint that is gone opens nothing',
  );
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'test-results/timeline' },
    themes: { type: 'string', default: 'dark,light,contrast,contrast-light' },
  },
});
await mkdir(values.out, { recursive: true });
const { server, url } = await serveWebview('timeline', await bundleWebview('timeline'));
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: flags.split(' '),
});
try {
  for (const theme of values.themes.split(',')) {
    for (const [name, messages] of Object.entries(scenes)) {
      const page = await browser.newPage({ viewport: { width: 980, height: 1250 } });
      const faults = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => {
        // The toolkit tries one empty style element to see whether :focus-visible exists; the CSP refuses it.
        const probed = message.text().startsWith('Applying inline style violates');
        if (message.type() === 'error' && !probed) faults.push(message.text());
      });
      await page.addInitScript(standIn, { theme: themes[theme], messages });
      await page.goto(url);
      await page.locator('[data-busy="false"]').waitFor();
      if (name === 'computed') await useByKeys(page);
      if (name === 'computed') await page.getByTestId('chart-counts').getByTestId('point-4').focus();
      await page.screenshot({ path: join(values.out, `${theme}-${name}.png`) });
      assert.deepEqual(faults, []);
      await page.close();
    }
  }
} finally {
  await browser.close();
  server.close();
}
