/** What a panel of an image that was open before shows while its own script is still on its way. */
import assert from 'node:assert/strict';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { lpcam } from './support/commandLine';
import { imagePath, valImages } from './support/demoStudy';
import { explainedPanel, type ImagePanelPage } from './support/imagePanelPage';
import { eventually, poll } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer, runCommand } from './support/workbench';

const command = 'LPCAM: Show Activation Maps';

/** Runs in every frame: a webview's page brings nothing after its first scripts until it is let go. */
function holdBack(): void {
  // VS Code's own frame around the page is one below the window; the page's may still be blank.
  if (window.parent === window || window.parent === window.top) return;
  const nextFrame = window.requestAnimationFrame.bind(window);
  const later = window.setTimeout.bind(window);
  const held: FrameRequestCallback[] = [];
  const long = 1000;
  window.requestAnimationFrame = (act) => held.push(act);
  window.setTimeout = ((act: () => void, delay = 0) =>
    delay < long ? later(act, delay) : held.push(act)) as typeof window.setTimeout;
  const letGo = () => {
    window.requestAnimationFrame = nextFrame;
    window.setTimeout = later;
    for (const act of held.splice(0)) nextFrame(act);
  };
  Object.assign(window, { letGo });
}

const letGo = (frame: Frame) => frame.evaluate(() => (window as unknown as { letGo: () => void }).letGo());

/** Where something lies in the page, and its pixels. */
interface Shown {
  readonly box: readonly number[];
  readonly name: string;
  /** Base64, [height, width, 4], over an opaque ground. */
  readonly rgba: string;
}

/** Kept pictures, or the canvases of the panes. */
const shownBy = (frame: Frame, selector: string): Promise<Shown[]> =>
  frame.locator(selector).evaluateAll(async (elements) => {
    const shown = [];
    for (const element of elements as (HTMLImageElement | HTMLCanvasElement)[]) {
      const { left, top, width, height } = element.getBoundingClientRect();
      const canvas = document.createElement('canvas');
      if (element instanceof HTMLImageElement) await element.decode();
      canvas.width = 'naturalWidth' in element ? element.naturalWidth : element.width;
      canvas.height = 'naturalHeight' in element ? element.naturalHeight : element.height;
      const context = canvas.getContext('2d');
      if (context) context.fillStyle = '#555';
      context?.fillRect(0, 0, canvas.width, canvas.height);
      context?.drawImage(element, 0, 0);
      const data = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
      let text = '';
      for (const byte of data) text += String.fromCharCode(byte);
      const rgba = btoa(text);
      const name =
        element.getAttribute('alt') ?? element.closest('.pane')?.querySelector('h2')?.textContent ?? '';
      shown.push({ box: [left, top, width, height], name, rgba });
    }
    return shown;
  });

/** The same places, names and pixels; half-transparent edges may differ by one step of 256. */
function assertAlike(one: readonly Shown[], other: readonly Shown[]): void {
  const places = (shown: readonly Shown[]) => shown.map(({ box, name }) => ({ box, name }));
  assert.deepEqual(places(one), places(other));
  one.forEach(({ rgba, name }, i) => {
    const [a, b] = [Buffer.from(rgba, 'base64'), Buffer.from(other[i]?.rgba ?? '', 'base64')];
    assert.equal(a.length, b.length);
    const steps = [...a].map((value, at) => Math.abs(value - (b[at] ?? 0)));
    const differing = steps.filter((step) => step > 0).length;
    const most = steps.reduce((least, step) => Math.max(least, step), 0);
    assert.ok(
      most <= 1 && differing < a.length / 100,
      `${name}: ${differing} values differ, by ${most} at most`,
    );
  });
}

const kept = '#opening-picture img';
const live = 'lpcam-pane > canvas:first-child';

