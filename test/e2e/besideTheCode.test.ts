/** What the packaged extension shows beside lists and training code. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScoreRecord } from '../../src/protocol/scoreRecord';
import { explainedPanel, visiblePanel } from './support/imagePanelPage';
import { poll } from './support/poll';
import { useVscode } from './support/vscode';
import { chooseTab, openFile, reloadWindow, runCommand, stateStored } from './support/workbench';

const code = `import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--cam_eval_thres", default=0.15, type=float)
parser.add_argument("--num_cluster", default=12, type=int)
`;

/** What `lpcam evaluate` says of the demo's CAM seeds. */
const sweep = [
  { threshold: 0.05, miou: 0.49357, fp: 0.34667, fn: 0.19932 },
  { threshold: 0.15, miou: 0.43073, fp: 0.19082, fn: 0.43183 },
];
/** As "LPCAM: Score Seeds" keeps one. */
const record: ScoreRecord = {
  version: 1,
  when: '2026-03-01T10:00:00.000Z',
  seeds: 'seeds/cam',
  kind: 'cam',
  list: { name: 'val.txt', path: 'ImageSets/Segmentation/val.txt', images: 91, missing: 0 },
  checkpoint: { path: 'checkpoints/demo_cam.onnx', hash: null },
  settings: { num_cluster: 12 },
  sweep,
  best: { threshold: 0.05, miou: 0.49357 },
  withMasks: true,
};

function writeCodeAndScore(folder: string): void {
  writeFileSync(join(folder, 'training', 'evaluate.py'), code);
  mkdirSync(join(folder, '.lpcam', 'scores'), { recursive: true });
  writeFileSync(join(folder, '.lpcam', 'scores', 'record.json'), JSON.stringify(record));
}

