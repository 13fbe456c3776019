/** Training writes checkpoints while panels are open. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { TimelineView } from '../../src/extension/api';
import {
  closeEditors,
  failed,
  inWorkspace,
  lens,
  panelOf,
  showMaps,
  shown,
  writeStudy,
} from './support/lens';
import { poll } from './support/poll';

const labels = JSON.parse(readFileSync(inWorkspace('labels.json'), 'utf8')) as Record<string, string[]>;
const image = Object.keys(labels).find((id) => id.startsWith('val')) ?? '';
const trained = readFileSync(inWorkspace('checkpoints', 'demo_cam.pth'));
const exported = readFileSync(inWorkspace('checkpoints', 'demo_cam.onnx'));
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

const fields = {
  classes: '../classes.txt',
  dataset: { labels: '../labels.json' },
  inference: { scales: [1], mirror: false },
  // The demo's weights belong to a network of its own.
  network: { graph: '../checkpoints/demo_cam.onnx' },
};

function checkpoint(folder: string, name: string): string {
  const path = inWorkspace(folder, 'checkpoints', name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** Writes a file in two halves with a pause between. */
async function inHalves(path: string, bytes: Buffer, between: () => Promise<void>): Promise<void> {
  const half = bytes.length >> 1;
  writeFileSync(path, bytes.subarray(0, half));
  await between();
  appendFileSync(path, bytes.subarray(half));
}

describe('Following a training', () => {
  afterEach(closeEditors);

  it('offers a new checkpoint once it is whole, and shows it on a click', async () => {
    const study = writeStudy('following', image, {
      ...fields,
      checkpoint: 'none.onnx',
      follow: 'checkpoints/epoch_*',
    });
    writeFileSync(checkpoint('following', 'epoch_1.onnx'), exported);
    await showMaps(study.image);
    const first = await shown(study.image);
    assert.equal(first.checkpointHash, hashOf(exported));
    await inHalves(checkpoint('following', 'epoch_2.pth'), trained, async () => {
      // Longer than a file must rest, and than the slow look takes to come round.
      await pause(7000);
      const still = await shown(study.image);
      assert.equal(still.freshHash, null);
      assert.equal(still.request, first.request);
    });
    const offered = await panelOf(study.image, (panel) => panel.freshHash !== null, 'told of the new one');
    assert.equal(offered.freshHash, hashOf(trained));
    assert.equal(offered.checkpointHash, hashOf(exported));
    await vscode.commands.executeCommand('lpcam.useNewCheckpoint');
    const second = await shown(study.image, offered.request);
    assert.equal(second.checkpointHash, hashOf(trained));
    assert.equal(second.freshHash, null);
  });

  it('waits for the first checkpoint', async () => {
    const study = writeStudy('awaiting', image, {
      ...fields,
      checkpoint: 'none.onnx',
      follow: 'checkpoints/*.onnx',
    });
    await showMaps(study.image);
    const { failure } = await failed(study.image);
    assert.match(failure?.message ?? '', /No checkpoint of .* is complete yet/);
    await inHalves(checkpoint('awaiting', 'a.onnx'), exported, () => pause(2500));
    assert.equal((await shown(study.image)).checkpointHash, hashOf(exported));
  });

  it('offers a checkpoint that is written anew under its own name, also by renaming', async () => {
    const study = writeStudy('overwritten', image, { ...fields, checkpoint: 'checkpoints/last.pth' });
    const last = checkpoint('overwritten', 'last.pth');
    writeFileSync(last, trained);
    await showMaps(study.image);
    await shown(study.image);
    // Other bytes of the same network: a zip may end with a comment.
    const later = Buffer.concat([trained, Buffer.from('!')]);
    later.writeUInt16LE(1, trained.length - 2);
    writeFileSync(`${last}.tmp`, later);
    rmSync(last);
    await pause(1500);
    renameSync(`${last}.tmp`, last);
    const offered = await panelOf(
      study.image,
      (panel) => panel.freshHash === hashOf(later),
      'told of the new one',
    );
    assert.equal(offered.checkpointHash, hashOf(trained));
  });

  it('goes over to it by itself when the person wishes so', async () => {
    const settings = vscode.workspace.getConfiguration('lpcam');
    await settings.update('followCheckpoint', 'always', vscode.ConfigurationTarget.Global);
    try {
      const study = writeStudy('always', image, {
        ...fields,
        checkpoint: 'none.onnx',
        follow: 'checkpoints/e*',
      });
      writeFileSync(checkpoint('always', 'e1.onnx'), exported);
      await showMaps(study.image);
      await shown(study.image);
      writeFileSync(checkpoint('always', 'e2.pth'), trained);
      await panelOf(
        study.image,
        (panel) => panel.done && panel.checkpointHash === hashOf(trained),
        'shown with e2',
      );
    } finally {
      await settings.update('followCheckpoint', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

describe('The timeline', () => {
  afterEach(closeEditors);

  const ids = Object.keys(labels).slice(0, 3);
  const probed = {
    ...fields,
    checkpoint: 'none.onnx',
    follow: 'checkpoints/epoch_*',
    dataset: { ...fields.dataset, images: '../JPEGImages', masks: '../SegmentationClass', list: 'list.txt' },
    clustering: { k: 3, maxIterations: 20 },
  };

  function timelineOf(file: string) {
    return async (wanted: (view: TimelineView) => boolean, what: string) => {
      const api = await lens();
      return poll(`the timeline to ${what}`, () =>
        api.timelines.find((view) => view.study === file && wanted(view)),
      );
    };
  }

  it('shows the checkpoints that come, and computes them by itself when the person wishes so', async () => {
    const study = writeStudy('timeline', image, probed);
    writeFileSync(inWorkspace('timeline', 'list.txt'), `${ids.join('\n')}\n`);
    writeFileSync(checkpoint('timeline', 'epoch_1.onnx'), exported);
    const settings = vscode.workspace.getConfiguration('lpcam');
    await vscode.commands.executeCommand('lpcam.followTraining', vscode.Uri.file(study.file));
    const until = timelineOf(study.file);
    const entriesOf = ({ timeline }: TimelineView) => timeline?.entries ?? [];
    const first = await until((view) => view.ready && entriesOf(view).length === 1, 'show epoch 1');
    assert.deepEqual(
      entriesOf(first).map(({ number, point }) => [number, point]),
      [[1, null]],
    );
    await settings.update('followCheckpoint', 'always', vscode.ConfigurationTarget.Global);
    try {
      writeFileSync(checkpoint('timeline', 'epoch_2.pth'), trained);
      const both = await until(
        (view) => !view.computing && entriesOf(view).filter(({ point }) => point !== null).length === 2,
        'compute both',
      );
      const [, second] = entriesOf(both);
      assert.ok((second?.point?.lpcam.miou ?? 0) > 0);
      // The same weights twice.
      assert.ok(Math.abs((second?.drift?.median ?? 0) - 1) < 1e-3, String(second?.drift?.median));
    } finally {
      await settings.update('followCheckpoint', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('says what a study lacks', async () => {
    const study = writeStudy('unlabelled', image, {
      ...probed,
      dataset: { labels: '../labels.json', list: 'none.txt' },
    });
    writeFileSync(checkpoint('unlabelled', 'epoch_1.onnx'), exported);
    await vscode.commands.executeCommand('lpcam.followTraining', vscode.Uri.file(study.file));
    const failed = await timelineOf(study.file)(({ failure }) => failure !== null, 'fail');
    assert.match(failed.failure?.message ?? '', /none\.txt does not exist/);
  });
});
