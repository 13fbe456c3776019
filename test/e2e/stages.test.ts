/** The stage strip of the packaged extension: from what is computed to what files hold, and on to the next image. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lpcam } from './support/commandLine';
import { imagePath } from './support/demoStudy';
import { eventually } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer, editorTabs, reloadWindow, stateStored } from './support/workbench';

describe('The stage strip', () => {
  const vscode = useVscode();
  const inStudy = (...names: string[]) => join(vscode.folder, ...names);
  const strip = () => webviewFrame(vscode.page, '[data-testid="strip"]');
  const part = async (id: string) => (await strip()).locator(`[data-testid="${id}"]`);
  const sourceIs = (stage: string, source: string) =>
    eventually(async () =>
      assert.equal(await (await part(`pane-${stage}`)).getAttribute('data-source'), source),
    );
  const listed = () =>
    readFileSync(inStudy('ImageSets', 'Segmentation', 'train.txt'), 'utf8')
      .trim()
      .split(/\s+/);
  let computed = '';

  it('computes CAM where no folder holds it, and says where the other stages were looked for', async function () {
    this.timeout(300_000);
    const [first = ''] = listed();
    await chooseInExplorer(vscode.page, imagePath(first), 'LPCAM: Show Stages');
    await sourceIs('cam', 'computed');
    await sourceIs('groundTruth', 'file');
    computed = await (await part('score-cam')).innerText();
    assert.match(computed, /IoU\s+\d+\.\d/);
    assert.match(await (await part('empty-pseudoMask')).innerText(), /sem_seg/);
    assert.match(await (await part('place')).innerText(), new RegExp(`of ${listed().length}`));
    await vscode.screenshot('stages-computed');
  });

  it('takes files as soon as they are there, with the scores that were computed', async function () {
    this.timeout(300_000);
    const ids = listed().slice(0, 2);
    writeFileSync(inStudy('two.txt'), ids.join('\n'));
    const study = inStudy('lpcam.json');
    await lpcam(vscode, 'seeds', '--study', study, '--list', inStudy('two.txt'), '--method', 'cam');
    await sourceIs('cam', 'file');
    assert.equal(await (await part('score-cam')).innerText(), computed);
    mkdirSync(inStudy('sem_seg'));
    for (const id of ids) cpSync(inStudy('SegmentationClass', `${id}.png`), inStudy('sem_seg', `${id}.png`));
    await sourceIs('pseudoMask', 'file');
    await eventually(async () => assert.equal(await (await part('mean-pseudoMask')).innerText(), '100.0'));
    await vscode.screenshot('stages-files');
  });

  it('goes to the next image by a key, and shows it again after a reload', async () => {
    const [, second = ''] = listed();
    await (await part('stage-image')).focus();
    await vscode.page.keyboard.press('n');
    await eventually(async () => assert.equal(await (await part('image-id')).innerText(), second));
    await sourceIs('cam', 'file');
    await eventually(async () =>
      assert.ok((await editorTabs(vscode.page)).includes(`Stages: ${second}.jpg`)),
    );
    await stateStored(vscode.page, `Stages: ${second}.jpg`);
    await reloadWindow(vscode.page);
    await eventually(async () => assert.equal(await (await part('image-id')).innerText(), second));
    await sourceIs('pseudoMask', 'file');
  });
});