describe('Beside the code', () => {
  const vscode = useVscode({
    // Hovers then wait for the pointer alone.
    settings: { 'editor.hover.delay': 100, 'editor.minimap.enabled': false },
    prepare: writeCodeAndScore,
  });
  const first = () =>
    readFileSync(join(vscode.folder, 'ImageSets', 'Segmentation', 'train.txt'), 'utf8').split('\n')[0] ?? '';
  const editorText = async () => {
    const texts = await vscode.page.locator('.editor-instance .view-lines').allInnerTexts();
    return texts.join('\n').replaceAll('\u00a0', ' ');
  };

  it('a hover over an id in a list shows the image and what it is labelled with', async () => {
    await openFile(vscode.page, 'ImageSets/Segmentation/train.txt');
    const line = vscode.page.locator('.view-line', { hasText: first() }).first();
    const hover = vscode.page.locator('.monaco-hover:visible');
    await poll(
      'the image in a hover',
      async () => {
        await vscode.page.mouse.move(700, 700);
        await line.locator('span span').first().hover();
        await vscode.page.waitForTimeout(800);
        return hover
          .locator('img')
          .first()
          .evaluate((image) => (image as HTMLImageElement).naturalWidth > 0, undefined, { timeout: 1_000 })
          .catch(() => false);
      },
      { timeout: 60_000 },
    );
    const labels = JSON.parse(readFileSync(join(vscode.folder, 'labels.json'), 'utf8')) as Record<
      string,
      string[]
    >;
    for (const name of labels[first()] ?? []) assert.ok((await hover.innerText()).includes(name));
    await vscode.screenshot('hover-list');
  });

  it('LPCAM is computed from the hover, and the panel is one click away', async function () {
    this.timeout(180_000);
    const hover = vscode.page.locator('.monaco-hover:visible');
    await hover.getByText('Compute LPCAM').click();
    await poll(
      'the second picture in the hover',
      async () => (await hover.locator('img').count()) === 2 && /IoU/.test(await hover.innerText()),
      { timeout: 120_000 },
    );
    await vscode.screenshot('hover-lpcam');
    await hover.getByText('Open in Panel').click();
    await explainedPanel(vscode.page, `${first()}.jpg`);
  });

  it('a lens sets the panel to the value of the line, and what is found is written back and undone', async function () {
    this.timeout(180_000);
    await openFile(vscode.page, 'training/evaluate.py');
    const lens = vscode.page.locator('.codelens-decoration a', { hasText: 'Try in Panel' });
    await lens.first().waitFor({ timeout: 60_000 });
    const told = async () => (await vscode.page.locator('.codelens-decoration').allInnerTexts()).join('\n');
    await poll('the score at the line’s value, and the best one', async () =>
      (await told()).includes('mIoU 43.07 % · best 49.36 % at 0.05 (CAM seeds, val.txt, 91 images)'),
    );
    assert.match(await told(), /mIoU 49\.36 % · the best value found/);
    await lens.first().click();
    const panel = await visiblePanel(vscode.page, `${first()}.jpg`);
    await poll(
      'the value in the panel',
      async () => (await panel.part('threshold-value').inputValue()) === '0.15',
    );
    assert.match(await panel.text('trial'), /cam_eval_thres of\s+evaluate\.py:4\s+is 0\.15/);
    assert.equal(await panel.part('write-back').count(), 0);

    await panel.setSlider('threshold', 'ArrowRight');
    await panel.part('write-back').waitFor();
    assert.equal(await panel.text('write-back'), 'Write 0.16 to evaluate.py:4');
    await vscode.screenshot('lenses');
    await panel.part('write-back').click();
    await poll('the value in the code', async () => (await editorText()).includes('default=0.16,'));
    await poll('the panel to know it', async () => /is 0\.16/.test(await panel.text('trial')));

    await panel.part('trial-place').click();
    await runCommand(vscode.page, 'Undo');
    await poll('the old value in the code', async () => (await editorText()).includes('default=0.15,'));
    await poll('the panel to offer it again', async () => (await panel.part('write-back').count()) === 1);
    // This VS Code saves by itself, a moment later.
    const saved = () => readFileSync(join(vscode.folder, 'training', 'evaluate.py'), 'utf8');
    await poll('the file as it was', () => Promise.resolve(saved() === code));
  });

  it('what is tried is there again after a reload of the window, and follows its line', async function () {
    this.timeout(180_000);
    await stateStored(vscode.page, /cam_eval_thres/);
    const again = await visiblePanel(vscode.page, `${first()}.jpg`);
    await again.setSlider('threshold', 'ArrowRight');
    await vscode.page.waitForTimeout(2_000);
    await reloadWindow(vscode.page);
    const panel = await visiblePanel(vscode.page, `${first()}.jpg`);
    await panel.part('trial').waitFor({ timeout: 60_000 });
    assert.match(await panel.text('trial'), /cam_eval_thres of\s+evaluate\.py:4\s+is 0\.15/);
    await panel.part('write-back').waitFor({ timeout: 60_000 });
    const value = (await panel.text('write-back')).replace(/^Write ([\d.]+) .*$/, '$1');
    await panel.part('write-back').click();
    await openFile(vscode.page, 'training/evaluate.py');
    await poll('the value in the code', async () => (await editorText()).includes(`default=${value},`));
    // The code may have come up before the panel.
    await chooseTab(vscode.page, `LPCAM: ${first()}.jpg`);
    const last = await visiblePanel(vscode.page, `${first()}.jpg`);
    await last.part('trial').waitFor();
    await vscode.screenshot('trial-after-reload');
    await last.part('trial-end').click();
    await last.part('trial').waitFor({ state: 'hidden' });
  });

  it('num_cluster is tried with a bank of its own, clustered from the bar', async function () {
    this.timeout(400_000);
    await openFile(vscode.page, 'training/evaluate.py');
    const lens = vscode.page.locator('.codelens-decoration a[title*="with num_cluster at"]').first();
    await lens.waitFor({ timeout: 60_000 });
    await lens.click();
    const panel = await visiblePanel(vscode.page, `${first()}.jpg`);
    await panel.part('cluster-trial').waitFor({ timeout: 60_000 });
    assert.equal(await panel.text('cluster-trial'), 'Cluster Prototypes with num_cluster = 12');
    await panel.part('cluster-trial').click();
    await panel.part('keep-trial-bank').waitFor({ timeout: 300_000 });
    assert.match(await panel.text('trial-written'), /is 12; shown with a trial bank of \d+ centres/);
    await vscode.screenshot('trial-bank');
    assert.ok(!existsSync(join(vscode.folder, 'lpcam-bank.safetensors')));
    await panel.part('keep-trial-bank').click();
    await panel.part('trial').waitFor({ state: 'hidden', timeout: 60_000 });
    assert.ok(existsSync(join(vscode.folder, 'lpcam-bank.safetensors')));
  });
});
