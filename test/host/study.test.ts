/** Studies: right, wrong, and clustered. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { PanelView } from '../../src/extension/api';
import {
  choose,
  closeEditors,
  failed,
  inWorkspace,
  lens,
  panelOf,
  shown,
  showMaps,
  writeStudy,
} from './support/lens';
import { poll } from './support/poll';

const labels = JSON.parse(readFileSync(inWorkspace('labels.json'), 'utf8')) as Record<string, string[]>;
const [image = ''] = Object.keys(labels).filter((id) => id.startsWith('train'));

const good = {
  checkpoint: '../checkpoints/demo_cam.onnx',
  classes: '../classes.txt',
  dataset: { images: '.', labels: '../labels.json' },
  inference: { scales: [1], mirror: false },
};

function problems(file: string): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(vscode.Uri.file(file)).filter((one) => one.source === 'LPCAM');
}

describe('A study', () => {
  afterEach(closeEditors);

  it('with a wrong field is underlined there, and works once it is right', async () => {
    const study = writeStudy('wrong', image, { ...good, network: { features: 'no_such_tensor' } });
    await showMaps(study.image);
    const { failure } = await failed(study.image);
    assert.equal(failure?.field, 'network.features');
    const [problem] = await poll(
      'the problem',
      () => problems(study.file).length > 0 && problems(study.file),
    );
    assert.ok(problem);
    const document = await vscode.workspace.openTextDocument(study.file);
    assert.match(document.getText(problem.range), /^"features": "no_such_tensor"$/);
    writeFileSync(study.file, JSON.stringify(good));
    await shown(study.image);
    await poll('the underline to go', () => problems(study.file).length === 0);
  });

  it('whose checkpoint is missing says which', async () => {
    const study = writeStudy('missing', image, { ...good, checkpoint: 'epoch_9.onnx' });
    await showMaps(study.image);
    const { failure } = await failed(study.image);
    assert.equal(failure?.kind, 'input');
    assert.match(failure.message, /epoch_9\.onnx/);
  });

  it('gets its prototypes by clustering, and its panels show them', async () => {
    const train = Object.keys(labels)
      .filter((id) => id.startsWith('train'))
      .slice(0, 12);
    writeFileSync(inWorkspace('few.txt'), `${train.join('\n')}\n`);
    const study = writeStudy('clustered', image, {
      ...good,
      dataset: { images: '../JPEGImages', list: '../few.txt', labels: '../labels.json' },
      clustering: { k: 3 },
      bank: 'prototypes.safetensors',
    });
    await showMaps(study.image);
    const before = await shown(study.image);
    assert.equal(before.centres, 0);
    await vscode.commands.executeCommand('lpcam.clusterPrototypes', vscode.Uri.file(study.file));
    await panelOf(study.image, (panel) => panel.done && (panel.centres ?? 0) > 0, 'shown with prototypes');
    assert.ok(existsSync(inWorkspace('clustered', 'prototypes.safetensors')));
    assert.ok(
      !existsSync(inWorkspace('clustered', 'prototypes.safetensors.work')),
      'The work folder was left behind.',
    );
  });

  it('is the nearest above an image', async () => {
    const study = writeStudy('other', image, good);
    const demo = inWorkspace('JPEGImages', `${image}.jpg`);
    await showMaps(demo);
    assert.equal((await shown(demo)).study, inWorkspace('lpcam.json'));
    await showMaps(study.image);
    assert.equal((await shown(study.image)).study, study.file);
  });

  it('that is selected counts for every image, until the nearest does again', async () => {
    const study = writeStudy('#1', image, good);
    const demo = inWorkspace('JPEGImages', `${image}.jpg`);
    const { statusBar } = await lens();
    await showMaps(demo);
    await shown(demo);
    // The first below "Nearest", by its name.
    await choose('lpcam.selectStudy', 1);
    await panelOf(demo, (panel) => panel.done && panel.study === study.file, 'shown by the selected study');
    await poll('the pin in the status bar', () => statusBar.text.startsWith('$(pinned) LPCAM: #1'));
    await choose('lpcam.selectStudy', 0);
    const back = (panel: PanelView) => panel.done && panel.study === inWorkspace('lpcam.json');
    await panelOf(demo, back, 'shown by the nearest study');
  });
});
