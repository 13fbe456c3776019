/** Scores against confusion matrices counted by hand. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { evaluateSeeds, type Evaluation, type EvaluationOptions } from '../../../src/engine/evaluate';
import { writeLabelPng } from '../../../src/formats/mask';
import { writeIrnSeed } from '../../../src/formats/seedWriter';
import { fixture } from '../fixture';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam evaluate-'));
  for (const name of ['seeds', 'masks']) await mkdir(join(folder, name));
  return () => rm(folder, { recursive: true, force: true });
});

const width = 4;
const height = 1;

async function image(id: string, maps: Record<number, number[]>, labels: number[]): Promise<void> {
  const planes = Object.values(maps).map((values) => ({ height, width, data: Float32Array.from(values) }));
  const seed = { keys: Object.keys(maps).map(Number), highRes: planes, strided: planes };
  await writeFile(join(folder, 'seeds', `${id}.npy`), writeIrnSeed(seed));
  await writeFile(join(folder, 'masks', `${id}.png`), writeLabelPng(Uint8Array.from(labels), width, height));
}

function evaluate(options: Partial<EvaluationOptions> = {}): Promise<Evaluation> {
  return evaluateSeeds({
    seeds: join(folder, 'seeds'),
    masks: join(folder, 'masks'),
    ids: null,
    classes: ['cat', 'dog', 'cow'],
    thresholds: [0.5],
    allowMissing: false,
    saliency: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
}

describe('scores of seeds', () => {
  it('come from one confusion matrix over all images', async () => {
    // seed: cat cat bg bg, mask: cat bg bg cat
    await image('a', { 0: [0.9, 0.8, 0.1, 0.2] }, [1, 0, 0, 1]);
    // seed: dog cat bg (ignored), mask: dog dog bg 255
    await image('b', { 0: [0.1, 0.9, 0.3, 0.9], 1: [0.7, 0.6, 0.4, 0.1] }, [2, 2, 0, 255]);
    const { images, best } = await evaluate();
    expect(images).toBe(2);
    const { scores } = best;
    // background: both 2, truth 3, predicted 3; cat: 1 of 3 + 2 - 1; dog: 1 of 2
    expect(scores.iou).toEqual([2 / 4, 1 / 4, 1 / 2, null]);
    expect(scores.miou).toBeCloseTo((0.5 + 0.25 + 0.5) / 3, 12);
    // 1 - truth/union: cat 1 - 2/4, dog 1 - 2/2; 1 - predicted/union: cat 1 - 3/4, dog 1 - 1/2
    expect(scores.fp).toBeCloseTo((0.5 + 0) / 2, 12);
    expect(scores.fn).toBeCloseTo((0.25 + 0.5) / 2, 12);
    expect(scores.fpShare).toBeCloseTo(1 / 4, 12);
  });

  it('of .npz files are those of the same maps in .npy files', async () => {
    const mask = Uint8Array.from({ length: 14 * 10 }, (_, i) => [0, 2, 4][i % 3] ?? 0);
    await writeFile(join(folder, 'masks', 'a.png'), writeLabelPng(mask, 14, 10));
    const classes = ['cat', 'dog', 'cow', 'hen'];
    const scores = [];
    for (const suffix of ['npy', 'npz']) {
      await writeFile(join(folder, 'seeds', `a.${suffix}`), fixture(`formats/seed-irn.${suffix}`));
      scores.push((await evaluate({ classes })).best.scores);
      await rm(join(folder, 'seeds', `a.${suffix}`));
    }
    expect(scores[0]?.miou).toBeGreaterThan(0);
    expect(scores[1]).toEqual(scores[0]);
  });

  it('find the best threshold of a sweep', async () => {
    await image('a', { 0: [0.9, 0.6, 0.3, 0.1] }, [1, 1, 0, 0]);
    const { best, sweep } = await evaluate({ thresholds: [0.2, 0.5, 0.8] });
    expect(sweep.map(({ scores }) => scores.miou)).toEqual([
      expect.closeTo((1 / 2 + 2 / 3) / 2, 12),
      1,
      expect.closeTo((2 / 3 + 1 / 2) / 2, 12),
    ]);
    expect(best.threshold).toBe(0.5);
  });

  it('joined with saliency maps are swept over theta, and need a map of every image', async () => {
    const saliency = join(folder, 'saliency');
    await mkdir(saliency);
    await image('a', { 0: [0.9, 1, 0.3, 0.1] }, [1, 1, 0, 0]);
    await expect(evaluate({ saliency })).rejects.toThrow(/a\.png does not exist: every image scored needs/);
    // The second pixel is not salient, but its class is certain.
    const map = Uint8Array.of(60, 0, 10, 30);
    await writeFile(join(saliency, 'a.png'), writeLabelPng(map, width, height));
    const { sweep } = await evaluate({ saliency, thresholds: [0.05, 0.4, 0.7] });
    expect(sweep.map(({ scores }) => scores.miou)).toEqual([
      expect.closeTo((0 + 2 / 4) / 2, 12),
      1,
      expect.closeTo((2 / 3 + 1 / 2) / 2, 12),
    ]);
    await writeFile(join(saliency, 'a.png'), writeLabelPng(map, 2, 2));
    await expect(evaluate({ saliency })).rejects.toThrow(/saliency map .*a\.png is 2 x 2, the mask 4 x 1/);
  });

  it('give a value equal to the threshold to the background', async () => {
    await image('a', { 0: [0.5, 0.5, 0.75, 0] }, [0, 0, 1, 0]);
    expect((await evaluate()).best.scores.miou).toBe(1);
  });

  it('count the classes that occur when nobody names them', async () => {
    await image('a', { 1: [0.9, 0.9, 0, 0] }, [2, 2, 0, 0]);
    const { classes, best } = await evaluate({ classes: null });
    expect(classes).toEqual(['class 0', 'class 1']);
    expect(best.scores.miou).toBe(1);
  });

  it('count a dead seed (NaN in the published code) as background, and say which', async () => {
    await image('a', { 0: [NaN, NaN, NaN, NaN] }, [1, 1, 0, 0]);
    const { dead, best } = await evaluate();
    expect(dead).toEqual(['a']);
    expect(best.scores.iou.slice(0, 2)).toEqual([0.5, 0]);
  });

  it('report progress for every image', async () => {
    await image('a', { 0: [1, 1, 0, 0] }, [1, 1, 0, 0]);
    await image('b', { 0: [1, 1, 0, 0] }, [1, 1, 0, 0]);
    const seen: number[] = [];
    await evaluate({ onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([0, 1, 2]);
  });

  it('stop when they are cancelled', async () => {
    await image('a', { 0: [1, 1, 0, 0] }, [1, 1, 0, 0]);
    await expect(evaluate({ signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe('what cannot be scored', () => {
  it('names how many seeds are missing, and the first of them', async () => {
    await image('a', { 0: [1, 1, 0, 0] }, [1, 1, 0, 0]);
    await expect(evaluate({ ids: ['a', 'b', 'c'] })).rejects.toThrow(/2 of 3 images have no seed.*b, c/);
  });

  it('scores the others when it may', async () => {
    await image('a', { 0: [1, 1, 0, 0] }, [1, 1, 0, 0]);
    const { images, missing } = await evaluate({ ids: ['a', 'b'], allowMissing: true });
    expect({ images, missing }).toEqual({ images: 1, missing: ['b'] });
  });

  it('refuses when all are missing, also then', async () => {
    await expect(evaluate({ ids: ['b'], allowMissing: true })).rejects.toThrow(/none of the 1 images/);
  });

  it('names seed and mask of different sizes', async () => {
    await image('a', { 0: [1, 1, 0, 0] }, [1, 1, 0, 0]);
    await writeFile(join(folder, 'masks/a.png'), writeLabelPng(new Uint8Array(6), 3, 2));
    await expect(evaluate()).rejects.toThrow(/a\.npy is 4 x 1 pixels.*a\.png is 3 x 2/);
  });

  it('names a seed of a class that there is not', async () => {
    await image('a', { 7: [1, 1, 0, 0] }, [1, 1, 0, 0]);
    await expect(evaluate()).rejects.toThrow(/a\.npy has a map of class 7, but there are 3 classes/);
  });

  it('names a mask with a label that there is not', async () => {
    await image('a', { 0: [1, 1, 0, 0] }, [9, 1, 0, 0]);
    await expect(evaluate()).rejects.toMatchObject({
      name: 'InputError',
      where: { file: join(folder, 'masks/a.png') },
    });
  });

  it('refuses an empty folder', async () => {
    await expect(evaluate()).rejects.toThrow(/no seed files/);
  });

  it('does not follow ids out of the folder', async () => {
    await expect(evaluate({ ids: ['../../etc/passwd'] })).rejects.toThrow(/leads out of/);
  });
});
