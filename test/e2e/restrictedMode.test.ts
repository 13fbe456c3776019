/** A workspace that nobody trusts: files can be looked into, nothing native runs. */
import assert from 'node:assert/strict';
import { enginePids } from './support/engine';
import { eventually } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer } from './support/workbench';

describe('In restricted mode', () => {
  const vscode = useVscode({
    settings: {
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
    },
  });

  it('a checkpoint is looked into, by a process that loads nothing native', async () => {
    await chooseInExplorer(vscode.page, 'checkpoints/demo_cam.onnx', 'LPCAM: Inspect Checkpoint');
    const frame = await webviewFrame(vscode.page, '[data-testid="fact-classes"]');
    const text = (id: string) => frame.locator(`[data-testid="${id}"]`).innerText();
    await eventually(async () => assert.equal(await text('fact-classes'), '7'));
    await eventually(async () => assert.equal(await text('check-state'), 'All tensors were checked'));
    assert.deepEqual(enginePids(vscode), []);
    await vscode.screenshot('checkpoint-restricted');
  });

  it('its prototypes say why they are not shown', async () => {
    const frame = await webviewFrame(vscode.page, '[data-testid="page-prototypes"]');
    await frame.locator('[data-testid="page-prototypes"]').click();
    await eventually(async () =>
      assert.match(await frame.locator('#page-prototypes').innerText(), /workspace is not trusted/),
    );
    assert.deepEqual(enginePids(vscode), []);
  });
});