describe('A panel that is opened again', () => {
  const vscode = useVscode();
  let image = '';
  let file = '';

  const open = async (): Promise<void> => {
    await runCommand(vscode.page, 'View: Close All Editors');
    await chooseInExplorer(vscode.page, imagePath(image), command);
  };

  /** Lets the page that is held go on, until it has drawn everything and is at rest. */
  const goOn = async (selector: string): Promise<ImagePanelPage> => {
    const frame = await webviewFrame(vscode.page, selector);
    await letGo(frame);
    const panel = await explainedPanel(vscode.page, file);
    await eventually(async () => assert.equal(await panel.frame.locator('#opening-picture').count(), 0));
    await eventually(async () => assert.notEqual(await panel.scores('lpcam'), undefined));
    const marks = () => panel.frame.evaluate(() => performance.getEntriesByName('lpcam picture').length);
    await poll('the panel to keep what it shows', async () => (await marks()) > 0);
    return panel;
  };

  before(async function () {
    this.timeout(300_000);
    await lpcam(vscode, 'prototypes', '--study', join(vscode.folder, 'lpcam.json'));
    const found = valImages(vscode.folder).find(({ classes }) => classes.length === 1);
    if (!found) throw new Error('The val list has no image of one class.');
    image = found.id;
    file = `${found.id}.jpg`;
    await vscode.page.addInitScript(holdBack);
    await open();
    await goOn('#root');
  });

  it('shows its maps before its script runs, and the script draws the same pixels at the same places', async function () {
    this.timeout(120_000);
    await open();
    const frame = await webviewFrame(vscode.page, kept);
    assert.equal(await frame.getByTestId('panel').count(), 0, 'the page’s own script does not run yet');
    await vscode.screenshot('kept-picture');
    const before = await shownBy(frame, kept);
    assert.equal(before.length, 2, 'CAM and LPCAM');
    const panel = await goOn(kept);
    assert.equal(panel.frame, frame);
    assertAlike(before, await shownBy(frame, live));
    await vscode.screenshot('kept-picture-live');
  });

  it('shows how the panel begins, whatever was chosen in the last one', async function () {
    this.timeout(120_000);
    await open();
    const last = await goOn(kept);
    const begun = await shownBy(last.frame, live);
    await last.setSlider('opacity', 'Home');
    await eventually(async () =>
      assert.ok((await shownBy(last.frame, live)).some(({ rgba }, i) => rgba !== begun[i]?.rgba)),
    );
    await vscode.page.waitForTimeout(2500);
    await open();
    assertAlike(await shownBy(await webviewFrame(vscode.page, kept), kept), begun);
    const panel = await goOn(kept);
    assert.deepEqual(await shownBy(panel.frame, live), begun);
  });

  const changes: readonly { what: string; change: (folder: string) => void }[] = [
    {
      what: 'its image is another file',
      change: (folder) => {
        const now = new Date();
        utimesSync(join(folder, imagePath(image)), now, now);
      },
    },
    {
      what: 'its study says another threshold',
      change: (folder) => {
        const study = join(folder, 'lpcam.json');
        const text = JSON.parse(readFileSync(study, 'utf8')) as Record<string, unknown>;
        const seeds = { ...(text['seeds'] as object | undefined), threshold: 0.37 };
        writeFileSync(study, JSON.stringify({ ...text, seeds }, null, 2));
      },
    },
  ];
  for (const { what, change } of changes) {
    it(`shows nothing of the last one where ${what}`, async function () {
      this.timeout(120_000);
      await runCommand(vscode.page, 'View: Close All Editors');
      change(vscode.folder);
      await open();
      const frame = await poll('the page', () => webviewFrame(vscode.page, '#root'));
      assert.equal(await frame.locator('#opening-picture').count(), 0);
      const panel = await goOn('#root');
      const now = await shownBy(panel.frame, live);
      await open();
      assertAlike(await shownBy(await webviewFrame(vscode.page, kept), kept), now);
      await goOn(kept);
    });
  }
});
