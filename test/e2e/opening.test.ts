/**
 * What passes between a click and the first map of an image that was opened before: in VS Code, in the extension, in the
 * engine and in the page. `npm run bench -- --only opening` prints it; the test asserts counts, no times.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { root } from '../../scripts/project.mjs';
import { lpcam } from './support/commandLine';
import { imagePath, valImages } from './support/demoStudy';
import { explainedPanel } from './support/imagePanelPage';
import { poll } from './support/poll';
import { setting } from './support/settings';
import { useVscode, type Vscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer, chooseTab, runCommand } from './support/workbench';

const command = 'LPCAM: Show Activation Maps';
/** Of a second extension, which has a webview with next to nothing in it. */
const emptyWebview = 'Open Empty Webview';
/** More for the benchmark. */
const repeats = Number(process.env['LPCAM_OPENING_REPEATS'] ?? 1);

/** Milliseconds since 1970, or between two steps. */
interface PageTimes {
  readonly origin: number;
  /** Of a page with a kept picture: its first script (NaN: it has none). */
  readonly start: number;
  readonly script: number;
  readonly message: number;
  readonly map: number;
  /** The browser's own: the first frame with any text or picture in it, and the first with the kept picture (NaN: none was). */
  readonly content: number;
  readonly picture: number;
}

/** Runs in VS Code's window: notes when the mouse was last pressed and released, and a hidden webview came in sight after it. */
function watchWindow(): void {
  const times: Record<string, number> = {};
  Object.assign(window, { windowTimes: times });
  const note = (kind: string) => (times[kind] = performance.timeOrigin + performance.now());
  const hidden = () =>
    [...document.querySelectorAll('iframe.webview')].filter(
      (frame) => getComputedStyle(frame).visibility === 'hidden',
    );
  const look = (before: readonly Element[]) => {
    const now = hidden();
    // What is in sight at the start of a frame is painted in it, which the next task comes after.
    if (before.some((frame) => !now.includes(frame))) setTimeout(() => note('sight'), 0);
    else requestAnimationFrame(() => look(before));
  };
  for (const kind of ['mousedown', 'mouseup'])
    window.addEventListener(kind, () => note(kind), { capture: true });
  window.addEventListener('mousedown', () => look(hidden()), { capture: true });
}

const windowTime = (vscode: Vscode, kind: 'mousedown' | 'mouseup' | 'sight') =>
  vscode.page.evaluate(
    (wanted) => (window as unknown as { windowTimes: Record<string, number> }).windowTimes[wanted] ?? 0,
    kind,
  );

/** How often the page drew its panes. */
const drawings = (frame: Frame) =>
  frame.locator('canvas[data-drawn]').evaluateAll((found) => found.map((canvas) => canvas.dataset['drawn']));

/** The page's own marks of its opening. */
const timesOf = (frame: Frame): Promise<PageTimes> =>
  frame.evaluate(async () => {
    const origin = performance.timeOrigin;
    const mark = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? NaN;
    // Kept by the browser since the page began: nobody had to look meanwhile.
    const picture = await new Promise<number>((resolve) => {
      new PerformanceObserver((list) =>
        resolve(
          Math.max(
            ...list.getEntries().map((entry) => (entry as unknown as { renderTime: number }).renderTime),
          ),
        ),
      ).observe({ type: 'element', buffered: true });
      setTimeout(() => resolve(NaN), 100);
    });
    return {
      origin,
      start: origin + mark('lpcam start'),
      script: origin + mark('lpcam script'),
      message: origin + mark('lpcam message'),
      map: origin + mark('lpcam map'),
      content: origin + mark('first-contentful-paint'),
      picture: origin + picture,
    };
  });

/** The lines of the extension's log that tell of openings, oldest first: when each came, and its steps. */
function openings(profile: string): { at: number; steps: Record<string, number> }[] {
  const logs = join(profile, 'data', 'logs');
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('LPCAM Lens.log'),
  );
  return files
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
    .flatMap((line) => {
      const found = /^(\S+ \S+) \[info\] \S+ opened: (.*)$/.exec(line);
      if (!found) return [];
      const steps = [...(found[2] ?? '').matchAll(/([a-z ]+) (\d+) ms/g)];
      const named = steps.map(([, name = '', time]) => [name.trim(), Number(time)] as const);
      return [{ at: Date.parse(found[1] ?? ''), steps: Object.fromEntries(named) }];
    })
    .sort((a, b) => a.at - b.at);
}

/** Of those that are numbers: not every page has every step. */
function middle(values: readonly number[]): number {
  const known = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? NaN;
}

function medians(runs: readonly Record<string, number>[]): Record<string, number> {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, Math.round(middle(runs.map((run) => run[name] ?? NaN)))]),
  );
}

/** Until the window is quiet. Whoever looks at a page while it opens takes processor time from it. */
const rest = (vscode: Vscode) => vscode.page.waitForTimeout(1500);

/** A page's times, once something is painted in it. */
const painted = (frame: Frame): Promise<PageTimes> =>
  poll('the first map', async () => {
    const times = await timesOf(frame);
    return Number.isFinite(times.map) && times;
  });

/** From a click to what is painted, step by step. @param began when the command ran in the extension host */
const steps = (clicked: number, began: number, page: PageTimes): Record<string, number> => ({
  'click to command': began - clicked,
  'command to the page’s document': page.origin - began,
  'document to first script': (page.start || page.script) - page.origin,
  'document to its script': page.script - page.origin,
  'script to first message': page.message - page.script,
  'first message to first map': page.map - page.message,
  'click to first content': page.content - clicked,
  'click to kept picture': page.picture - clicked,
  'click to first live map': page.map - clicked,
});

