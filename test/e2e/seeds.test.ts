/** Seeds in the packaged extension: made from the study's menu, opened as seeds, with what they are. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { valImages } from './support/demoStudy';
import { visiblePanel } from './support/imagePanelPage';
import { eventually, poll } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer, chooseTheme, notifications } from './support/workbench';

const listed = 10;
const list = (folder: string) => join(folder, 'ImageSets', 'Segmentation', 'train.txt');

describe('Seeds', () => {
  const vscode = useVscode({
    prepare: (folder) => {
      const ids = valImages(folder).map(({ id }) => id);
      // One that nobody has: it must be named at the end, and cost the others nothing.
      writeFileSync(list(folder), [...ids.slice(0, listed), 'nobody_has_this'].join('\n'));
      writeFileSync(join(folder, 'broken.npy'), 'no seed');
    },
  });
  const seeds = (...names: string[]) => join(vscode.folder, 'seeds', ...names);
  const part = (frame: Frame, id: string) => frame.locator(`[data-testid="${id}"]`);
  const image = () => {
    const found = valImages(vscode.folder)
      .slice(0, listed)
      .find(({ classes }) => classes.length > 1);
    assert.ok(found);
    return found;
  };

  async function generate(): Promise<void> {
    await chooseInExplorer(vscode.page, 'lpcam.json', 'LPCAM: Generate Seeds');
    const row = vscode.page
      .locator('.quick-input-widget .monaco-list-row')
      .filter({ hasText: 'CAM: IRN' })
      .first();
    await row.waitFor({ timeout: 60_000 });
    await vscode.page.keyboard.press('Enter');
  }

  it('of the demo study are made from its menu, and what has none is said', async () => {
    await generate();
    const told = await poll(
      'the end to be told',
      async () => (await notifications(vscode.page)).find((text) => text.includes('seeds of demo written')),
      { timeout: 120_000 },
    );
    assert.match(told, new RegExp(`^${listed} seeds of demo written to cam\\.`));
    assert.match(told, /1 image is without a seed: nobody_has_this: no image of this id/);
    await vscode.screenshot('seeds-generated');
    assert.equal(readdirSync(seeds('cam')).filter((name) => name.endsWith('.npy')).length, listed);
    const manifest = JSON.parse(readFileSync(seeds('cam', 'lpcam-seeds.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    assert.deepEqual(manifest['counts'], { listed: listed + 1, seeds: listed, failed: 1, dead: 0 });
  });

  it('are kept when they are made again in the same way', async () => {
    const before = readFileSync(seeds('cam', `${image().id}.npy`));
    await generate();
    await eventually(async () =>
      assert.ok(
        (await notifications(vscode.page)).some((text) =>
          text.startsWith(`0 seeds of demo written to cam, ${listed} were there`),
        ),
      ),
    );
    assert.deepEqual(readFileSync(seeds('cam', `${image().id}.npy`)), before);
  });

  it('open as seeds, with the map of each class over the image', async () => {
    const { id, classes } = image();
    await chooseInExplorer(vscode.page, `seeds/cam/${id}.npy`, 'LPCAM: Open as Seed');
    const frame = await webviewFrame(vscode.page, '[data-testid="classes"]');
    assert.equal(await part(frame, 'dialect').getAttribute('data-dialect'), 'irn');
    assert.deepEqual((await frame.locator('tbody .link').allInnerTexts()).sort(), [...classes].sort());
    await frame.locator('[data-testid="seed"][data-busy="false"]').waitFor();
    await eventually(async () =>
      assert.equal(await part(frame, 'stage-canvas-0').getAttribute('data-layer'), 'heat'),
    );
    assert.equal(await part(frame, 'pane-1').getAttribute('data-view'), 'seed');
    assert.match(await part(frame, 'miou').innerText(), /^\d+\.\d$/);
    await vscode.screenshot('seed-dark');
  });

  it('show another class when it is chosen, and its values under the cursor', async () => {
    const { classes } = image();
    const [, second = ''] = classes;
    const frame = await webviewFrame(vscode.page, '[data-testid="classes"]');
    await frame.locator('tbody .link').filter({ hasText: second }).click();
    await frame.locator('tr.shown').filter({ hasText: second }).waitFor();
    await part(frame, 'stage-0').hover();
    for (const name of classes)
      assert.match(await part(frame, `reading-map-${name}`).innerText(), /^[01]\.\d{3}$/);
  });

  it('shrink when the threshold rises', async () => {
    const frame = await webviewFrame(vscode.page, '[data-testid="classes"]');
    const share = async () => Number(await frame.locator('[data-testid^="share-"]').first().innerText());
    const before = await share();
    await part(frame, 'threshold-value').fill('0.8');
    await part(frame, 'threshold-value').press('Enter');
    await eventually(async () => assert.ok((await share()) < before));
    await part(frame, 'threshold-reset').click();
    await eventually(async () => assert.equal(await share(), before));
  });

  it('in light and high contrast are as legible', async () => {
    await chooseTheme(vscode.page, 'Light Modern');
    await vscode.screenshot('seed-light');
    await chooseTheme(vscode.page, 'Dark High Contrast');
    await vscode.screenshot('seed-contrast');
    await chooseTheme(vscode.page, 'Dark Modern');
  });

  it('lie among the views of the image panel, and lead back to the file', async () => {
    const { id } = image();
    await chooseInExplorer(vscode.page, `JPEGImages/${id}.jpg`, 'LPCAM: Show Activation Maps');
    const panel = await visiblePanel(vscode.page, `${id}.jpg`);
    await panel.frame.locator('[data-testid="view-seedFile"]').click();
    const pane = panel.frame.locator('[data-view="seedFile"] h2').first();
    assert.equal(await pane.innerText(), `Seed file · cam/${id}.npy`);
    await eventually(async () =>
      assert.equal(
        await panel.frame.locator('canvas[data-view="seedFile"]').first().getAttribute('data-layer'),
        'labels',
      ),
    );
    await vscode.screenshot('seed-in-panel');
    await panel.frame.locator('[data-testid="openSeedFile"]').click();
    await webviewFrame(vscode.page, '[data-testid="dialect"][data-dialect="irn"]');
  });

  it('as label PNGs show what is ignored, with the names of the study', async () => {
    const { id, classes } = image();
    await chooseInExplorer(vscode.page, `SegmentationClass/${id}.png`, 'LPCAM: Open as Seed');
    const frame = await webviewFrame(vscode.page, '[data-testid="dialect"][data-dialect="png"]');
    const names = await frame.locator('[data-testid="classes"] tbody th').allInnerTexts();
    assert.deepEqual(names.map((name) => name.trim()).sort(), [...classes].sort());
    await vscode.screenshot('seed-labels');
  });

  it('that are damaged say so', async () => {
    await chooseInExplorer(vscode.page, 'broken.npy', 'LPCAM: Open as Seed');
    const frame = await webviewFrame(vscode.page, '[data-testid="failure"]');
    assert.match(await part(frame, 'failure').innerText(), /broken\.npy: this is no seed file/);
  });
});
