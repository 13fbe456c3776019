/** What changes while another tab hides an image panel. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { PanelView } from '../../src/extension/api';
import { writeBank } from '../../src/engine/bankFile';
import { unknownProvenance } from '../support/unknownProvenance';
import { closeEditors, inWorkspace, lens, panelOf, showMaps, shown, writeStudy } from './support/lens';
import { poll } from './support/poll';

const labels = JSON.parse(readFileSync(inWorkspace('labels.json'), 'utf8')) as Record<string, string[]>;
const image = Object.keys(labels).find((id) => id.startsWith('val') && labels[id]?.[0] === 'boat') ?? '';
const classes = readFileSync(inWorkspace('classes.txt'), 'utf8').trim().split('\n');
const exported = inWorkspace('checkpoints', 'demo_cam.onnx');
const trained = inWorkspace('checkpoints', 'demo_cam.pth');
/** Longer than a changed file must rest, and than the slow look takes to come round twice. */
const longEnough = 12_000;
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

const fields = {
  checkpoint: '../checkpoints/demo_cam.onnx',
  classes: '../classes.txt',
  dataset: { labels: '../labels.json' },
  bank: 'bank.safetensors',
  inference: { scales: [1], mirror: false },
};

/** A bank of the demo's network with so many centres of the class boat. */
async function writeBoats(path: string, count: number): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeBank(temporary, {
    classes,
    channels: 128,
    alreadyGated: false,
    centres: Array.from({ length: count }, (_, i) => ({
      classIndex: classes.indexOf('boat'),
      set: 'foreground' as const,
      vector: Float32Array.from({ length: 128 }, (_, channel) => (channel === i ? 1 : 0)),
      scores: Float32Array.from(classes, (name) => (name === 'boat' ? 0.99 : 0.01)),
      size: 1,
      spread: null,
      mark: null,
      patches: [],
    })),
    traces: [],
    provenance: unknownProvenance,
  });
  renameSync(temporary, path);
}

/** Shows an image, puts a text over its panel, changes something, and looks at the panel again. */
async function behindATab(study: { file: string; image: string }, change: () => unknown): Promise<PanelView> {
  const text = vscode.Uri.file(inWorkspace('classes.txt'));
  await vscode.window.showTextDocument(text, { viewColumn: vscode.ViewColumn.One });
  await showMaps(study.image);
  await shown(study.image);
  // The first page of a window takes seconds: a text that is shown before it comes to lie under it.
  await panelOf(study.image, ({ ready, visible }) => ready && visible, 'in sight');
  // Every file the answer was made of is watched from now on.
  await pause(1500);
  const { request } = await shown(study.image);
  await vscode.window.showTextDocument(text, { viewColumn: vscode.ViewColumn.Two });
  await poll('the text to hide the panel', () =>
    lens().then(({ panels }) => panels.every(({ visible }) => !visible)),
  );
  await change();
  await pause(longEnough);
  const hidden = await shown(study.image);
  assert.equal(hidden.request, request, 'nothing is computed for nobody');
  await showMaps(study.image);
  const current = await shown(study.image, request);
  await pause(3000);
  assert.equal((await shown(study.image)).request, request + 1, 'it is computed once');
  return current;
}

describe('An image panel behind another tab', function () {
  this.timeout(120_000);
  afterEach(closeEditors);

  it('shows once it is in sight what its study file says by then', async () => {
    const study = writeStudy('hiddenStudy', image, fields);
    const write = (scales: number[]) =>
      writeFileSync(study.file, JSON.stringify({ ...fields, inference: { scales, mirror: false } }));
    const panel = await behindATab(study, async () => {
      write([1, 0.5]);
      await pause(2500);
      write([1, 0.5, 1.5]);
    });
    assert.equal(panel.scales, 3);
  });

  it('shows once it is in sight the prototypes of the bank that is there by then', async () => {
    const study = writeStudy('hiddenBank', image, fields);
    const bank = inWorkspace('hiddenBank', 'bank.safetensors');
    await writeBoats(bank, 2);
    const panel = await behindATab(study, async () => {
      await writeBoats(bank, 3);
      await pause(2500);
      await writeBoats(bank, 4);
    });
    assert.equal(panel.centres, 4);
  });

  it('goes over to the newest of the checkpoints that came, once it is in sight, where the person wishes so', async () => {
    const settings = vscode.workspace.getConfiguration('lpcam');
    await settings.update('followCheckpoint', 'always', vscode.ConfigurationTarget.Global);
    try {
      const study = writeStudy('hiddenTraining', image, {
        ...fields,
        checkpoint: 'none.onnx',
        follow: 'checkpoints/e*',
        // The demo's weights belong to a network of its own.
        network: { graph: '../checkpoints/demo_cam.onnx' },
      });
      const checkpoint = (name: string) => inWorkspace('hiddenTraining', 'checkpoints', name);
      mkdirSync(dirname(checkpoint('e1.onnx')), { recursive: true });
      copyFileSync(exported, checkpoint('e1.onnx'));
      const panel = await behindATab(study, () => copyFileSync(trained, checkpoint('e2.pth')));
      const newest = createHash('sha256').update(readFileSync(trained)).digest('hex');
      assert.equal(panel.checkpointHash, newest);
    } finally {
      await settings.update('followCheckpoint', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('offers the newest of the checkpoints that came, and stays with its own until the person takes it', async () => {
    const study = writeStudy('hiddenOffer', image, {
      ...fields,
      checkpoint: 'none.onnx',
      follow: 'checkpoints/e*',
      network: { graph: '../checkpoints/demo_cam.onnx' },
    });
    const checkpoint = (name: string) => inWorkspace('hiddenOffer', 'checkpoints', name);
    mkdirSync(dirname(checkpoint('e1.onnx')), { recursive: true });
    copyFileSync(exported, checkpoint('e1.onnx'));
    const text = vscode.Uri.file(inWorkspace('classes.txt'));
    await vscode.window.showTextDocument(text, { viewColumn: vscode.ViewColumn.One });
    await showMaps(study.image);
    const { request } = await shown(study.image);
    await vscode.window.showTextDocument(text, { viewColumn: vscode.ViewColumn.Two });
    copyFileSync(trained, checkpoint('e2.pth'));
    const offered = await panelOf(study.image, (panel) => panel.freshHash !== null, 'told of the new one');
    await showMaps(study.image);
    await pause(3000);
    assert.equal((await shown(study.image)).request, request, 'nothing is computed before that');
    assert.equal(offered.freshHash, createHash('sha256').update(readFileSync(trained)).digest('hex'));
  });
});
