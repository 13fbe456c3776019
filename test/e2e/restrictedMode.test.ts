/** A workspace that nobody trusts: files can be looked into, nothing native runs. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, temporaryFolder } from '../../scripts/project.mjs';
import { slurmEnvironment } from '../support/slurmDoubles';
import { valImages } from './support/demoStudy';
import { enginePids } from './support/engine';
import { eventually, poll } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseInExplorer, commandTitles, editorTabs, notifications, runCommand } from './support/workbench';

describe('In restricted mode', () => {
  const cluster = temporaryFolder('slurm');
  after(() => rmSync(cluster, { recursive: true, force: true }));
  const vscode = useVscode({
    env: slurmEnvironment(cluster),
    settings: {
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
    },
    prepare: (folder) => {
      const [first] = valImages(folder);
      copyFileSync(join(root, 'test/fixtures/seeds/irn.npy'), join(folder, `${first?.id ?? ''}.npy`));
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

  it('a seed is shown over its image', async () => {
    const [first] = valImages(vscode.folder);
    await chooseInExplorer(vscode.page, `${first?.id ?? ''}.npy`, 'LPCAM: Open as Seed');
    const frame = await webviewFrame(vscode.page, '[data-testid="seed"][data-busy="false"]');
    assert.match(await frame.locator('[data-testid="image-path"]').innerText(), /\.jpg$/);
    await eventually(async () =>
      assert.equal(await frame.locator('[data-testid="stage-canvas-0"]').getAttribute('data-layer'), 'heat'),
    );
    assert.deepEqual(enginePids(vscode), []);
    await vscode.screenshot('seed-restricted');
  });

  it('the stages of an image are shown, except what would have to be computed', async () => {
    await chooseInExplorer(vscode.page, 'JPEGImages/train_0001.jpg', 'LPCAM: Show Stages');
    const frame = await webviewFrame(vscode.page, '[data-testid="strip"]');
    const part = (id: string) => frame.locator(`[data-testid="${id}"]`);
    await eventually(async () =>
      assert.equal(await part('pane-groundTruth').getAttribute('data-source'), 'file'),
    );
    await eventually(async () =>
      assert.match(await part('not-computed-cam').innerText(), /workspace is not trusted/),
    );
    assert.deepEqual(enginePids(vscode), []);
    await vscode.screenshot('stages-restricted');
  });

  it('nothing is submitted to Slurm, whichever way it is asked for', async () => {
    // VS Code's own command that shows the view ("LPCAM Lens: Focus on ...") submits nothing.
    assert.deepEqual(
      (await commandTitles(vscode.page, 'LPCAM: ')).filter((title) =>
        /^LPCAM: .*(Slurm|Resubmit)/.test(title),
      ),
      [],
    );
    // A key of the person's own goes past the menus.
    await runCommand(vscode.page, 'Preferences: Open Keyboard Shortcuts (JSON)');
    await poll('the file of keys', async () => (await editorTabs(vscode.page)).includes('keybindings.json'));
    await vscode.page.locator('.monaco-editor .view-lines').first().click();
    await vscode.page.keyboard.press('Control+A');
    await vscode.page.keyboard.insertText('[{ "key": "ctrl+alt+u", "command": "lpcam.runOnSlurm" }]');
    await vscode.page.keyboard.press('Control+S');
    await poll('the refusal', async () => {
      await vscode.page.keyboard.press('Control+Alt+U');
      return (await notifications(vscode.page)).some((text) =>
        text.includes('This workspace is not trusted.'),
      );
    });
    await vscode.screenshot('slurm-restricted');
    assert.equal(existsSync(join(cluster, 'submitted')), false);
    assert.equal(existsSync(join(vscode.folder, '.lpcam', 'slurm')), false);
    assert.deepEqual(enginePids(vscode), []);
  });
});
