/** The checkpoint editor of the packaged extension: a file from the explorer, looked into by mouse and by keys. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { eventually } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer, reloadWindow, stateStored } from './support/workbench';

describe('The checkpoint editor', () => {
  const vscode = useVscode();

  const part = (frame: Frame, id: string) => frame.locator(`[data-testid="${id}"]`);
  const editor = () => webviewFrame(vscode.page, '[data-testid="checkpoint"]');
  const text = async (frame: Frame, id: string) => (await part(frame, id).innerText()).trim();
  const cell = (frame: Frame, tensor: string, column: string) =>
    part(frame, `tensor-${tensor}`).locator(`[data-column="${column}"]`);

  it('opens from the explorer and says what a .pth is', async () => {
    const file = join(vscode.folder, 'checkpoints', 'demo_cam.pth');
    await chooseInExplorer(vscode.page, 'checkpoints/demo_cam.pth', 'LPCAM: Inspect Checkpoint');
    const frame = await editor();
    assert.match(await text(frame, 'fact-format'), /^PyTorch/);
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    await eventually(async () =>
      assert.equal(await part(frame, 'fact-hash').locator('code').getAttribute('title'), hash),
    );
    await eventually(async () => assert.equal(await text(frame, 'check-state'), 'All tensors were checked'));
    await vscode.screenshot('checkpoint');
  });

  it('finds tensors by words, and shows how the numbers of one are distributed', async () => {
    const frame = await editor();
    await part(frame, 'tensor-filter').fill('classifier weight');
    await eventually(async () => assert.match(await text(frame, 'tensor-count'), /^1 of \d+ tensors$/));
    await cell(frame, 'classifier.weight', 'name').click();
    await part(frame, 'histogram').locator('rect.bar').first().waitFor({ state: 'attached' });
    assert.match(await cell(frame, 'classifier.weight', 'deviation').innerText(), /^0\.\d+$/);
    await part(frame, 'tensor-filter').fill('');
  });

  it('works by keys alone: sorting, and walking through the rows', async () => {
    const frame = await editor();
    await part(frame, 'sort-elements').focus();
    await vscode.page.keyboard.press('Enter');
    await frame.locator('.elements[aria-sort="descending"]').waitFor();
    await part(frame, 'tensor-table').focus();
    await vscode.page.keyboard.press('Home');
    const shape = () => frame.locator('.row[aria-selected="true"] [data-column="elements"]').innerText();
    const numbers = async () =>
      (await shape()).split('×').reduce((product, side) => product * Number(side), 1);
    await eventually(async () => assert.ok((await numbers()) > 10_000));
    const most = await numbers();
    await vscode.page.keyboard.press('End');
    await eventually(async () => assert.ok(!((await numbers()) >= most)));
  });

  it('is as it was after a reload', async () => {
    await part(await editor(), 'tensor-filter').fill('running_var');
    await stateStored(vscode.page, 'running_var');
    await reloadWindow(vscode.page);
    const frame = await editor();
    assert.equal(await part(frame, 'tensor-filter').inputValue(), 'running_var');
    assert.equal(
      await frame.locator('[aria-sort="descending"]').getAttribute('class'),
      'elements',
      'the sorting is kept',
    );
  });

  it('compares the classes of the ONNX file by the names of the study', async () => {
    await chooseInExplorer(vscode.page, 'checkpoints/demo_cam.onnx', 'LPCAM: Inspect Checkpoint');
    const frame = await webviewFrame(vscode.page, '[data-testid="fact-classes"]');
    await eventually(async () => assert.equal(await text(frame, 'fact-classes'), '7'));
    await part(frame, 'section-classifier').click();
    await part(frame, 'norm-bird').waitFor();
    await part(frame, 'cosines').focus();
    await vscode.page.keyboard.press('ArrowRight');
    await vscode.page.keyboard.press('ArrowRight');
    await eventually(async () =>
      assert.match(await text(frame, 'cosine-reading'), /^bird · boat −?\d\.\d\d$/),
    );
    await vscode.screenshot('checkpoint-classifier');
  });
});
