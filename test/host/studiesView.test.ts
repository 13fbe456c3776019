/** The tree of studies in the activity bar. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { StudiesNodeView } from '../../src/extension/api';
import { closeEditors, inWorkspace, lens, writeStudy } from './support/lens';
import { poll } from './support/poll';

const labels = JSON.parse(readFileSync(inWorkspace('labels.json'), 'utf8')) as Record<string, string[]>;
const train = Object.keys(labels).filter((id) => id.startsWith('train'));
const [image = ''] = train;

const good = {
  checkpoint: '../checkpoints/demo_cam.onnx',
  classes: '../classes.txt',
  dataset: { images: '../JPEGImages', list: '../some.txt', labels: '../labels.json' },
  clustering: { k: 3 },
  bank: 'bank.safetensors',
  inference: { scales: [1], mirror: false },
};

const made: string[] = [];

function study(folder: string, content: object): string {
  writeFileSync(inWorkspace('some.txt'), `${train.slice(0, 12).join('\n')}\n`);
  const { file } = writeStudy(folder, image, content);
  made.push(dirname(file));
  return file;
}

/** A study's node, once the tree has it. */
async function root(label: string): Promise<StudiesNodeView> {
  const api = await lens();
  return poll(`the study ${label}`, async () => (await api.studies()).find((one) => one.label === label));
}

/** Children of a node, once they are as wanted. */
async function below(
  parent: StudiesNodeView,
  wanted: (children: readonly StudiesNodeView[]) => boolean = (children) => children.length > 0,
): Promise<readonly StudiesNodeView[]> {
  const api = await lens();
  return poll(`what is below ${parent.label}`, async () => {
    const children = await api.studies(parent);
    return wanted(children) && children;
  });
}

function only<T>(items: readonly T[]): T {
  const [first] = items;
  assert.ok(first !== undefined && items.length === 1, `${items.length} items`);
  return first;
}

describe('The tree of studies', () => {
  before(async () => {
    await lens();
    await vscode.commands.executeCommand('lpcam.studies.focus');
  });
  afterEach(async () => {
    await closeEditors();
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it('leads from the study over its checkpoint to every prototype, which opens in the gallery', async () => {
    const file = study('tree', good);
    const node = await root('tree');
    assert.equal(node.context, 'study');
    const checkpoint = only(await below(node));
    assert.equal(checkpoint.label, 'demo_cam.onnx');
    assert.match(checkpoint.description, /^7 classes/);
    const empty = only(await below(checkpoint));
    assert.equal(empty.label, 'No prototypes yet');
    assert.equal(empty.command?.name, 'lpcam.clusterPrototypes');

    // As a click on that line does; the bank that appears is seen by its file.
    await vscode.commands.executeCommand(empty.command.name, ...empty.command.arguments);
    const classes = await below(checkpoint, (children) =>
      children.some(({ context }) => context === 'class'),
    );
    const names = readFileSync(inWorkspace('classes.txt'), 'utf8').trim().split('\n');
    for (const { label } of classes) assert.ok(names.includes(label), label);

    const [first] = classes;
    assert.ok(first);
    const groups = await below(first);
    assert.deepEqual(
      groups.map(({ label }) => label),
      ['Class prototypes', 'Context prototypes', 'Rejected'],
    );
    const counts = groups.map(({ description }) => Number(description));
    const centres = [];
    for (const [i, group] of groups.entries()) {
      if (!group.unfolds) continue;
      const members = await below(group);
      assert.equal(members.length, counts[i]);
      centres.push(...members);
    }
    // Three foreground and three background centres.
    assert.equal(centres.length, 6);
    for (const { description } of centres) assert.match(description, /^p [01]\.\d{3}( · |$)/);

    const [centre] = centres;
    assert.equal(centre?.command?.name, 'lpcam.showPrototypes');
    await vscode.commands.executeCommand(centre.command.name, ...centre.command.arguments);
    const api = await lens();
    const editor = await poll('the editor of the checkpoint', () => api.checkpoints[0]);
    assert.equal(editor.checkpoint, inWorkspace('checkpoints', 'demo_cam.onnx'));

    await vscode.commands.executeCommand('lpcam.openStudyFile', node.node);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file);
  });

  it('says what is wrong with a study in the place of its checkpoint, until it is mended', async () => {
    const file = study('wrong-tree', { ...good, checkpoint: 'epoch_9.onnx' });
    const node = await root('wrong-tree');
    const error = only(await below(node));
    assert.equal(error.icon, 'error');
    assert.match(error.label, /epoch_9\.onnx/);
    assert.match(error.spoken, /^Error: /);
    assert.equal(error.command?.name, 'lpcam.openStudyFile');
    writeFileSync(file, JSON.stringify(good));
    const checkpoint = only(await below(node, ([first]) => first?.context === 'checkpoint'));
    assert.equal(checkpoint.label, 'demo_cam.onnx');
  });

  it('follows a checkpoint that training wrote over', async () => {
    const epoch = inWorkspace('epoch-tree.onnx');
    made.push(epoch);
    writeFileSync(epoch, 'half written');
    study('training-tree', { ...good, checkpoint: '../epoch-tree.onnx' });
    const node = await root('training-tree');
    assert.equal(only(await below(node)).icon, 'error');
    copyFileSync(inWorkspace('checkpoints', 'demo_cam.onnx'), epoch);
    await below(node, ([first]) => first?.label === 'epoch-tree.onnx');
  });

  it('marks the current study, and the one that is selected from its menu', async () => {
    const file = study('marked-tree', good);
    await vscode.window.showTextDocument(vscode.Uri.file(file));
    const api = await lens();
    const marked = (icon: string, label: string) =>
      poll(`${label} to be marked with ${icon}`, async () =>
        (await api.studies()).some((one) => one.icon === icon && one.label === label),
      );
    await marked('flame', 'marked-tree');
    await vscode.window.showTextDocument(vscode.Uri.file(inWorkspace('lpcam.json')));
    await marked('flame', 'demo');
    await vscode.commands.executeCommand('lpcam.selectStudy', (await root('marked-tree')).node);
    await marked('pinned', 'marked-tree');
    // A selected study that is gone counts no more.
    rmSync(dirname(file), { recursive: true, force: true });
    await marked('flame', 'demo');
    assert.ok(!(await api.studies()).some(({ label }) => label === 'marked-tree'));
  });
});
