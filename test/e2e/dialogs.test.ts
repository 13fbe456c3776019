/** Where the packaged extension's dialogs begin, and what may be typed into its lists. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { poll } from './support/poll';
import { useVscode } from './support/vscode';
import { notifications, openFile, runCommand } from './support/workbench';

describe('Dialogs', () => {
  const vscode = useVscode({
    prepare: (folder) => void mkdirSync(join(folder, 'seeds', 'cam'), { recursive: true }),
  });
  const input = () => vscode.page.locator('.quick-input-widget input.input').first();
  const rows = () => vscode.page.locator('.quick-input-widget .monaco-list-row').allInnerTexts();

  it("Score Seeds asks from the study's folder of seeds on", async () => {
    await openFile(vscode.page, 'lpcam.json');
    await runCommand(vscode.page, 'LPCAM: Score Seeds');
    const seeds = `${join(vscode.folder, 'seeds')}/`;
    await poll('the folder of seeds in the dialog', async () => (await input().inputValue()) === seeds);
    await vscode.screenshot('dialog-seeds');
    await vscode.page.keyboard.press('Escape');
  });

  it('a path may be typed where checkpoints are listed, and one that is wrong is said to be', async () => {
    await runCommand(vscode.page, 'LPCAM: Choose Checkpoint…');
    await poll('the list of checkpoints', async () =>
      (await rows()).some((row) => row.includes('demo_cam.pth')),
    );
    await input().fill('checkpoints/nothing.pth');
    const missing = `There is no file ${join(vscode.folder, 'checkpoints', 'nothing.pth')}.`;
    await poll('what is wrong with the path', async () =>
      (await rows()).some((row) => row.includes(missing)),
    );
    await vscode.screenshot('dialog-typed-path');
    await vscode.page.keyboard.press('Enter');
    await poll('the error', async () => (await notifications(vscode.page)).includes(missing));
    assert.ok(await input().isVisible(), 'the list stays open');
    await input().fill('checkpoints/demo_cam.onnx');
    await poll('the file', async () =>
      (await rows()).some((row) => row.includes('The file at the path you typed')),
    );
    await vscode.page.keyboard.press('Enter');
    await input().waitFor({ state: 'hidden' });
  });
});
