/** From a fresh clone to the first LPCAM, as the README promises it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { eventually, poll } from '../support/poll';
import { explainedPanel, visiblePanel, type ImagePanelPage } from '../support/imagePanelPage';
import { imagePath, valImages } from '../support/demoStudy';
import type { Vscode } from '../support/vscode';
import { chooseInExplorer, editorTabs, openFile, runCommand, statusBar } from '../support/workbench';

const command = 'LPCAM: Show Activation Maps';

export function testFirstRun(vscode: Vscode): void {
  describe('on the first day, without a prototype bank', () => {
    const shown = () => {
      const image = valImages(vscode.folder).find(({ classes }) => classes.length === 1);
      if (!image) throw new Error('The val list has no image of one class.');
      return { ...image, file: `${image.id}.jpg` };
    };

    it('opens beside the code when an image is right-clicked, and shows its CAM', async () => {
      const { id, file, classes } = shown();
      await openFile(vscode.page, 'lpcam.json');
      await poll('the study in an editor', async () =>
        (await editorTabs(vscode.page)).includes('lpcam.json'),
      );
      await chooseInExplorer(vscode.page, imagePath(id), command);
      const panel = await explainedPanel(vscode.page, file);

      const groups = vscode.page.locator('.editor-group-container');
      assert.equal(await groups.count(), 2, 'the panel opens in a group of its own');
      const right = await groups.nth(1).locator('.tab').allInnerTexts();
      assert.deepEqual(
        right.map((title) => title.trim()),
        [`LPCAM: ${file}`],
      );
      assert.match(
        await panel.text(`class-${classes[0] ?? ''}`),
        /GT/,
        'the class is the label of the study',
      );
      assert.equal(await panel.part('view-cam').getAttribute('aria-selected'), 'true');
      await panel.frame.locator('canvas[data-view="cam"][data-layer="heat"]').waitFor();
      const scores = await poll('the scores of CAM', () => panel.scores('cam'));
      assert.match(scores.iou, /^\d+\.\d$/);
      assert.equal(await panel.part('iou').count(), 0, 'without prototypes there is no LPCAM to score');
      const device = await panel.text('device');
      await eventually(async () => {
        const items = await statusBar(vscode.page);
        assert.ok(
          items.some((item) => item.endsWith(`LPCAM: demo (${device})`)),
          items.join(', '),
        );
      });
      await vscode.screenshot('first-run-cam');
    });

    it('offers to cluster the prototypes, shows how far it is, and stops when asked to', async () => {
      const panel = await visiblePanel(vscode.page, shown().file);
      await panel.part('notice-no-bank-cluster').click();
      await panel.part('progress').waitFor();
      await eventually(async () => assert.match(await panel.text('progress'), /[1-9]\d* %/), {
        timeout: 90_000,
      });
      await vscode.screenshot('first-run-clustering');
      await panel.part('cancel').click();
      await panel.part('progress').waitFor({ state: 'detached' });
      await panel.part('notice-no-bank-cluster').waitFor();
      // What is finished stays in a folder of its own, for the next time.
      assert.deepEqual(bankFiles(vscode), ['lpcam-bank.safetensors.work'], 'there is no half of a bank');
    });

    it('shows the LPCAM as soon as the prototypes are clustered', async function () {
      this.timeout(600_000);
      await (await visiblePanel(vscode.page, shown().file)).part('notice-no-bank-cluster').click();
      const panel = await poll('the LPCAM', () => panelWithLpcam(vscode, shown().file), { timeout: 540_000 });

      assert.deepEqual(bankFiles(vscode), ['lpcam-bank.safetensors'], 'nothing else is left');
      assert.equal(await panel.part('progress').count(), 0);
      assert.equal(await panel.part('notice-no-bank').count(), 0);
      assert.ok((await panel.prototypes('class')).length > 0, 'the strip shows class prototypes');
      await panel.show('lpcam');
      await panel.frame.locator('canvas[data-view="lpcam"][data-layer="heat"]').first().waitFor();
      const scores = await poll('the scores of LPCAM', () => panel.scores('lpcam'));
      assert.match(scores.iou, /^\d+\.\d$/);
      await vscode.screenshot('first-run-lpcam');
      await runCommand(vscode.page, 'Notifications: Clear All Notifications');
    });
  });
}

const bankFiles = (vscode: Vscode) => readdirSync(vscode.folder).filter((name) => name.includes('bank'));

/** The panel explains the image again when there is a bank. */
async function panelWithLpcam(vscode: Vscode, file: string): Promise<ImagePanelPage | undefined> {
  const panel = await explainedPanel(vscode.page, file);
  return (await panel.part('iou').count()) > 0 ? panel : undefined;
}
