/**
 * Measures what a redraw of the image panel costs the page's main thread, in processor time, which a busy machine does
 * not make longer: from a step of a slider or a toggle until the frame that shows it. A frame may take 16.7 ms.
 *
 *   node test/webview/redraw.mjs [--width 1000] [--height 1000] [--steps 8] [--canvas] [--profile] [--json]
 *
 * The image is made of formulas, with two classes, 24 prototypes of each, and four scales. `--canvas`: without WebGL2, as
 * where a browser has none. `--profile`: also the functions that the time goes to.
 */
import { parseArgs } from 'node:util';
import { openPanel, openSite } from './harness.mjs';
import { quantile, traced, workBetween } from './trace.mjs';

/** What a person moves, and where it goes. Every step is a state that was not shown before. */
const acts = {
  threshold: (step) => ({ what: '[data-testid="threshold"]', value: (0.31 + step * 0.01).toFixed(2) }),
  opacity: (step) => ({ what: '[data-testid="opacity"]', value: (0.65 + 0.05 * (step % 6)).toFixed(2) }),
  prototype: (step) => ({ what: `[data-testid="prototype-${24 + (step % 6)}-switch"]` }),
  gate: (step) => ({ what: '[data-testid="gate-context-low"]', value: (0.13 + step * 0.085).toFixed(2) }),
};

/** Runs in the page: does it, and waits for the frame that shows it, then for what comes after it. */
async function step({ what, value }) {
  const element = document.querySelector(what);
  const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
  const task = () => new Promise((done) => setTimeout(done, 0));
  const pixels = () =>
    [...document.querySelectorAll('canvas[data-drawn]')].map(({ dataset }) => dataset.drawn).join();
  const waiting = () =>
    document.querySelector('[data-testid="figures"][data-stale="true"], [data-testid="curve"].stale') !==
    null;
  const before = pixels();
  // Not in the task that the harness's own script is started in.
  await task();
  performance.mark('step');
  if (value === undefined) element.click();
  else {
    element.value = value;
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }
  let frames = 0;
  while (pixels() === before && frames < 600) {
    await frame();
    frames++;
  }
  // The picture's own frame ends with its painting.
  await task();
  performance.mark('shown');
  const from = performance.now();
  while (waiting() && performance.now() - from < 10_000) await frame();
  await task();
  performance.mark('settled');
  return { frames, settled: performance.now() - from };
}

/**
 * @returns {Promise<object[]>} per act: median and worst of the steps' work, and the longest task; `after`: the longest task
 *   after that frame, until all figures and curves are there, and `settled`: when they are, ms of the clock
 */
export async function measureRedraw({
  width = 1000,
  height = 1000,
  steps = 8,
  canvas = false,
  profile = false,
} = {}) {
  const { browser, site, close } = await openSite({ webgl: !canvas });
  const runs = [];
  try {
    const panel = await openPanel(browser, site, { width: 1200, height: 1000 });
    await panel.feed({ width, height });
    const { page } = panel;
    await page.waitForSelector('[data-testid="status"][data-busy="false"]', { timeout: 120_000 });
    await page.waitForSelector('[data-testid="best"]', { timeout: 120_000 });
    await page.evaluate(() => document.querySelector('[data-testid="gates"]').click());
    await page.waitForTimeout(1500);
    const cdp = await page.context().newCDPSession(page);
    for (const [name, act] of Object.entries(acts)) {
      const tries = [];
      if (profile) {
        await cdp.send('Profiler.enable');
        await cdp.send('Profiler.start');
      }
      for (let i = 0; i < steps; i++) {
        const { events, result } = await traced(cdp, () => page.evaluate(step, act(i)));
        const after = workBetween(events, 'shown', 'settled').longest;
        tries.push({ ...result, after, ...workBetween(events, 'step', 'shown') });
        await page.waitForTimeout(350);
      }
      const costs = profile ? ownTimes((await cdp.send('Profiler.stop')).profile, steps) : undefined;
      const of = (key) => tries.map((one) => one[key]);
      runs.push({
        act: name,
        work: { median: quantile(of('work'), 0.5), most: Math.max(...of('work')) },
        longest: Math.max(...of('longest')),
        frames: Math.max(...of('frames')),
        after: { median: quantile(of('after'), 0.5), most: Math.max(...of('after')) },
        settled: quantile(of('settled'), 0.5),
        costs,
      });
    }
    if (panel.faults.length > 0) throw new Error(panel.faults.join('\n'));
    return runs;
  } finally {
    await close();
  }
}

/** Milliseconds per step that each function took by itself, the dearest first. */
function ownTimes({ nodes, samples, timeDeltas }, steps) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName || '(anonymous)']));
  const sums = new Map();
  samples.forEach((id, i) => {
    const name = names.get(id);
    sums.set(name, (sums.get(name) ?? 0) + timeDeltas[i] / 1000 / steps);
  });
  return [...sums]
    .filter(([name]) => name !== '(idle)')
    .sort((a, b) => b[1] - a[1])
    .slice(0, 14)
    .map(([name, time]) => `${name} ${time.toFixed(1)}`);
}

export function redrawText({ width, height, canvas, runs }) {
  const lines = runs.flatMap(({ act, work, longest, after, settled, costs }) => {
    const figures = [work.median, work.most, longest, after.median, after.most].map((value) =>
      value.toFixed(1).padStart(7),
    );
    const line =
      `  ${act.padEnd(10)} median${figures[0]}  most${figures[1]}  longest task${figures[2]}` +
      `  tasks after it: longest${figures[3]}, most${figures[4]}; figures after ${Math.round(settled)} ms`;
    return costs ? [line, `      ${costs.join(', ')}`] : [line];
  });
  const how = canvas ? '2D canvas' : 'WebGL2';
  return [`Redraw of a ${width} x ${height} image, ${how}; main thread, ms per step`, ...lines].join('\n');
}

async function main() {
  const { values } = parseArgs({
    options: {
      width: { type: 'string', default: '1000' },
      height: { type: 'string', default: '1000' },
      steps: { type: 'string', default: '8' },
      canvas: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { canvas, profile, json } = values;
  const [width, height, steps] = [values.width, values.height, values.steps].map(Number);
  const runs = await measureRedraw({ width, height, steps, canvas, profile });
  if (json) {
    console.log(JSON.stringify({ width, height, canvas, runs }, null, 2));
    return;
  }
  console.log(redrawText({ width, height, canvas, runs }));
}

if (import.meta.filename === process.argv[1]) await main();
