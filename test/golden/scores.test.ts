/**
 * Seed scores of a real network on real photographs, from clustering to mIoU, against an independent implementation.
 * Takes minutes: everything is made once, before the first test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine';
import { evaluateSeeds, type Evaluation } from '../../src/engine/evaluate';
import { explainWhole } from '../../src/engine/explanation';
import { makeSeeds, type SeedsOutput } from '../../src/engine/seedsJob';
import { readImageList } from '../../src/formats/imageList';

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
const data = join(shared, 'data/voc-animals');
const scoresFile = join(shared, 'golden/scores.json');
const present = existsSync(scoresFile);

interface Sweep {
  readonly best: readonly [threshold: number, miou: number];
  readonly sweep: readonly { threshold: number; miou: number; fp: number; fn: number; fp_share: number }[];
}
type Reference = Record<'train' | 'val', Record<'cam' | 'lpcam', Sweep>>;

/** Clustering and two passes over 98 images at four scales. */
const minutes = 60_000;

describe.skipIf(!present)('seed scores on voc-animals', () => {
  const reference = present ? (JSON.parse(readFileSync(scoresFile, 'utf8')) as Reference) : null;
  const classes = present ? readFileSync(join(data, 'classes.txt'), 'utf8').trim().split(/\s+/) : [];
  const signal = new AbortController().signal;
  let folder: string;
  let cam: Evaluation;
  let ownBank: Evaluation;
  let publishedBank: Evaluation;

  /** Seeds of the val list, one run of the network per image for all outputs. */
  async function seed(
    engine: Engine,
    bank: string | null,
    ids: readonly string[],
    outputs: readonly SeedsOutput[],
  ) {
    const study = { file: join(folder, 'lpcam.json'), ...(bank === null ? {} : { bank }) };
    const result = await makeSeeds({
      ids,
      outputs,
      force: false,
      explain: (id) =>
        explainWhole(
          engine,
          { study, image: join(data, 'JPEGImages', `${id}.jpg`), classes: null, deviceChoice: 'cpu' },
          signal,
        ),
      signal,
      onProgress: () => undefined,
    });
    expect(result.failed).toEqual([]);
  }

  function score(seeds: string, ids: readonly string[]): Promise<Evaluation> {
    return evaluateSeeds({
      seeds,
      masks: join(data, 'SegmentationClass'),
      ids,
      classes,
      thresholds: reference?.val.cam.sweep.map(({ threshold }) => threshold) ?? [],
      allowMissing: false,
      signal,
      onProgress: () => undefined,
    });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpcam scores-'));
    const study = {
      preset: 'voc',
      checkpoint: join(shared, 'models/mobilenetv2-voc20.onnx'),
      classes: join(data, 'classes.txt'),
      dataset: {
        images: join(data, 'JPEGImages'),
        list: join(data, 'ImageSets/Segmentation/train.txt'),
        labels: join(data, 'cls_labels.npy'),
        masks: join(data, 'SegmentationClass'),
      },
      bank: join(folder, 'own.safetensors'),
      device: 'cpu',
    };
    await writeFile(join(folder, 'lpcam.json'), JSON.stringify(study));
    const list = join(data, 'ImageSets/Segmentation/val.txt');
    const ids = readImageList(readFileSync(list, 'utf8'), list);
    const place = (name: string) => join(folder, name);
    const engine = new Engine();
    try {
      await seed(engine, join(shared, 'golden/lpcam/class_ceneters.pt'), ids, [
        { method: 'cam', folder: place('cam') },
        { method: 'lpcam', folder: place('published') },
      ]);
      cam = await score(place('cam'), ids);
      publishedBank = await score(place('published'), ids);
      await engine.cluster(
        { study: { file: place('lpcam.json') }, deviceChoice: 'cpu' },
        () => undefined,
        signal,
      );
      await seed(engine, null, ids, [{ method: 'lpcam', folder: place('own') }]);
      ownBank = await score(place('own'), ids);
    } finally {
      await engine.dispose();
    }
  }, 20 * minutes);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  function expectSweep(evaluation: Evaluation, wanted: Sweep | undefined, points: number): void {
    expect(evaluation.images).toBe(98);
    for (const [index, entry] of (wanted?.sweep ?? []).entries()) {
      const scores = evaluation.sweep[index]?.scores;
      const at = `threshold ${entry.threshold}`;
      expect(Math.abs(100 * (scores?.miou ?? NaN) - entry.miou), `mIoU at ${at}`).toBeLessThan(points);
      expect(Math.abs(100 * (scores?.fp ?? NaN) - entry.fp), `FP at ${at}`).toBeLessThan(points);
      expect(Math.abs(100 * (scores?.fn ?? NaN) - entry.fn), `FN at ${at}`).toBeLessThan(points);
      expect(Math.abs(100 * (scores?.fpShare ?? NaN) - entry.fp_share), `FP share at ${at}`).toBeLessThan(
        points,
      );
    }
  }

  it('CAM: mIoU, FP and FN equal the reference at every threshold, to 0.1 point', () => {
    expectSweep(cam, reference?.val.cam, 0.1);
    expect(cam.best.threshold).toBe(reference?.val.cam.best[0]);
  });

  it('LPCAM with the reference prototypes: the same', () => {
    expectSweep(publishedBank, reference?.val.lpcam, 0.1);
    expect(publishedBank.best.threshold).toBe(reference?.val.lpcam.best[0]);
  });

  it('LPCAM with prototypes clustered here: mIoU at its best threshold within 1 point', () => {
    const [, miou = NaN] = reference?.val.lpcam.best ?? [];
    expect(ownBank.images).toBe(98);
    expect(Math.abs(100 * (ownBank.best.scores.miou ?? NaN) - miou)).toBeLessThan(1);
  });
});
