/** What lasts: the panel over a reload of the window, and over the end of the engine. */
import assert from 'node:assert/strict';
import { eventually, poll } from '../support/poll';
import { imagePath, valImages } from '../support/demoStudy';
import { freezeEngine, killEngine } from '../support/engine';
import { explainedPanel, visiblePanel } from '../support/imagePanelPage';
import type { Vscode } from '../support/vscode';
import { chooseInExplorer, chooseTab, reloadWindow, stateStored } from '../support/workbench';
import type { SubjectOf } from './subject';

const command = 'LPCAM: Show Activation Maps';

export function testLife(vscode: Vscode, subjectOf: SubjectOf): void {
  describe('lasts:', () => {
    it('the panel comes back after a reload with its image, view, threshold and switches', async function () {
      this.timeout(300_000);
      const subject = await subjectOf.get();
      await chooseInExplorer(vscode.page, subject.path, command);
      const before = await explainedPanel(vscode.page, subject.file);
      const [id] = await before.prototypes('class');
      await before.show('seed');
      await before.typeThreshold(0.42);
      await before.part(`prototype-${id}-switch`).click();
      await eventually(async () =>
        assert.equal(await before.part(`prototype-${id}`).getAttribute('data-on'), 'false'),
      );
      const scores = await poll('the scores', () => before.scores('lpcam'));

      await stateStored(vscode.page, '0.42');
      await reloadWindow(vscode.page);
      const after = await explainedPanel(vscode.page, subject.file);
      assert.equal(await after.part('view-seed').getAttribute('aria-selected'), 'true');
      assert.equal(await after.part('threshold-value').inputValue(), '0.42');
      assert.equal(await after.part(`prototype-${id}`).getAttribute('data-on'), 'false');
      await eventually(async () => assert.deepEqual(await after.scores('lpcam'), scores));

      await after.part('resetPrototypes').click();
      await after.part('threshold-reset').click();
      await after.show('lpcam');
    });

    it('the end of the engine costs the running request, which says so and is tried again', async function () {
      this.timeout(300_000);
      const [running, waiting] = valImages(vscode.folder).map(({ id }) => id);
      if (running === undefined || waiting === undefined) throw new Error('The val list is too short.');
      await (await explainedAnyhow(vscode, subjectOf)).part('status').waitFor();
      await freezeEngine(vscode);
      for (const id of [running, waiting]) {
        await chooseInExplorer(vscode.page, imagePath(id), command);
        const panel = await visiblePanel(vscode.page, `${id}.jpg`);
        await eventually(async () => assert.match(await panel.text('status'), /Opening/));
      }
      await killEngine(vscode);
      // What waited its turn is done by the next engine.
      await explainedPanel(vscode.page, `${waiting}.jpg`);

      await chooseTab(vscode.page, `LPCAM: ${running}.jpg`);
      const panel = await visiblePanel(vscode.page, `${running}.jpg`);
      await panel.part('failure').waitFor({ timeout: 60_000 });
      assert.equal(await panel.part('failure').getAttribute('data-kind'), 'engine');
      const text = await panel.text('failure');
      assert.match(text, /The engine stopped unexpectedly \(signal SIGKILL/);
      assert.ok(text.includes(`${running}.jpg`), text);
      await panel.part('progress').waitFor({ state: 'detached' });
      await vscode.screenshot('engine-killed');
      await panel.part('retry').click();
      await explainedPanel(vscode.page, `${running}.jpg`);
    });
  });
}

/** Some explained panel, which takes an engine that runs. */
async function explainedAnyhow(vscode: Vscode, subjectOf: SubjectOf) {
  const { path, file } = await subjectOf.get();
  await chooseInExplorer(vscode.page, path, command);
  return explainedPanel(vscode.page, file);
}
