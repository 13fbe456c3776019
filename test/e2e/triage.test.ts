/** Scored seeds of the packaged extension, from the folder's menu to the image panel of the worst of them. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { readSeed } from '../../src/formats/readSeed';
import { writeIrnSeed } from '../../src/formats/seedWriter';
import { mapDifference } from '../../src/lpcam/mapDifference';
import { lpcam } from './support/commandLine';
import { valImages } from './support/demoStudy';
import { explainedPanel, visiblePanel } from './support/imagePanelPage';
import { eventually, poll } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { answerFileDialog, chooseInExplorer, reloadWindow, stateStored } from './support/workbench';

/** Class maps of a seed file, by class index. */
function mapsOf(path: string) {
  const seed = readSeed(readFileSync(path), path, { classes: null, labels: null, readAs: null });
  if (seed.kind !== 'maps') throw new Error(`${path} holds no maps.`);
  return seed;
}

/** Another folder of seeds: those of the first with every value squared. */
function writeSquared(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from).filter((file) => file.endsWith('.npy'))) {
    const { keys, highRes } = mapsOf(join(from, name));
    const squared = highRes.map(({ width, height, data }) => ({
      width,
      height,
      data: Float32Array.from(data, (value) => value * value),
    }));
    writeFileSync(join(to, name), writeIrnSeed({ keys, highRes: squared, strided: squared }));
  }
}

/** Enough to sort, few enough to make quickly. */
const images = 12;

