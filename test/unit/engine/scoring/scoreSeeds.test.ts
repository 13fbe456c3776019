import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { evaluateSeeds } from '../../../../src/engine/evaluate';
import type { ScoreOptions } from '../../../../src/engine/scoring/scorePlan';
import { scoreImages } from '../../../../src/engine/scoring/scorePool';
import { readScoreRecords } from '../../../../src/engine/scoring/scoreRecords';
import { scoreSeeds } from '../../../../src/engine/scoring/scoreSeeds';
import { writeLabelPng } from '../../../../src/formats/mask';
import { writeIrnSeed } from '../../../../src/formats/seedWriter';
import { datasetScores, datasetTotals } from '../../../../src/lpcam/triage/datasetScores';
import type { SeedScores } from '../../../../src/protocol/score';
import { manifestName, type SeedsManifest } from '../../../../src/protocol/seeds';
import { bundle } from '../../support/bundle';

const width = 8;
const height = 6;
const classes = ['cat', 'dog', 'cow'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam score-'));
  for (const name of ['seeds', 'masks', 'images', 'lists']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'model.onnx'), 'never read here');
  return () => rm(folder, { recursive: true, force: true });
});

/** Reproducible numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

async function writeImage(id: string, seed: number, seeds = 'seeds', keys = [seed % 3]): Promise<void> {
  const next = random(seed + 1);
  const maps = keys.map(() => ({ width, height, data: Float32Array.from({ length: width * height }, next) }));
  await mkdir(join(folder, seeds), { recursive: true });
  await writeFile(join(folder, seeds, `${id}.npy`), writeIrnSeed({ keys, highRes: maps, strided: maps }));
  const mask = Uint8Array.from({ length: width * height }, () => {
    const value = next();
    return value < 0.1 ? 255 : value < 0.5 ? 0 : 1 + (seed % 3);
  });
  await writeFile(join(folder, 'masks', `${id}.png`), writeLabelPng(mask, width, height));
}

async function writeStudy(
  list: readonly string[],
  labels: Readonly<Record<string, string[]>> = {},
): Promise<string> {
  const file = join(folder, 'lpcam.json');
  await writeFile(join(folder, 'lists/train.txt'), `${list.join('\n')}\n`);
  const given = Object.fromEntries(list.map((id, i) => [id, labels[id] ?? [classes[i % 3] ?? '']]));
  await writeFile(join(folder, 'labels.json'), JSON.stringify(given));
  const dataset = { images: 'images', list: 'lists/train.txt', labels: 'labels.json', masks: 'masks' };
  await writeFile(file, JSON.stringify({ preset: 'voc', checkpoint: 'model.onnx', classes, dataset }));
  return file;
}

function score(over: Partial<ScoreOptions> = {}): Promise<SeedScores> {
  return scoreSeeds({
    study: { file: join(folder, 'lpcam.json') },
    seeds: [join(folder, 'seeds')],
    masks: null,
    list: 'auto',
    thresholds: null,
    keep: false,
    script: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...over,
  });
}

/** The manifest that "Generate Seeds" writes beside them. */
async function writeManifest(over: Partial<SeedsManifest> = {}): Promise<void> {
  const manifest: SeedsManifest = {
    format: 'lpcam-lens seeds',
    version: 1,
    method: 'lpcam',
    schema: 'irn',
    checkpoint: { path: 'model.onnx', hash: '0'.repeat(64), modified: null },
    bank: null,
    settings: {
      num_cluster: 7,
      select_thres: 0.1,
      class_thres: 0.9,
      context_thres: 0.9,
      context_thres_low: 0.05,
      cam_scales: [1, 2],
      mirror: true,
      cam_eval_thres: null,
      fusion: null,
    },
    classes,
    study: null,
    list: null,
    device: null,
    versions: { lpcam: '0', runtime: '0' },
    created: '2026-03-01T10:00:00.000Z',
    updated: '2026-03-01T10:00:00.000Z',
    complete: true,
    counts: { listed: 1, seeds: 1, failed: 0, dead: 0 },
    failed: [],
    dead: [],
    ...over,
  };
  await writeFile(join(folder, 'seeds', manifestName), JSON.stringify(manifest));
}

const ids = Array.from({ length: 40 }, (_, i) => `im_${String(i).padStart(3, '0')}`);
const fact = ({ first }: SeedScores, name: string) => first.facts.find((one) => one.name === name);

async function writeAll(): Promise<void> {
  for (const [i, id] of ids.entries()) await writeImage(id, i);
  await writeStudy(ids);
}

