/** In a real browser with WebGL2 on its software renderer: the pictures of the graphics card against the processor's. */
import { createServer, type Server } from 'node:http';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedBrowser } from '../../../scripts/browser.mjs';
import type { MapSize } from '../../../src/lpcam/aggregate';
import type { ViewName, ViewState } from '../../../src/webview/imagePanel/model/viewState';

const flags =
  '--no-sandbox --disable-gpu --use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader --disable-quic';

interface Case {
  readonly view: ViewName;
  readonly choices: Partial<ViewState>;
  readonly width: number;
  readonly height: number;
  readonly size: MapSize;
  /** Under the rule of a system. */
  readonly fused: boolean;
  readonly mask: boolean;
}

interface Difference {
  readonly pixels: number;
  /** Pixels that differ at all. */
  readonly different: number;
  /** How far apart in the colour table they stand at most; 0 of pictures that have none. */
  readonly steps: number;
  /** Pixels that the processor colours. */
  readonly coloured: number;
}

const browserPath = process.env['CHROME_PATH'] ?? (await installedBrowser());

describe.skipIf(browserPath === undefined)('WebGL2', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: ['test/webview/gpuPage.mjs'],
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2022',
    });
    const script = outputFiles[0]?.text ?? '';
    server = createServer((request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<!DOCTYPE html><script src="/page.js"></script>');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    browser = await chromium.launch({ executablePath: browserPath ?? '', args: flags.split(' ') });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    server.close();
  });

  /** Calls a function of test/webview/gpuPage.mjs. */
  const ask = <T>(name: string, one: unknown = null) =>
    page.evaluate<T>(`window.gpuPage.${name}(${JSON.stringify(one)})`);

  const usual: Case = {
    view: 'lpcam',
    choices: {},
    width: 320,
    height: 236,
    size: 'highRes',
    fused: false,
    mask: true,
  };
  const cases: Record<string, Partial<Case>> = {
    'an LPCAM': {},
    'a CAM in grey': { view: 'cam', choices: { colourMap: 'grey' } },
    'a CAM in viridis': { view: 'cam', choices: { colourMap: 'viridis' } },
    'a CAM in inferno, in its own range': { view: 'cam', choices: { colourMap: 'inferno', range: 'own' } },
    'a CAM in jet': { view: 'cam', choices: { colourMap: 'jet' } },
    'a large image’s reduced map': { size: 'strided', width: 1601, height: 1003 },
    'an LPCAM with some prototypes off': { choices: { switches: { 24: false, 25: false, 36: false } } },
    'a class similarity in its own range': { view: 'class', choices: { range: 'own' } },
    'a single prototype': { view: 'prototype', choices: { selected: 40 } },
    'a seed': { view: 'seed', choices: { threshold: 0.4 } },
    'a seed of CAMs': { view: 'seed', choices: { seedFrom: 'cam', threshold: 0.15 } },
    suppression: { view: 'suppression' },
    'suppression without a mask': { view: 'suppression', mask: false },
    'the maps of a system’s rule': { fused: true },
    'a seed under a system’s rule': { fused: true, view: 'seed' },
  };

  it.each(Object.entries(cases))(
    'draws what the processor draws: %s',
    async (_, one) => {
      const found = await ask<Difference>('compare', { ...usual, ...one });
      expect(found.coloured).toBeGreaterThan(0);
      // A value beside the border of two colours, or of the threshold, may fall on its other side by its last bit.
      expect(found.different / found.pixels).toBeLessThan(2e-4);
      // Never further than to the next of 256 colours, in whichever colour map.
      expect(found.steps).toBeLessThanOrEqual(1);
    },
    60_000,
  );

  it('outlines what the processor outlines', async () => {
    for (const threshold of [0.2, 0.3, 0.55]) {
      const one = { ...usual, choices: { threshold } };
      const { both, single } = await ask<{ both: number; single: number }>('compareOutlines', one);
      expect(both).toBeGreaterThan(20);
      expect(single / both).toBeLessThan(0.02);
    }
  }, 60_000);

  it('outlines no seed of a class that has no centres', async () => {
    const one = { ...usual, choices: { className: 'boat' }, without: 2 };
    expect(await ask('compareOutlines', one)).toEqual({ both: 0, single: 0 });
  }, 60_000);

  it('leaves the drawing to the processor while its context is lost', async () => {
    const { kinds, changes } = await ask<{ kinds: string[]; changes: number }>('loseContext');
    expect(kinds).toEqual(['ImageBitmap', 'HTMLCanvasElement', 'ImageBitmap']);
    expect(changes).toBe(2);
  }, 60_000);
});
