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
import { scoreSeeds } from '../../src/engine/scoring/scoreSeeds';
import { explainWhole } from '../../src/engine/explanation';
import { makeSeeds } from '../../src/engine/seeds/seedsJob';
import { listedClasses } from '../../src/engine/study/dataset';
import { resolveStudy } from '../../src/engine/study/resolve';
import type { SeedMethod } from '../../src/lpcam/seedSchemas';
import { readImageList } from '../../src/formats/imageList';
import { sweepScores } from '../../src/lpcam/triage/thresholdChoice';
import { datasetTotals } from '../../src/lpcam/triage/datasetScores';

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
const data = join(shared, 'data/voc-animals');
const scoresFile = join(shared, 'golden/scores.json');
const present = existsSync(scoresFile);

interface Sweep {
  readonly best: readonly [threshold: number, miou: number];
  readonly sweep: readonly { threshold: number; miou: number; fp: number; fn: number; fp_share: number }[];
}
type Reference = Record<Part, Record<SeedMethod, Sweep>>;

/** A few minutes on two quiet cores; busy machines take several times as long. */
const longest = 40 * 60_000;

type Part = 'train' | 'val';

describe.skipIf(!present)('seed scores on voc-animals', () => {
  const reference = present ? (JSON.parse(readFileSync(scoresFile, 'utf8')) as Reference) : null;
  const classes = present ? readFileSync(join(data, 'classes.txt'), 'utf8').trim().split(/\s+/) : [];
  const stop = new AbortController();
  const { signal } = stop;
  let folder: string;
  let engine: Engine;

  const listFile = (part: Part) => join(data, `ImageSets/Segmentation/${part}.txt`);
  const idsOf = (part: Part) => readImageList(readFileSync(listFile(part), 'utf8'), listFile(part));
  const studyFile = (part: Part) => join(folder, `${part}.json`);

  /** Both score the classes of the train list: two occur in the val list alone, and count as missed. */
  async function writeStudy(part: Part, bank: string): Promise<void> {
    const study = {
      preset: 'voc',
      checkpoint: join(shared, 'models/mobilenetv2-voc20.onnx'),
      classes: join(data, 'classes.txt'),
      dataset: {
        images: join(data, 'JPEGImages'),
        list: listFile('train'),
        labels: join(data, 'cls_labels.npy'),
        masks: join(data, 'SegmentationClass'),
      },
      bank,
      device: 'cpu',
    };
    await writeFile(studyFile(part), JSON.stringify(study));
  }

  /** Seeds of a list by both methods, from one run of the network per image. */
  async function seed(part: Part): Promise<void> {
    const study = await resolveStudy({ file: studyFile(part) });
    const result = await makeSeeds({
      ids: idsOf(part),
      classes: listedClasses(study.dataset),
      outputs: [
        { method: 'cam', schema: 'irn', folder: join(folder, part, 'cam') },
        { method: 'lpcam', schema: 'irn', folder: join(folder, part, 'lpcam') },
      ],
      threshold: 0.3,
      plain: false,
      force: false,
      inFlight: 3,
      explain: (id) =>
        explainWhole(
          engine,
          {
            study: { file: studyFile(part) },
            image: join(data, 'JPEGImages', `${id}.jpg`),
            classes: null,
            deviceChoice: 'cpu',
          },
          signal,
        ),
      signal,
      onProgress: () => undefined,
    });
    expect(result.failed).toEqual([]);
  }

  function score(part: Part, method: SeedMethod): Promise<Evaluation> {
    return evaluateSeeds({
      seeds: join(folder, part, method),
      masks: join(data, 'SegmentationClass'),
      ids: idsOf(part),
      classes,
      thresholds: reference?.val.cam.sweep.map(({ threshold }) => threshold) ?? [],
      allowMissing: false,
      saliency: null,
      signal,
      onProgress: () => undefined,
    });
  }

  /** Scored in one pass over each image, from columns of counts, as "Score Seeds" does. */
  async function scoreByCounts(part: Part, method: SeedMethod): Promise<Evaluation> {
    const scores = await scoreSeeds({
      study: { file: studyFile(part) },
      seeds: [join(folder, part, method)],
      masks: join(data, 'SegmentationClass'),
      list: { path: listFile(part) },
      thresholds: reference?.val.cam.sweep.map(({ threshold }) => threshold) ?? [],
      keep: false,
      script: null,
      signal,
      onProgress: () => undefined,
    });
    expect(scores.problems).toEqual([]);
    const { columns, sweep, thresholds } = scores.first;
    const { entries, best } = sweepScores(datasetTotals(columns, scores.classes.length), sweep, true);
    const swept = entries.map(({ place, scores: found }) => ({
      threshold: thresholds[place] ?? 0,
      scores: found,
    }));
    const top = swept[entries.findIndex(({ place }) => place === best)];
    if (top === undefined) throw new Error('nothing was scored');
    return {
      images: scores.ids.length,
      missing: scores.missing,
      classes: scores.classes,
      sweep: swept,
      best: top,
      dead: [],
    };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpcam scores-'));
    await writeStudy('val', join(shared, 'golden/lpcam/class_ceneters.pt'));
    await writeStudy('train', 'own.safetensors');
    engine = new Engine();
  });

  afterAll(async () => {
    stop.abort();
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  function expectSweep(evaluation: Evaluation, wanted: Sweep | undefined): void {
    for (const [index, entry] of (wanted?.sweep ?? []).entries()) {
      const scores = evaluation.sweep[index]?.scores;
      const close = (ours: number | null | undefined, theirs: number, what: string) =>
        expect(
          Math.abs(100 * (ours ?? NaN) - theirs),
          `${what} at threshold ${entry.threshold}`,
        ).toBeLessThan(0.01);
      close(scores?.miou, entry.miou, 'mIoU');
      close(scores?.fp, entry.fp, 'FP');
      close(scores?.fn, entry.fn, 'FN');
      close(scores?.fpShare, entry.fp_share, 'FP share');
    }
    expect(evaluation.best.threshold).toBe(wanted?.best[0]);
  }

  describe('val list, prototypes of the reference', () => {
    beforeAll(() => seed('val'), longest);

    it.each(['cam', 'lpcam'] as const)('%s: equals the reference at every threshold', async (method) => {
      const evaluation = await score('val', method);
      expect(evaluation.images).toBe(98);
      expectSweep(evaluation, reference?.val[method]);
      const counted = await scoreByCounts('val', method);
      expect(counted.images).toBe(98);
      // The seeds are the same: nothing may differ.
      expect(counted.sweep).toEqual(evaluation.sweep);
      const [, wanted = NaN] = reference?.val[method].best ?? [];
      const difference = Math.abs(100 * (counted.best.scores.miou ?? NaN) - wanted);
      // The reference's file has two digits of the best.
      expect(difference).toBeLessThan(0.01);
    });
  });

  describe('train list, prototypes clustered here', () => {
    beforeAll(async () => {
      const study = { file: studyFile('train') };
      await engine.clustering.cluster({ study, deviceChoice: 'cpu' }, () => undefined, signal);
      await seed('train');
    }, longest);

    it('cam: equals the reference at every threshold', async () => {
      const evaluation = await score('train', 'cam');
      expect(evaluation.images).toBe(221);
      expectSweep(evaluation, reference?.train.cam);
    });

    // The random start decides much: seeds 0 to 7 give 35.5 to 39.9, the reference's own start rows its own figure.
    it('lpcam: the best mIoU lies within 1 point of the reference', async () => {
      const [, miou = NaN] = reference?.train.lpcam.best ?? [];
      const { images, best } = await score('train', 'lpcam');
      expect(images).toBe(221);
      expect(Math.abs(100 * (best.scores.miou ?? NaN) - miou)).toBeLessThan(1);
    });
  });
});