describe('seeds that are scored', () => {
  it('have the scores of the evaluation image by image, at every threshold', async () => {
    await writeAll();
    const scores = await score();
    const totals = datasetTotals(scores.first.columns, classes.length);
    const places = scores.first.sweep;
    const reference = await evaluateSeeds({
      seeds: join(folder, 'seeds'),
      masks: join(folder, 'masks'),
      ids: null,
      classes,
      thresholds: places.map((place) => scores.first.thresholds[place] ?? 0),
      saliency: null,
      allowMissing: false,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(scores.ids).toEqual(ids);
    places.forEach((place, at) => expect(datasetScores(totals, place)).toEqual(reference.sweep[at]?.scores));
  });

  it('are the same from threads as from one', async () => {
    await writeAll();
    const built = await bundle({ scoreWorker: 'src/engine/scoring/scoreWorker.ts' });
    try {
      const seen: number[] = [];
      const threaded = await score({
        script: join(built, 'scoreWorker.cjs'),
        onProgress: ({ done }) => seen.push(done),
      });
      expect(threaded).toEqual(await score());
      expect(seen.at(-1)).toBe(ids.length);
    } finally {
      await rm(built, { recursive: true, force: true });
    }
  });

  it('stop when nobody wants them any more', async () => {
    await writeAll();
    await expect(score({ signal: AbortSignal.abort() })).rejects.toThrow();
    const stop = new AbortController();
    await expect(score({ signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow();
    const options = {
      setting: { thresholds: [[0.5]], classes: 3, named: 3, withMasks: true },
      onDone: () => undefined,
    };
    await expect(
      scoreImages([], { ...options, script: null, signal: AbortSignal.abort() }),
    ).rejects.toThrow();
  });

  it('lose nothing by an image that is damaged, of another size, or has no mask', async () => {
    await writeAll();
    await writeFile(join(folder, 'seeds', 'im_003.npy'), 'no seed');
    await writeFile(join(folder, 'masks', 'im_005.png'), writeLabelPng(new Uint8Array(4), 2, 2));
    await rm(join(folder, 'masks', 'im_007.png'));
    const scores = await score();
    expect(scores.ids).toHaveLength(37);
    expect(scores.problems.map(({ id }) => id).sort()).toEqual(['im_003', 'im_005', 'im_007']);
    expect(scores.problems.find(({ id }) => id === 'im_005')?.message).toMatch(
      /8 x 6 pixels, its mask .* 2 x 2/,
    );
    expect(fact(scores, 'Size')?.text).toMatch(/1 image.*im_005/);
    expect(fact(scores, 'List')).toMatchObject({ tone: 'warning' });
  });

  it('may be label maps, whose 255 is background', async () => {
    await writeImage('a', 0);
    await writeStudy(['a']);
    await mkdir(join(folder, 'ir_label'));
    const map = new Uint8Array(width * height).map((_, i) => (i < 10 ? 1 : i < 20 ? 255 : 0));
    await writeFile(join(folder, 'ir_label/a.png'), writeLabelPng(map, width, height));
    const scores = await score({ seeds: [join(folder, 'ir_label')] });
    expect(scores.first).toMatchObject({ labelMaps: true, stage: 'irLabel', thresholds: [0], own: null });
    const totals = datasetTotals(scores.first.columns, 3);
    expect(totals.predicted[1]).toBeLessThanOrEqual(10);
  });

  it('without masks have areas alone, and say so', async () => {
    for (const [i, id] of ids.slice(0, 4).entries()) await writeImage(id, i);
    await writeStudy(ids.slice(0, 4));
    const scores = await score({ study: null });
    expect(scores.masks).toBeNull();
    expect(scores.first.columns.withMasks).toBe(false);
    expect(scores.first.columns.hit).toHaveLength(0);
    expect(fact(scores, 'Masks')).toMatchObject({ tone: 'warning' });
  });

  it('refuse a folder without seeds, and one that is not there', async () => {
    await expect(score({ study: null })).rejects.toThrow(/no seeds in this folder/);
    await expect(score({ study: null, seeds: [join(folder, 'none')] })).rejects.toThrow(/does not exist/);
  });
});

describe('the score card', () => {
  it('takes the list that the seeds fit, and says when it is not the study’s', async () => {
    await writeAll();
    const val = ids.slice(30);
    await writeStudy(ids.slice(0, 30));
    await writeFile(join(folder, 'lists/val.txt'), val.join('\n'));
    for (const id of ids.slice(0, 30)) await rm(join(folder, 'seeds', `${id}.npy`));
    const scores = await score();
    expect(scores.ids).toEqual(val);
    expect(scores.list).toMatchObject({ name: 'val.txt', listed: 10, found: 10 });
    expect(fact(scores, 'List')).toMatchObject({ tone: 'warning' });
    expect(fact(scores, 'List')?.text).toMatch(/val\.txt, which is not the study's list/);
  });

  it('counts listed images without a seed, and seeds that are not listed', async () => {
    await writeAll();
    await writeStudy([...ids.slice(0, 30), 'gone_1', 'gone_2']);
    const scores = await score();
    expect(scores.missing).toEqual(['gone_1', 'gone_2']);
    expect(fact(scores, 'List')?.text).toMatch(
      /2 of 32 images have no seed.*10 seeds of the folder are not in it/,
    );
    const folderScores = await score({ list: 'folder' });
    expect(folderScores.ids).toHaveLength(40);
    expect(fact(folderScores, 'List')).toMatchObject({ tone: 'warning' });
  });

  it('knows the stage by the manifest first, then by the name of the folder, else not', async () => {
    await writeAll();
    expect((await score()).first.stage).toBe('unknown');
    await writeManifest({ method: 'cam' });
    const scores = await score();
    expect(scores.first.stage).toBe('cam');
    expect(fact(scores, 'Stage')?.text).toMatch(/lpcam-seeds\.json beside them says so/);
    for (const [i, id] of ids.slice(0, 2).entries()) await writeImage(id, i, 'lpcam_mask');
    expect((await score({ seeds: [join(folder, 'lpcam_mask')] })).first.stage).toBe('lpcam');
  });

  it('warns when the checkpoint is newer than the seeds, or another one', async () => {
    await writeAll();
    const model = join(folder, 'model.onnx');
    await utimes(model, new Date(), new Date(Date.now() + 60_000));
    expect(fact(await score(), 'Checkpoint')).toMatchObject({ tone: 'warning' });
    await utimes(model, new Date(), new Date(Date.now() - 3_600_000));
    expect(fact(await score(), 'Checkpoint')).toMatchObject({ tone: 'plain' });
    await writeManifest();
    expect(fact(await score(), 'Checkpoint')?.text).toMatch(/made by another checkpoint/);
  });

  it('tells seeds of classes that an image is not labelled with', async () => {
    await writeAll();
    await writeStudy(ids, { im_000: ['cow'], im_001: ['dog', 'cat'] });
    const { text = '' } = fact(await score(), 'Labels') ?? {};
    expect(text).toMatch(/1 image has seeds of classes that labels\.json does not give \(im_000\)/);
    expect(text).toMatch(/2 images have no seeds of classes/);
  });
});

describe('a record of the score', () => {
  it('is kept in the study’s folder, with the settings by their names', async () => {
    await writeAll();
    await writeManifest();
    const { record } = await score({ keep: true });
    const { records, notices } = await readScoreRecords(folder);
    expect(notices).toEqual([]);
    expect(records).toHaveLength(1);
    expect(record).toContain('.lpcam');
    const [kept] = records;
    expect(kept).toMatchObject({
      seeds: 'seeds',
      kind: 'lpcam',
      withMasks: true,
      list: { name: 'train.txt', images: 40, missing: 0 },
      settings: {
        num_cluster: 7,
        class_thres: 0.9,
        context_thres_low: 0.05,
        cam_scales: [1, 2],
        cam_eval_thres: 0.3,
      },
    });
    expect(kept?.settings).not.toHaveProperty('mirror');
    expect(kept?.sweep).toHaveLength(19);
    expect(Math.max(...(kept?.sweep.map(({ miou }) => miou ?? 0) ?? []))).toBe(kept?.best?.miou);
  });

  it('is not written unless it is wanted', async () => {
    await writeAll();
    await score();
    expect((await readScoreRecords(folder)).records).toEqual([]);
  });
});

it('two folders are scored on the images that both have, and told apart pixel by pixel', async () => {
  await writeAll();
  for (const [i, id] of ids.slice(0, 12).entries()) await writeImage(id, i, 'other');
  const scores = await score({ seeds: [join(folder, 'seeds'), join(folder, 'other')] });
  expect(scores.ids).toHaveLength(12);
  expect(scores.second?.columns).toEqual(scores.first.columns);
  const { length } = scores.first.thresholds;
  for (let image = 0; image < 12; image++)
    for (let k = 0; k < length; k++)
      expect(scores.agreement?.[(image * length + k) * length + k]).toBe(65535);
  await mkdir(join(folder, 'strange'));
  await writeImage('nowhere', 1, 'strange');
  await expect(score({ seeds: [join(folder, 'seeds'), join(folder, 'strange')] })).rejects.toThrow(/both/);
});