/** A click in the explorer's menu, to a map in a new panel. */
async function opened(vscode: Vscode, id: string): Promise<Record<string, number>> {
  const before = openings(vscode.profile).length;
  await chooseInExplorer(vscode.page, imagePath(id), command);
  await rest(vscode);
  const { frame } = await explainedPanel(vscode.page, `${id}.jpg`);
  const page = await painted(frame);
  const line = await poll('the line of the log', async () => {
    const lines = openings(vscode.profile);
    return Promise.resolve(lines.length > before && lines.at(-1));
  });
  const began = line.at - Math.max(...Object.values(line.steps));
  return {
    ...Object.fromEntries(Object.entries(line.steps).map(([name, time]) => [`command to ${name}`, time])),
    ...steps(await windowTime(vscode, 'mouseup'), began, page),
  };
}

/** The same click, to an empty page of another extension: what VS Code itself takes for any page. */
async function openedEmpty(vscode: Vscode, id: string): Promise<Record<string, number>> {
  await chooseInExplorer(vscode.page, imagePath(id), emptyWebview);
  await rest(vscode);
  const frame = await webviewFrame(vscode.page, 'main[data-began]');
  const page = await painted(frame);
  const began = Number(await frame.locator('main').getAttribute('data-began'));
  return steps(await windowTime(vscode, 'mouseup'), began, page);
}

/** A click on the tab of a hidden panel, to its map, which is still there. @param frame the panel's page */
async function revealed(vscode: Vscode, id: string, frame: Frame): Promise<Record<string, number>> {
  const drawn = await drawings(frame);
  await chooseTab(vscode.page, `LPCAM: ${id}.jpg`);
  const panel = await explainedPanel(vscode.page, `${id}.jpg`);
  assert.equal(panel.frame, frame, 'the page was not loaded anew');
  const clicked = await windowTime(vscode, 'mousedown');
  const page = await poll('the page to be told', async () => {
    const time = await frame.evaluate(
      () => performance.timeOrigin + (performance.getEntriesByName('lpcam shown')[0]?.startTime ?? 0),
    );
    return time > clicked && time;
  });
  assert.deepEqual(await drawings(frame), drawn, 'nothing was drawn anew');
  return {
    'click to first live map': (await windowTime(vscode, 'sight')) - clicked,
    'click to a frame of the page, which was told': page - clicked,
  };
}

describe('Opening an image a second time', () => {
  const vscode = useVscode({ extensions: [join(root, 'test', 'e2e', 'emptyWebview')] });

  it('shows its maps without the network, in a new panel, and at once in one that was hidden', async function () {
    this.timeout(600_000);
    const { page, folder } = vscode;
    await lpcam(vscode, 'prototypes', '--study', join(folder, 'lpcam.json'));
    await page.evaluate(watchWindow);
    const [first, second, third] = valImages(folder)
      .filter(({ classes }) => classes.length === 1)
      .map(({ id }) => id);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('The val list is too short.');
    for (const id of [first, second, third]) {
      await chooseInExplorer(page, imagePath(id), command);
      await explainedPanel(page, `${id}.jpg`);
      await rest(vscode);
    }
    await chooseInExplorer(page, imagePath(first), emptyWebview);
    await webviewFrame(page, 'main[data-began]');
    const floor: Record<string, number>[] = [];
    const again: Record<string, number>[] = [];
    const beside: Record<string, number>[] = [];
    const hidden: Record<string, number>[] = [];
    const resized: Record<string, number>[] = [];
    for (let i = 0; i < repeats; i++) {
      await runCommand(page, 'View: Close All Editors');
      await rest(vscode);
      floor.push(await openedEmpty(vscode, first));
      await runCommand(page, 'View: Close All Editors');
      await rest(vscode);
      again.push(await opened(vscode, first));
      const panel = await explainedPanel(page, `${first}.jpg`);
      assert.match(
        (await panel.part('status').getAttribute('title')) ?? '',
        /network and similarity 0 ms/,
        'the network did not run again',
      );
      await rest(vscode);
      beside.push(await opened(vscode, second));
      await rest(vscode);
      hidden.push(await revealed(vscode, first, panel.frame));
      await rest(vscode);
      // In a panel of another size than the image's last one nothing is shown that was kept.
      await runCommand(page, 'View: Close All Editors');
      const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
      await page.setViewportSize({ width: width - 100 + 40 * (i % 2), height });
      await rest(vscode);
      resized.push(await opened(vscode, third));
      await rest(vscode);
      await runCommand(page, 'View: Close All Editors');
      await page.setViewportSize({ width, height });
    }
    const report = {
      repeats,
      load: loadavg().map((load) => Number(load.toFixed(1))),
      /** Panels that opened with a kept picture. */
      kept: Object.fromEntries(
        Object.entries({ again, beside, resized }).map(([name, runs]) => [
          name,
          runs.filter((run) => Number.isFinite(run['click to kept picture'])).length,
        ]),
      ),
      floor: medians(floor),
      again: medians(again),
      beside: medians(beside),
      hidden: medians(hidden),
      resized: medians(resized),
    };
    writeFileSync(join(setting('LPCAM_TEST_RESULTS'), 'opening.json'), JSON.stringify(report, null, 2));
    console.log(JSON.stringify(report, null, 2));
  });
});
