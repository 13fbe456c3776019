/** Hyper-parameters in code: lenses, trying a value and writing it back. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { LpcamApi } from '../../src/extension/api';
import { closeEditors, demoImage, inWorkspace, lens, panelOf, showMaps, shown } from './support/lens';
import { poll } from './support/poll';

const code = `import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--cam_eval_thres", default=0.15, type=float)
parser.add_argument("--num_cluster", default=12, type=int)
`;
const image = 'val_0028';

async function opened(name: string, text: string): Promise<vscode.TextDocument> {
  const path = inWorkspace(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const document = await vscode.workspace.openTextDocument(path);
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  return document;
}

async function lensesOf(document: vscode.TextDocument): Promise<vscode.Command[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    1_000,
  );
  return lenses.flatMap(({ command }) => (command ? [command] : []));
}
const titles = async (document: vscode.TextDocument) =>
  (await lensesOf(document)).map(({ title }) => title.replace(/\$\([\w-]+\) /, ''));

function writeScore(name: string, miou: number): void {
  const path = inWorkspace('.lpcam', 'scores', name);
  mkdirSync(dirname(path), { recursive: true });
  const sweep = [0.1, 0.15, 0.25].map((threshold, index) => ({
    threshold,
    miou: miou + 0.01 * index,
    fp: 0.1,
    fn: 0.1,
  }));
  const record = {
    version: 1,
    when: '2026-01-02T03:04:05.000Z',
    seeds: 'seeds',
    kind: 'lpcam',
    list: { name: 'train', path: 'train.txt', images: 90, missing: 0 },
    checkpoint: { path: 'checkpoints/demo_cam.onnx', hash: null },
    settings: { num_cluster: 12 },
    sweep,
    best: { threshold: 0.25, miou: miou + 0.02 },
    withMasks: true,
  };
  writeFileSync(path, JSON.stringify(record));
}

describe('Hyper-parameters in code', () => {
  after(closeEditors);
  let document: vscode.TextDocument;

  it('have a lens each, and those of the panel can be tried', async () => {
    document = await opened('training/run.py', code);
    assert.deepEqual(await titles(document), [
      'cam_eval_thres: not scored yet',
      'Try in Panel',
      'num_cluster: not scored yet',
      'Try in Panel',
    ]);
  });

  it('tell the score as soon as one is kept', async () => {
    writeScore('a.json', 0.4);
    await poll('the score in the lens', async () => {
      const [first, , third] = await titles(document);
      return (
        first === 'mIoU 41.00 % · best 42.00 % at 0.25 (LPCAM seeds, train, 90 images)' &&
        third === 'mIoU 42.00 % · the best value found (LPCAM seeds, train, 90 images)'
      );
    });
  });

  it('are found in YAML, and by names of the person’s own', async () => {
    const settings = vscode.workspace.getConfiguration();
    const yaml = await opened('training/run.yaml', 'lpcam:\n  cam_eval_thres: 0.25\n  my_thres: 3\n');
    assert.deepEqual((await titles(yaml)).slice(1), ['Try in Panel']);
    await settings.update('lpcam.lens.names', ['my_thres'], vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await titles(yaml), ['my_thres: not scored yet']);
    } finally {
      await settings.update('lpcam.lens.names', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('a value that is tried is set in the panel, beside the line it comes from', async () => {
    await showMaps(demoImage(image));
    await shown(demoImage(image));
    const lenses = await lensesOf(document);
    const trying = lenses.find(({ command }) => command === 'lpcam.tryInPanel');
    assert.ok(trying);
    await vscode.commands.executeCommand(trying.command, ...(trying.arguments as unknown[]));
    const { trial } = await panelOf(demoImage(image), (panel) => panel.trial !== null, 'trying');
    const { source, ...told } = trial ?? {};
    assert.deepEqual(told, {
      name: 'cam_eval_thres',
      setting: 'threshold',
      place: 'run.py:4',
      written: 0.15,
      tried: null,
    });
    assert.equal(source?.document, document.uri.toString());
  });

  it('the line is followed through edits', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# one\n# two\n');
    await vscode.workspace.applyEdit(edit);
    await panelOf(demoImage(image), ({ trial }) => trial?.place === 'run.py:6', 'following the line');
    const value = new vscode.WorkspaceEdit();
    const at = document.positionAt(document.getText().indexOf('0.15'));
    value.replace(document.uri, new vscode.Range(at, at.translate(0, 4)), '0.2');
    await vscode.workspace.applyEdit(value);
    await panelOf(demoImage(image), ({ trial }) => trial?.written === 0.2, 'following the value');
  });

  it('what the panel shows is written back there, and undone as any edit', async () => {
    const api = await lens();
    const before = document.getText();
    await api.tellTrial(demoImage(image), { type: 'writeBack', value: 0.25 });
    assert.equal(document.getText(), before.replace('default=0.2,', 'default=0.25,'));
    assert.ok(document.isDirty);
    await panelOf(demoImage(image), ({ trial }) => trial?.written === 0.25, 'told of it');
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await panelOf(demoImage(image), ({ trial }) => trial?.written === 0.2, 'told of the undoing');
  });

  it('nothing is written where the line is gone', async () => {
    const api = await lens();
    const edit = new vscode.WorkspaceEdit();
    edit.delete(document.uri, document.lineAt(5).rangeIncludingLineBreak);
    await vscode.workspace.applyEdit(edit);
    await panelOf(demoImage(image), ({ trial }) => trial?.written === null, 'told that it is gone');
    const before = document.getText();
    // The message stays on the screen until somebody answers it.
    void api.tellTrial(demoImage(image), { type: 'writeBack', value: 0.3 });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal(document.getText(), before);
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});

describe('Hyper-parameters of the network and of clustering', () => {
  const own = () => inWorkspace('lpcam-bank.safetensors');
  const trialBank = () => inWorkspace('.lpcam', 'trials', 'num_cluster-3-lpcam-bank.safetensors');
  const study = () => ({ file: inWorkspace('lpcam.json') });

  async function tried(name: string, text: string): Promise<vscode.TextDocument> {
    const document = await opened(`training/${name}.py`, text);
    const trying = await poll('the lens', async () =>
      (await lensesOf(document)).find(({ command }) => command === 'lpcam.tryInPanel'),
    );
    await vscode.commands.executeCommand(trying.command, ...(trying.arguments as unknown[]));
    return document;
  }
  const tell = async (message: Parameters<LpcamApi['tellTrial']>[1]) =>
    (await lens()).tellTrial(demoImage(image), message);

  before(async () => {
    await showMaps(demoImage(image));
    await shown(demoImage(image));
  });
  after(async () => {
    await closeEditors();
    rmSync(inWorkspace('.lpcam', 'trials'), { recursive: true, force: true });
  });

  it('cam_scales: the panel runs with them, and with others once it is told to', async () => {
    const { request } = await shown(demoImage(image));
    const document = await tried('scales', 'cam_scales = (1.0, 0.5)\n');
    const panel = await shown(demoImage(image), request);
    assert.equal(panel.scales, 2);
    assert.deepEqual(
      [panel.trial?.written, panel.trial?.tried],
      [
        [1, 0.5],
        [1, 0.5],
      ],
    );
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 13, 0, 23), '(1.0,)');
    await vscode.workspace.applyEdit(edit);
    const edited = await panelOf(
      demoImage(image),
      ({ trial }) => JSON.stringify(trial?.written) === '[1]',
      'told of the edit',
    );
    assert.deepEqual(edited.trial?.tried, [1, 0.5]);
    assert.equal(edited.request, panel.request, 'nothing runs by itself');
    await tell({ type: 'runTrial' });
    const again = await shown(demoImage(image), edited.request);
    assert.deepEqual([again.scales, again.trial?.tried], [1, [1]]);
    await tell({ type: 'endTrial' });
    const ended = await shown(demoImage(image), again.request);
    assert.deepEqual([ended.scales, ended.trial], [4, null]);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('num_cluster: its prototypes are clustered into a bank beside the study’s, and shown at once the next time', async function () {
    this.timeout(300_000);
    const { request } = await shown(demoImage(image));
    await tried('clusters', 'num_cluster = 3\n');
    const none = await shown(demoImage(image), request);
    assert.deepEqual([none.trial?.tried, none.centres], [3, 0]);
    await vscode.commands.executeCommand('lpcam.clusterPrototypes', {
      kind: 'study',
      study: { ...study(), trial: { k: 3 } },
    });
    const there = await panelOf(
      demoImage(image),
      ({ done, centres }) => done && centres !== null && centres > 0,
      'shown with the trial bank',
    );
    assert.ok(there.centres !== null && there.centres <= 6 * (there.classes?.length ?? 0));
    assert.ok(existsSync(trialBank()));
    assert.ok(!existsSync(own()), 'the study’s own bank is not written');
    await tell({ type: 'endTrial' });
    const ended = await panelOf(demoImage(image), ({ done, centres }) => done && centres === 0, 'by itself');
    await tried('clusters', 'num_cluster = 3\n');
    const again = await shown(demoImage(image), ended.request);
    assert.equal(again.centres, there.centres);
  });

  it('a trial bank that is kept becomes the study’s own', async () => {
    const { centres, request } = await shown(demoImage(image));
    await tell({ type: 'keepTrialBank' });
    assert.deepEqual(readFileSync(own()), readFileSync(trialBank()));
    const kept = await shown(demoImage(image), request);
    assert.deepEqual([kept.trial, kept.centres], [null, centres]);
    rmSync(own());
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