describe('The triage of seeds', () => {
  const vscode = useVscode();
  const study = () => join(vscode.folder, 'lpcam.json');
  const seeds = () => join(vscode.folder, 'cam_mask');
  const squared = () => join(vscode.folder, 'squared');
  const part = (frame: Frame, id: string) => frame.locator(`[data-testid="${id}"]`);
  const triage = () => webviewFrame(vscode.page, '[data-testid="triage"][data-busy="false"]');
  const column = async (frame: Frame, name: string) =>
    (await frame.locator(`.row [data-column="${name}"]`).allInnerTexts()).map(Number);

  interface Scored {
    readonly sweep: readonly { readonly threshold: number; readonly miou: number }[];
    readonly best: { readonly threshold: number; readonly miou: number };
  }
  const evaluated = async () => (await lpcam(vscode, 'evaluate', seeds(), '--study', study())) as Scored;

  before(async function () {
    this.timeout(600_000);
    const list = join(vscode.folder, 'some.txt');
    writeFileSync(
      list,
      valImages(vscode.folder)
        .slice(0, images)
        .map(({ id }) => `${id}\n`)
        .join(''),
    );
    await lpcam(vscode, 'seeds', '--study', study(), '--method', 'cam', '--list', list, '--out', seeds());
    writeSquared(seeds(), squared());
    // A window that is just open may miss files that come before it watches its folder.
    await reloadWindow(vscode.page);
  });

  it('opens from the menu of the folder, with the score that the command line gives', async () => {
    await chooseInExplorer(vscode.page, 'cam_mask', 'LPCAM: Score Seeds');
    const frame = await triage();
    const { sweep, best } = await evaluated();
    const atStudy = sweep.find(({ threshold }) => threshold === 0.3);
    assert.equal(await part(frame, 'miou').innerText(), atStudy?.miou.toFixed(2));
    await part(frame, 'threshold-best').click();
    await eventually(async () => assert.equal(await part(frame, 'miou').innerText(), best.miou.toFixed(2)));
  });

  it('says on its card what was scored, and that the best threshold is an oracle', async () => {
    const frame = await triage();
    assert.match(await part(frame, 'fact-Stage').innerText(), /CAM seeds: lpcam-seeds\.json/);
    assert.match(await part(frame, 'fact-Checkpoint').innerText(), /the very one that made these seeds/);
    assert.match(await part(frame, 'fact-Threshold').innerText(), /oracle/);
  });

  it('has the worst image first, and sorts by another figure', async () => {
    const frame = await triage();
    const worst = await column(frame, 'iou');
    assert.equal(worst.length, images);
    assert.deepEqual(
      worst,
      [...worst].sort((one, other) => one - other),
    );
    await part(frame, 'sort-fp').click();
    await eventually(async () => {
      const fp = await column(frame, 'fp');
      assert.deepEqual(
        fp,
        [...fp].sort((one, other) => other - one),
      );
    });
  });

  it('moves every figure with the threshold', async () => {
    const frame = await triage();
    const before = await column(frame, 'area');
    await part(frame, 'threshold').focus();
    for (let i = 0; i < 20; i++) await vscode.page.keyboard.press('ArrowRight');
    await eventually(async () => {
      const after = await column(frame, 'area');
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      assert.ok(sum(after) < sum(before));
    });
  });

  it('saves the selected images as a list, in the order of the table', async () => {
    const frame = await triage();
    await part(frame, 'triage-table').focus();
    await vscode.page.keyboard.press('Home');
    for (let i = 0; i < 2; i++) await vscode.page.keyboard.press('Shift+ArrowDown');
    await eventually(async () => assert.match(await part(frame, 'row-count').innerText(), /3 selected/));
    const rows = await Promise.all(
      [0, 1, 2].map((row) => part(frame, `row-${row}`).getAttribute('data-image')),
    );
    await part(frame, 'export-list').click();
    const path = join(vscode.folder, 'worst.txt');
    await answerFileDialog(vscode.page, path);
    const text = await poll('the list', () => Promise.resolve(readFileSync(path, 'utf8')));
    assert.equal(text, `${rows.join('\n')}\n`);
  });

  it('saves the figures of all rows as CSV', async () => {
    const frame = await triage();
    await part(frame, 'row-0').click();
    await part(frame, 'export-csv').click();
    const path = join(vscode.folder, 'figures.csv');
    await answerFileDialog(vscode.page, path);
    const text = await poll('the table', () => Promise.resolve(readFileSync(path, 'utf8')));
    const [head = '', ...lines] = text.trimEnd().split('\r\n');
    assert.match(head, /^image,classes,iou,fp,fn,area,stability,dead_maps,missing_classes$/);
    const shown = await column(frame, 'fp');
    assert.deepEqual(
      lines.map((line) => Number((100 * Number(line.split(',')[3])).toFixed(1))),
      shown,
    );
  });

  it('is there again after a reload, at the same image', async () => {
    const frame = await triage();
    await part(frame, 'row-1').click();
    const id = await part(frame, 'row-1').getAttribute('data-image');
    await part(frame, 'preview').locator('canvas').first().waitFor({ timeout: 60_000 });
    await vscode.screenshot('triage');
    await stateStored(vscode.page, id ?? '');
    await reloadWindow(vscode.page);
    const again = await triage();
    await again.locator(`.row.focused[data-image="${id ?? ''}"]`).waitFor();
  });

  it('opens the image panel on the row with Enter', async () => {
    const frame = await triage();
    const id = await frame.locator('.row.focused').getAttribute('data-image');
    await part(frame, 'triage-table').focus();
    await vscode.page.keyboard.press('Enter');
    await visiblePanel(vscode.page, `${id ?? ''}.jpg`);
    await vscode.screenshot('triage-to-image');
  });

  it('compares two folders, and opens an image with what lies between its seeds', async () => {
    await chooseInExplorer(vscode.page, 'cam_mask', 'LPCAM: Compare Seeds…');
    await answerFileDialog(vscode.page, squared());
    const frame = await webviewFrame(vscode.page, '[data-testid="miouB"]');
    await part(frame, 'row-0').click();
    const id = (await part(frame, 'row-0').getAttribute('data-image')) ?? '';
    await part(frame, 'triage-table').focus();
    await vscode.page.keyboard.press('Enter');
    const panel = await explainedPanel(vscode.page, `${id}.jpg`);
    const figures = panel.part('difference-figures');
    await figures.waitFor({ timeout: 60_000 });
    for (const view of ['seedA', 'seedB', 'seedDifference'])
      await panel.frame.locator(`[role=tabpanel][data-view="${view}"] canvas[data-layer="heat"]`).waitFor();
    const name = await panel.frame.locator('[role=tabpanel][data-view="seedDifference"] h2').innerText();
    const classNames = readFileSync(join(vscode.folder, 'classes.txt'), 'utf8').trim().split('\n');
    const key = classNames.indexOf(name.replace('B − A · ', ''));
    const [one, other] = [seeds(), squared()].map((folder) => {
      const { keys, highRes } = mapsOf(join(folder, `${id}.npy`));
      return highRes[keys.indexOf(key)]?.data ?? new Float32Array();
    });
    const { largest, mean } = mapDifference(one ?? new Float32Array(), other ?? new Float32Array());
    assert.ok(largest > 0.1, 'the two differ');
    assert.equal(Number(await figures.getAttribute('data-largest')), largest);
    assert.equal(Number(await figures.getAttribute('data-mean')), mean);
    await vscode.screenshot('seed-difference');
  });

  it('has the comparison after a reload, and follows seeds that change on disk', async () => {
    await stateStored(vscode.page, 'seedDifference');
    await reloadWindow(vscode.page);
    const again = await visiblePanel(vscode.page);
    const figures = again.part('difference-figures');
    await figures.waitFor({ timeout: 120_000 });
    const id = (await again.frame.title()).replace(/^LPCAM: |\.jpg$/g, '');
    writeFileSync(join(squared(), `${id}.npy`), readFileSync(join(seeds(), `${id}.npy`)));
    await eventually(async () => assert.equal(await figures.getAttribute('data-largest'), '0'));
    assert.match(await figures.innerText(), /A and B are equal/);
  });

  it('ends the comparison with its button, and the panel is as it was', async () => {
    const panel = await visiblePanel(vscode.page);
    await panel.part('endComparison').click();
    await panel.part('view-seedDifference').waitFor({ state: 'detached' });
    assert.equal(await panel.frame.locator('[data-view="seedA"]').count(), 0);
  });
});
