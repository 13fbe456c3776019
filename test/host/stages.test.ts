/** "LPCAM: Show Stages", on the demo study. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { StagesView } from '../../src/extension/api';
import { readMask, writeLabelPng } from '../../src/formats/mask';
import { closeEditors, demoImage, inWorkspace, lens, showMaps, shown } from './support/lens';
import { poll } from './support/poll';

const image = demoImage('train_0001');
const masks = inWorkspace('sem_seg');

async function strip(wanted: (view: StagesView) => boolean, what: string): Promise<StagesView> {
  const api = await lens();
  let last: StagesView | undefined;
  try {
    return await poll(`the stages to be ${what}`, () => {
      last = api.stageStrips[0];
      return last && wanted(last) ? last : undefined;
    });
  } catch (error) {
    throw new Error(`${String(error)} It is: ${JSON.stringify(last)}`, { cause: error });
  }
}
const stageOf = (view: StagesView, name: string) => view.stages?.find((stage) => stage.name === name);

describe('The stage strip', () => {
  afterEach(async () => {
    await closeEditors();
    const api = await lens();
    await poll('the strips to close', () => api.stageStrips.length === 0);
    rmSync(masks, { recursive: true, force: true });
  });

  it('opens for an image that was right-clicked, and computes what no folder holds', async () => {
    await vscode.commands.executeCommand('lpcam.showStages', vscode.Uri.file(image));
    const view = await strip(({ ready, computed }) => ready && computed !== null, 'computed');
    assert.equal(view.image, image);
    assert.equal(view.study, inWorkspace('lpcam.json'));
    assert.equal(view.index, 0);
    assert.ok((view.computed?.cam ?? 0) > 0);
    const files = view.stages?.map(({ name, kind }) => [name, kind]);
    assert.deepEqual(files, [
      ['cam', null],
      ['lpcam', null],
      ['irLabel', null],
      ['pseudoMask', null],
      ['groundTruth', 'labels'],
    ]);
  });

  it('finds a stage as soon as its folder is there', async () => {
    await vscode.commands.executeCommand('lpcam.showStages', vscode.Uri.file(image));
    await strip(({ ready, stages }) => ready && stages !== null, 'read');
    const mask = inWorkspace('SegmentationClass', 'train_0001.png');
    const { labels, width, height } = readMask(readFileSync(mask), mask);
    mkdirSync(masks);
    writeFileSync(join(masks, 'train_0001.png'), writeLabelPng(labels, width, height));
    const view = await strip((now) => stageOf(now, 'pseudoMask')?.kind === 'labels', 'read again');
    assert.deepEqual(stageOf(view, 'pseudoMask'), {
      name: 'pseudoMask',
      folder: masks,
      from: 'found',
      file: join(masks, 'train_0001.png'),
      kind: 'labels',
      fault: null,
    });
  });

  it("opens the study's first image from the tree, and the panel's image from the palette", async () => {
    const api = await lens();
    const [study] = await api.studies();
    assert.ok(study);
    await vscode.commands.executeCommand('lpcam.showStages', study.node);
    const first = await strip(({ stages }) => stages !== null, 'read');
    assert.equal(first.index, 0);
    await closeEditors();
    await poll('the strip to close', () => api.stageStrips.length === 0);
    const other = demoImage('train_0003');
    await showMaps(other);
    await shown(other);
    await vscode.commands.executeCommand('lpcam.showStages');
    const second = await strip(({ stages }) => stages !== null, 'read');
    assert.equal(second.image, other);
  });
});
