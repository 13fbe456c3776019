/**
 * Measures what a large image costs the panel's main thread: long tasks while the threshold is stepped and a prototype
 * is switched, and the time until the exact figures are there.
 *
 *   node test/webview/longTasks.mjs [--width 4000] [--height 3000]
 */
import { parseArgs } from 'node:util';
import { openPanel, openSite } from './harness.mjs';

const { values } = parseArgs({
  options: { width: { type: 'string', default: '4000' }, height: { type: 'string', default: '3000' } },
});

/** Runs in the page: the long tasks of an action, and how long its figures took. */
async function measured(act) {
  const tasks = [];
  const observer = new PerformanceObserver((list) =>
    tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration))),
  );
  observer.observe({ type: 'longtask' });
  const from = performance.now();
  const figures = () => document.querySelector('[data-testid="figures"]');
  const before = figures().textContent;
  const element = document.querySelector(act.what);
  if (act.value === undefined) element.click();
  else {
    element.value = String(act.value);
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }
  const rest = () => new Promise((resolve) => setTimeout(resolve, 10));
  const settled = () => figures().dataset.stale === 'false' && figures().textContent !== before;
  while (!settled() && performance.now() - from < 20_000) await rest();
  const exact = Math.round(performance.now() - from);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  observer.disconnect();
  return { exact, longest: Math.max(0, ...tasks), sum: tasks.reduce((sum, task) => sum + task, 0), tasks };
}

const { browser, site, close } = await openSite({ webgl: false });
try {
  const panel = await openPanel(browser, site, { width: 800, height: 900 });
  await panel.feed({ width: Number(values.width), height: Number(values.height) });
  await panel.page.waitForSelector('[data-testid="status"][data-busy="false"]', { timeout: 120_000 });
  await panel.page.waitForSelector('[data-testid="best"]', { timeout: 120_000 });
  await panel.page.waitForTimeout(2000);
  for (const value of [0.31, 0.32, 0.33]) {
    const step = await panel.page.evaluate(measured, { what: '[data-testid="threshold"]', value });
    console.log('threshold', value, JSON.stringify(step));
  }
  for (let i = 0; i < 2; i++) {
    const what = '[data-testid="prototype-24-switch"]';
    console.log('prototype', JSON.stringify(await panel.page.evaluate(measured, { what })));
  }
  console.log(panel.faults.join('\n'));
} finally {
  await close();
}
