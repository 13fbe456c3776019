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

/** A few minutes on two quiet cores; busy machines take several times as long. */
const longest = 40 * 60_000;

describe.skipIf(!present)('seed scores on voc-animals', () => {
  const reference = present ? (JSON.parse(readFileSync(scoresFile, 'utf8')) as Reference) : null;
  const classes = present ? readFileSync(join(data, 'classes.txt'), 'utf8').trim().split(/\s+/) : [];
  const stop = new AbortController();
  const { signal } = stop;
  let folder: string;
  let ids: readonly string[];
  let engine: Engine;

  /**
   * The reference scored CAM and LPCAM for the classes its bank has: those of the train list. Two classes occur in the
   * val list alone, where their CAMs are left out (they count as missed, in both figures).
   */
  function labelsOfReference(): Record<string, string[]> {
    const { labels } = JSON.parse(readFileSync(join(data, 'labels.json'), 'utf8')) as {
      labels: Record<string, string[]>;
    };
    const bank = JSON.parse(readFileSync(join(shared, 'golden/lpcam/bank.json'), 'utf8')) as object;
    return Object.fromEntries(
      Object.entries(labels).map(([id, names]) => [id, names.filter((name) => name in bank)]),
    );
  }

  /** Seeds of the val list, one run of the network per image for all outputs. */
  async function seed(bank: string | null, outputs: readonly SeedsOutput[]): Promise<void> {
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

  function score(seeds: string): Promise<Evaluation> {
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
        labels: 'labels.json',
        masks: join(data, 'SegmentationClass'),
      },
      bank: join(folder, 'own.safetensors'),
      device: 'cpu',
    };
    await writeFile(join(folder, 'lpcam.json'), JSON.stringify(study));
    await writeFile(join(folder, 'labels.json'), JSON.stringify(labelsOfReference()));
    const list = join(data, 'ImageSets/Segmentation/val.txt');
    ids = readImageList(readFileSync(list, 'utf8'), list);
    engine = new Engine();
  });

  afterAll(async () => {
    stop.abort();
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

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

  describe('of CAM and of LPCAM with the reference prototypes', () => {
    beforeAll(async () => {
      await seed(join(shared, 'golden/lpcam/class_ceneters.pt'), [
        { method: 'cam', folder: join(folder, 'cam') },
        { method: 'lpcam', folder: join(folder, 'published') },
      ]);
    }, longest);

    it.each([
      ['cam', 'cam'],
      ['lpcam', 'published'],
    ] as const)(
      '%s: mIoU, FP and FN equal the reference at every threshold, to 0.1 point',
      async (method, name) => {
        const evaluation = await score(join(folder, name));
        expectSweep(evaluation, reference?.val[method], 0.1);
        expect(evaluation.best.threshold).toBe(reference?.val[method].best[0]);
      },
    );
  });

  describe('of LPCAM with prototypes clustered here', () => {
    beforeAll(async () => {
      const study = { file: join(folder, 'lpcam.json') };
      await engine.cluster({ study, deviceChoice: 'cpu' }, () => undefined, signal);
      await seed(null, [{ method: 'lpcam', folder: join(folder, 'own') }]);
    }, longest);

    it('have their best mIoU within 1 point of the reference', async () => {
      const [, miou = NaN] = reference?.val.lpcam.best ?? [];
      const { images, best } = await score(join(folder, 'own'));
      expect(images).toBe(98);
      expect(Math.abs(100 * (best.scores.miou ?? NaN) - miou)).toBeLessThan(1);
    });
  });
});
