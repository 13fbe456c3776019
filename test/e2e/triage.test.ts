/** Scored seeds of the packaged extension, from the folder's menu to the image panel of the worst of them. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { lpcam } from './support/commandLine';
import { valImages } from './support/demoStudy';
import { visiblePanel } from './support/imagePanelPage';
import { eventually } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer, reloadWindow, stateStored } from './support/workbench';

/** Enough to sort, few enough to make quickly. */
const images = 12;

describe('The triage of seeds', () => {
  const vscode = useVscode();
  const study = () => join(vscode.folder, 'lpcam.json');
  const seeds = () => join(vscode.folder, 'cam_mask');
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
});
