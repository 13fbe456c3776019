/** Training writes checkpoints while an image is looked at: the offer, the click, and the timeline of them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imagePath, valImages } from './support/demoStudy';
import { explainedPanel, visiblePanel } from './support/imagePanelPage';
import { eventually, poll } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer, editorTabs, runCommand } from './support/workbench';

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('Following a training', () => {
  const vscode = useVscode();
  const at = (...names: string[]) => join(vscode.folder, ...names);
  let exported: Buffer;
  let trained: Buffer;
  let image: string;

  before('the demo study follows a training', () => {
    exported = readFileSync(at('checkpoints', 'demo_cam.onnx'));
    trained = readFileSync(at('checkpoints', 'demo_cam.pth'));
    image = valImages(vscode.folder)[0]?.id ?? '';
    const study = JSON.parse(readFileSync(at('lpcam.json'), 'utf8')) as Record<string, unknown>;
    const followed = {
      ...study,
      follow: 'epochs/epoch_*',
      // The demo's weights belong to a network of its own.
      network: { graph: 'checkpoints/demo_cam.onnx' },
      clustering: { k: 3, maxIterations: 20 },
      inference: { scales: [1], mirror: false },
    };
    mkdirSync(at('epochs'));
    writeFileSync(at('epochs', 'epoch_1.onnx'), exported);
    writeFileSync(at('lpcam.json'), JSON.stringify(followed, null, 2));
  });

  it('says that there is a new checkpoint once it is whole, and shows it on a click', async () => {
    await chooseInExplorer(vscode.page, imagePath(image), 'LPCAM: Show Activation Maps');
    const panel = await explainedPanel(vscode.page, `${image}.jpg`);
    assert.equal(await panel.part('made-of').getAttribute('data-hash'), hashOf(exported));
    const half = trained.length >> 1;
    writeFileSync(at('epochs', 'epoch_2.pth'), trained.subarray(0, half));
    await new Promise((resolve) => setTimeout(resolve, 6000));
    assert.equal(await panel.part('fresh-checkpoint').count(), 0);
    appendFileSync(at('epochs', 'epoch_2.pth'), trained.subarray(half));
    await panel.part('fresh-checkpoint').waitFor();
    assert.match(await panel.text('fresh-checkpoint'), /New checkpoint: epoch_2\.pth, written just now/);
    await vscode.screenshot('new-checkpoint');
    await panel.part('useNewCheckpoint').click();
    await eventually(async () => assert.match(await panel.text('made-of'), /epoch_2\.pth/));
    assert.equal(await panel.part('fresh-checkpoint').count(), 0);
  });

  it('computes the timeline, and a point leads to an image with its checkpoint', async function () {
    this.timeout(300_000);
    await runCommand(vscode.page, 'LPCAM: Follow Training');
    const frame = await webviewFrame(vscode.page, '[data-testid="timeline"][data-busy="false"]');
    const part = (id: string) => frame.locator(`[data-testid="${id}"]`);
    await part('probe-images').fill('4');
    await part('probe-images').press('Enter');
    await part('compute').click();
    await poll(
      'two points',
      async () => (await frame.locator('[data-testid="chart-counts"] .marker').count()) >= 9,
      {
        timeout: 200_000,
      },
    );
    await part('chart-drift').locator('svg[role=group]').waitFor();
    await vscode.screenshot('timeline');
    await part('chart-seeds').locator('[data-testid="point-0"]').focus();
    await vscode.page.keyboard.press('Enter');
    const panel = await visiblePanel(vscode.page, `${image}.jpg`);
    await eventually(async () => assert.match(await panel.text('made-of'), /epoch_1\.onnx/));
    assert.ok((await editorTabs(vscode.page)).some((tab) => tab.includes(image)));
  });
});
