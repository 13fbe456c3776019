/** Scoring seeds, and comparing two folders of them. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TriageView } from '../../src/extension/api';
import { readMask } from '../../src/formats/mask';
import { writeIrnSeed } from '../../src/formats/seedWriter';
import { bestPlace, datasetScores, datasetTotals } from '../../src/lpcam/triage/datasetScores';
import type { SeedScores } from '../../src/protocol/score';
import { closeEditors, inWorkspace, lens } from './support/lens';
import { poll } from './support/poll';

const folders = ['lpcam_mask', 'cam_mask'].map((name) => () => inWorkspace(name));
const [perfect = () => '', shrunk = () => ''] = folders;

function valIds(): string[] {
  return readFileSync(inWorkspace('ImageSets/Segmentation/val.txt'), 'utf8').trim().split('\n').slice(0, 6);
}

/** Seeds made from the masks themselves; `share` of each class's pixels is left. */
function writeSeeds(folder: string, share: number): void {
  mkdirSync(folder, { recursive: true });
  for (const id of valIds()) {
    const path = inWorkspace('SegmentationClass', `${id}.png`);
    const { width, height, labels } = readMask(new Uint8Array(readFileSync(path)), path);
    const keys = [...new Set(labels)].filter((label) => label > 0).map((label) => label - 1);
    const highRes = keys.map((key) => {
      let seen = 0;
      const wanted = labels.reduce((sum, label) => sum + (label === key + 1 ? 1 : 0), 0) * share;
      const data = Float32Array.from(labels, (label) => (label === key + 1 && seen++ < wanted ? 0.8 : 0.1));
      return { width, height, data };
    });
    writeFileSync(join(folder, `${id}.npy`), writeIrnSeed({ keys, highRes, strided: highRes }));
  }
}

async function triage(wanted: (view: TriageView) => boolean, what: string): Promise<TriageView> {
  const api = await lens();
  return poll(`the triage panel to be ${what}`, () => api.triage.find((view) => wanted(view)));
}

/** mIoU at a threshold. */
function miou({ first, classes }: SeedScores, threshold: number): number | null {
  return datasetScores(datasetTotals(first.columns, classes.length), first.thresholds.indexOf(threshold))
    .miou;
}

const score = (folder: string) => vscode.commands.executeCommand('lpcam.scoreSeeds', vscode.Uri.file(folder));
const there = ({ ready, scores }: TriageView) => ready && scores !== null;

describe('Scored seeds', () => {
  beforeEach(() => {
    // Lenses and tools keep scores of their own.
    rmSync(inWorkspace('.lpcam'), { recursive: true, force: true });
    writeSeeds(perfect(), 1);
    writeSeeds(shrunk(), 0.5);
  });
  afterEach(async () => {
    await closeEditors();
    const api = await lens();
    await poll('the triage panels to close', () => api.triage.length === 0);
    for (const folder of [perfect(), shrunk(), inWorkspace('.lpcam')])
      rmSync(folder, { recursive: true, force: true });
  });

  it('open for a folder of the explorer, with the list they fit, and leave a record', async () => {
    await score(perfect());
    const { scores } = await triage(there, 'there');
    assert.ok(scores);
    assert.equal(scores.ids.length, 6);
    assert.equal(miou(scores, 0.3), 1);
    assert.equal(scores.first.stage, 'lpcam');
    assert.deepEqual(scores.problems, []);
    const records = inWorkspace('.lpcam/scores');
    assert.equal(readdirSync(records).length, 1);
    assert.equal(scores.record, join(records, readdirSync(records)[0] ?? ''));
  });

  it('name the images that cannot be read, and score the others', async () => {
    const [broken = ''] = valIds();
    writeFileSync(join(perfect(), `${broken}.npy`), 'this is no seed');
    await score(perfect());
    const { scores } = await triage(there, 'there');
    assert.equal(scores?.ids.length, 5);
    assert.deepEqual(
      scores.problems.map(({ id }) => id),
      [broken],
    );
  });

  it('say what is wrong with a folder that has none', async () => {
    await score(inWorkspace('ImageSets'));
    const { failure } = await triage(({ failure }) => failure !== null, 'failed');
    assert.equal(failure?.kind, 'input');
    assert.match(failure.message, /no seeds in this folder/);
    assert.ok(!existsSync(inWorkspace('.lpcam')));
  });

  it('are compared for two folders that are selected', async () => {
    const [a, b] = [vscode.Uri.file(shrunk()), vscode.Uri.file(perfect())];
    await vscode.commands.executeCommand('lpcam.compareSeeds', a, [a, b]);
    const { scores } = await triage(there, 'there');
    assert.ok(scores?.second);
    const { thresholds, columns } = scores.second;
    const totals = datasetTotals(columns, scores.classes.length);
    const better = thresholds.map((_, place) => datasetScores(totals, place).miou);
    assert.equal(better[bestPlace(better) ?? 0], 1);
    assert.ok((miou(scores, 0.3) ?? 1) < 0.8);
    assert.equal(scores.agreement?.length, 6 * thresholds.length * scores.first.thresholds.length);
  });
});
