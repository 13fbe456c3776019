/** A study on Slurm, from the packaged extension: its first run, and its end by hand. Slurm's programs are doubles. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../scripts/project.mjs';
import { slurmEnvironment } from '../support/slurmDoubles';
import { eventually, poll } from './support/poll';
import { useVscode } from './support/vscode';
import { editorTabs, notifications, runCommand, runCommandByKeys } from './support/workbench';

describe('On Slurm', () => {
  const cluster = temporaryFolder('slurm');
  const vscode = useVscode({
    env: slurmEnvironment(cluster),
  });
  after(() => rmSync(cluster, { recursive: true, force: true }));

  const runs = () => join(vscode.folder, '.lpcam', 'slurm');
  const study = () => readFileSync(join(vscode.folder, 'lpcam.json'), 'utf8');
  const lines = (name: string) => readFileSync(join(cluster, name), 'utf8').trim().split('\n');
  const list = () => vscode.page.locator('.quick-input-widget');
  const listTitled = (placeholder: string) =>
    list().locator(`input[placeholder*="${placeholder}"]`).waitFor();
  const dialog = () => vscode.page.locator('.monaco-dialog-box');
  const answer = (button: string) =>
    vscode.page.locator('.notifications-toasts .monaco-button').filter({ hasText: button }).click();
  const offered = () =>
    poll('the offer of a section', async () =>
      (await notifications(vscode.page)).some((text) => text.includes('has no "slurm" section')),
    );

  it("a study that says nothing of Slurm may use the cluster's defaults; the scripts are shown before anything is submitted", async () => {
    await runCommand(vscode.page, 'LPCAM: Run on Slurm');
    await offered();
    await vscode.screenshot('slurm-without-section');
    await answer("Use the Cluster's Defaults");
    await listTitled('Whose seeds?');
    await vscode.screenshot('slurm-method');
    await vscode.page.keyboard.press('Enter');
    await listTitled('Which stages?');
    await vscode.page.keyboard.press('Enter');
    await list().getByText('The study says 8').waitFor();
    await vscode.page.keyboard.press('Enter');
    await listTitled('Submit what the editor shows?');
    await poll('the scripts', async () =>
      (await editorTabs(vscode.page)).some((title) => /^\d{8}-\d{6}-\w{4}\.sh$/.test(title)),
    );
    await vscode.screenshot('slurm-scripts');
    assert.match(await list().innerText(), /7 job arrays, 35 tasks/);
    assert.equal(existsSync(runs()), false);
    assert.equal(existsSync(join(cluster, 'submitted')), false);

    await vscode.page.keyboard.press('Enter');
    await poll('the message', async () =>
      (await notifications(vscode.page)).some((text) => text.includes('is submitted: 7 job arrays')),
    );
    const submitted = lines('submitted');
    assert.equal(submitted.length, 7);
    // What the study does not say, the cluster decides.
    assert.doesNotMatch(submitted.join('\n'), /--(partition|account|time)=/);
    await poll('the scripts to close', async () => (await editorTabs(vscode.page)).length === 0);
  });

  it('a run is cancelled by the keyboard alone, after it was named and its tasks were counted', async () => {
    const [id = ''] = readdirSync(runs());
    const tasks = Array.from({ length: 8 }, (_, i) => `101_${i + 1}|RUNNING|None`);
    writeFileSync(join(cluster, 'queue'), `${[...tasks, '102_1|PENDING|Dependency'].join('\n')}\n`);
    const asked = async () => {
      await runCommandByKeys(vscode.page, 'LPCAM: Cancel Slurm Run');
      await listTitled('Which run?');
      await vscode.page.keyboard.press('Enter');
      await dialog().waitFor();
    };
    await asked();
    const text = await dialog().innerText();
    assert.ok(text.includes(`Cancel run ${id} of demo? 9 tasks will end.`), text);
    assert.match(text, /8 running, 1 waiting\. What is done \(0 tasks\) stays/);
    await vscode.screenshot('slurm-cancel');
    await vscode.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    assert.equal(existsSync(join(cluster, 'cancelled')), false);

    await asked();
    await vscode.page.keyboard.press('Enter');
    await poll('scancel', async () => Promise.resolve(existsSync(join(cluster, 'cancelled'))));
    assert.deepEqual(lines('cancelled'), ['102 101']);
    const row = vscode.page.locator('.monaco-list-row[aria-label*="9 cancelled"]').first();
    await row.waitFor();
    await vscode.screenshot('slurm-cancelled');
  });

  it('the section that is offered is filled in where it belongs, and saved by the person alone', async () => {
    const before = study();
    await runCommand(vscode.page, 'LPCAM: Run on Slurm');
    await offered();
    await answer('Write It');
    await poll('the study in an editor', async () => (await editorTabs(vscode.page)).includes('lpcam.json'));
    const editor = vscode.page.locator('.monaco-editor .view-lines').first();
    await eventually(async () => assert.match(await editor.innerText(), /"slurm"/));
    assert.equal(study(), before);
    // The first of the values to fill in is selected.
    await vscode.page.keyboard.type('lab');
    await vscode.page.keyboard.press('Control+S');
    await poll('the saved section', async () => Promise.resolve(study() !== before));
    const { slurm, ...rest } = JSON.parse(study()) as { slurm: unknown };
    assert.deepEqual(slurm, {
      partition: 'lab',
      time: '4:00:00',
      shards: 8,
      prologue: ['module load cuda'],
    });
    assert.deepEqual(rest, JSON.parse(before));
    assert.ok(study().includes('\n  "slurm": {\n    "partition": "lab",\n'), study());
    await vscode.screenshot('slurm-section');
  });
});
