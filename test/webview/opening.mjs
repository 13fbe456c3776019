/**
 * Measures the page's share of opening an image whose maps are known: from the host's messages to the
 * first map on the stage. Processor time of the main thread, which a busy machine does not make longer.
 *
 *   node test/webview/opening.mjs [--width 500] [--height 375] [--repeats 5] [--canvas]
 */
import { parseArgs } from 'node:util';
import { openPanel, openSite } from './harness.mjs';
import { quantile, traced, workBetween } from './trace.mjs';

/** Runs in the page: makes what the host sends of a cached image. */
function prepare({ width, height }) {
  const header = window.synthetic.syntheticHeader({ width, height });
  const { path: image } = header.image;
  const reference = { file: '/demo/lpcam.json' };
  window.prepared = [
    { type: 'opening', image, study: 'demo', reference, keep: false },
    { type: 'header', header },
    ...[1, 0.5, 1.5, 2].map((scale) => ({
      type: 'scale',
      maps: window.synthetic.syntheticScale(header, scale),
    })),
    { type: 'done', timings: window.synthetic.syntheticTimings, notices: [] },
  ];
}

/** Runs in the page: sends it, and waits for the frame that shows a map. */
async function open() {
  const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
  performance.mark('from');
  for (const message of window.prepared) window.postMessage({ request: 1, ...message }, '*');
  while (!document.querySelector('canvas[data-layer="heat"]')) await frame();
  await frame();
  performance.mark('to');
}

/** @returns {Promise<object>} the median, milliseconds */
export async function measureOpening({ width = 500, height = 375, repeats = 5, canvas = true } = {}) {
  const { browser, site, close } = await openSite({ webgl: !canvas });
  try {
    const firstMap = [];
    for (let i = 0; i < repeats; i++) {
      const { page, faults } = await openPanel(browser, site, { width: 1200, height: 1000 });
      const cdp = await page.context().newCDPSession(page);
      await page.evaluate(prepare, { width, height });
      await page.waitForTimeout(300);
      const { events } = await traced(cdp, () => page.evaluate(open));
      firstMap.push(workBetween(events, 'from', 'to').work);
      if (faults.length > 0) throw new Error(faults.join('\n'));
      await page.close();
    }
    return { width, height, firstMap: quantile(firstMap, 0.5) };
  } finally {
    await close();
  }
}

export function openingText({ width, height, firstMap }) {
  return (
    `Opening a ${width} x ${height} image whose maps are known, the page's main thread: ` +
    `messages to first map ${firstMap.toFixed(0)} ms`
  );
}

async function main() {
  const { values } = parseArgs({
    options: {
      width: { type: 'string', default: '500' },
      height: { type: 'string', default: '375' },
      repeats: { type: 'string', default: '5' },
      canvas: { type: 'boolean', default: false },
    },
  });
  const [width, height, repeats] = [values.width, values.height, values.repeats].map(Number);
  console.log(openingText(await measureOpening({ width, height, repeats, canvas: values.canvas })));
}

if (import.meta.filename === process.argv[1]) await main();
