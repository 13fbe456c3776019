import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBank } from '../../../src/engine/bankFile';
import { clusterStudy } from '../../../src/engine/clustering/clusterStudy';
import type { ClusterOptions } from '../../../src/engine/clustering/studyClustering';
import { InputMaker } from '../../../src/engine/image/inputMaker';
import type { ResolvedStudy } from '../../../src/engine/study/resolvedStudy';
import { presets } from '../../../src/lpcam/presets';
import type { Clustering } from '../../../src/lpcam/presets';
import { loadCamNetwork } from '../../../src/network/loadNetwork';
import { channels, flatten, gap, gemm, model } from '../network/syntheticModel';

const classNames = ['red', 'green', 'blue'];
const network = loadCamNetwork(
  model((builder, features) => gemm(builder, flatten(builder, gap(builder, features)))),
  'net.onnx',
  { features: null, classifier: null },
);

let folder: string;
const path = (...parts: string[]) => join(folder, ...parts);

/** Photographs of coloured noise, 24 x 20. */
async function writeImage(id: string, seed: number): Promise<void> {
  const [width, height] = [24, 20];
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * i * 31 + seed * 977 + (i % 7) * 40) % 256,
  );
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path('images', `${id}.png`));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam-cluster-'));
  await mkdir(path('images'));
  for (const [seed, id] of ['a', 'b', 'c', 'd'].entries()) await writeImage(id, seed);
});
afterEach(() => rm(folder, { recursive: true }));

function study(
  changes: { clustering?: Partial<Clustering>; labels?: Record<string, number[]> } = {},
): ResolvedStudy {
  const labels = changes.labels ?? { a: [0], b: [0, 1], c: [1], d: [0] };
  return {
    file: null,
    folder,
    name: 'noise',
    checkpoint: path('net.onnx'),
    follow: null,
    system: null,
    classes: classNames,
    classesFrom: 'study',
    classesFile: null,
    dataset: {
      images: path('images'),
      list: null,
      ids: Object.keys(labels),
      labelsFile: null,
      labels: new Map(Object.entries(labels)),
      masks: null,
      saliency: null,
    },
    network: {
      features: null,
      classifier: null,
      stride: null,
      predictor: null,
      graph: null,
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
    },
    settings: {
      ...presets.voc,
      clustering: { ...presets.voc.clustering, k: 4, tolerance: 1e-4, ...changes.clustering },
    },
    preset: 'voc',
    stages: {},
    seedsFolder: path('seeds'),
    bankPath: path('out', 'bank.safetensors'),
    device: 'cpu',
    precision: 'auto',
    slurm: {},
    notices: [],
  };
}

function cluster(of: ResolvedStudy, changes: Partial<ClusterOptions> = {}) {
  return clusterStudy({
    study: of,
    network,
    checkpointHash: 'abc',
    device: 'cpu',
    precision: 'full',
    inputs: new InputMaker(null),
    classNames,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  });
}

describe('clustering a study', () => {
  it('writes a bank of both sets of each class, and leaves nothing else', async () => {
    const { bank, notices } = await cluster(study());
    expect(await readdir(path('out'))).toEqual(['bank.safetensors']);
    expect(await readBank(study().bankPath, classNames)).toEqual(bank);
    expect(notices.filter(({ kind }) => kind === 'class-without-images')).toMatchObject([{ classIndex: 2 }]);
    expect(bank).toMatchObject({ channels, classes: classNames, alreadyGated: false });
    expect(bank.provenance).toMatchObject({
      checkpointHash: 'abc',
      device: 'cpu',
      inference: presets.voc.inference,
    });
    for (const trace of bank.traces) {
      const centres = bank.centres.filter(
        ({ classIndex, set }) => classIndex === trace.classIndex && set === trace.set,
      );
      expect(centres).toHaveLength(trace.k);
      expect(centres.reduce((sum, { size }) => sum + size, 0)).toBe(trace.rows);
      for (const { scores } of centres) expect(scores.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
    // Stride 2: 12 x 10 positions an image, less those exactly at the threshold.
    const rowsOf = (classIndex: number) =>
      bank.traces.filter((trace) => trace.classIndex === classIndex).reduce((sum, { rows }) => sum + rows, 0);
    expect(rowsOf(0)).toBe(360);
    expect(rowsOf(1)).toBe(240);
  });

  it('measures how far the rows of each centre lie from it', async () => {
    const { bank } = await cluster(study());
    for (const { spread, size } of bank.centres) {
      // A cluster that ended empty has no rows to be near or far.
      if (size === 0) expect(spread).toBeNull();
      else expect(spread).toBeLessThan(1);
      if (size === 1) expect(spread).toBeCloseTo(0, 5);
    }
    // One centre for all rows lies farther from them than four.
    const [one] = (
      await cluster({ ...study({ clustering: { k: 1 } }), bankPath: path('one', 'bank.safetensors') })
    ).bank.centres;
    const four = bank.centres.filter((other) => other.classIndex === 0 && other.set === one?.set);
    const rows = four.reduce((sum, { size }) => sum + size, 0);
    const mean = four.reduce((sum, { size, spread }) => sum + size * (spread ?? 0), 0) / rows;
    expect(mean).toBeLessThan(one?.spread ?? 0);
  });

  it('names the nearest patches of each centre, best first, at most two of an image and not side by side', async () => {
    const { bank } = await cluster(study());
    for (const { patches, classIndex } of bank.centres) {
      expect(patches.length).toBeGreaterThan(0);
      const cosines = patches.map(({ cosine }) => cosine ?? NaN);
      expect(cosines).toEqual([...cosines].sort((a, b) => b - a));
      for (const patch of patches) {
        expect(classIndex === 0 ? ['a', 'b', 'd'] : ['b', 'c']).toContain(patch.image);
        expect(patch.row).toBeLessThan(10);
        expect(patch.column).toBeLessThan(12);
        const others = patches.filter((other) => other !== patch && other.image === patch.image);
        expect(others.length).toBeLessThan(2);
        for (const other of others)
          expect(
            Math.max(Math.abs(other.row - patch.row), Math.abs(other.column - patch.column)),
          ).toBeGreaterThan(2);
      }
    }
  });

  it('gives the same bank again for the same seed', async () => {
    const first = (await cluster(study())).bank;
    const second = (await cluster(study())).bank;
    expect(second.centres).toEqual(first.centres);
    expect((await cluster(study({ clustering: { seed: 1 } }))).bank.centres).not.toEqual(first.centres);
  });

  it('goes on where a cancelled run stopped, without the images', async () => {
    const whole = (await cluster(study())).bank;
    await rm(path('out'), { recursive: true });
    const controller = new AbortController();
    const onProgress: ClusterOptions['onProgress'] = ({ stage }) => {
      if (stage.startsWith('Clustering green')) controller.abort();
    };
    await expect(cluster(study(), { onProgress, signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(existsSync(study().bankPath)).toBe(false);
    expect(await readdir(path('out', 'bank.safetensors.work'))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^class-0-/),
        'features.bin',
        'features.jsonl',
        'manifest.json',
      ]),
    );
    await rm(path('images'), { recursive: true });
    const resumed = await cluster(study());
    expect(resumed.bank.centres).toEqual(whole.centres);
    expect(await readdir(path('out'))).toEqual(['bank.safetensors']);
  });

  it('throws away what was made with other settings', async () => {
    const controller = new AbortController();
    const onProgress: ClusterOptions['onProgress'] = ({ done }) => {
      if (done === 2) controller.abort();
    };
    await expect(cluster(study(), { onProgress, signal: controller.signal })).rejects.toThrow();
    await rm(path('images'), { recursive: true });
    await expect(cluster(study({ clustering: { split: 0.2 } }))).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/none of the 4 training images can be used/) as string,
    });
  });

  it('survives a cache cut short by a crash', async () => {
    const controller = new AbortController();
    const onProgress: ClusterOptions['onProgress'] = ({ done }) => {
      if (done === 3) controller.abort();
    };
    await expect(cluster(study(), { onProgress, signal: controller.signal })).rejects.toThrow();
    const index = path('out', 'bank.safetensors.work', 'features.jsonl');
    const text = await readFile(index, 'utf8');
    expect(text.trim().split('\n')).toHaveLength(3);
    await writeFile(index, text.slice(0, -20));
    const resumed = (await cluster(study())).bank;
    expect(resumed.centres).toEqual((await cluster(study())).bank.centres);
  });

  /** A run that is cancelled once it has finished the class red (images a, b, d). */
  async function cancelAfterRed(): Promise<void> {
    const controller = new AbortController();
    const onProgress: ClusterOptions['onProgress'] = ({ stage }) => {
      if (stage.startsWith('Clustering green')) controller.abort();
    };
    await expect(cluster(study(), { onProgress, signal: controller.signal })).rejects.toThrow();
  }

  it("survives a class's file cut short by a crash", async () => {
    await cancelAfterRed();
    const work = path('out', 'bank.safetensors.work');
    const [red = ''] = (await readdir(work)).filter((name) => name.startsWith('class-0-'));
    await writeFile(join(work, red), 'torn');
    const resumed = (await cluster(study())).bank;
    expect(resumed.centres).toEqual((await cluster(study())).bank.centres);
  });

  it('extracts anew what changed on disk since it was cancelled, and clusters its classes again', async () => {
    await cancelAfterRed();
    await writeImage('d', 40);
    const resumed = (await cluster(study())).bank;
    expect(resumed.centres).toEqual((await cluster(study())).bank.centres);
  });

  it('leaves out an image that cannot be read, and says so', async () => {
    await writeFile(path('images', 'a.png'), 'no picture');
    await rm(path('images', 'd.png'));
    const { notices } = await cluster(study());
    const left = notices.filter(({ kind }) => kind === 'image-unreadable').map(({ message }) => message);
    expect(left).toHaveLength(2);
    expect(left[0]).toContain('a.png');
    expect(left[1]).toMatch(/^d was left out: there is no such image/);
  });

  it('draws images per class with replacement when the study says how many', async () => {
    const { bank } = await cluster(study({ clustering: { imagesPerClass: 5 } }));
    const rows = bank.traces
      .filter(({ classIndex }) => classIndex === 1)
      .reduce((sum, trace) => sum + trace.rows, 0);
    expect(rows).toBe(5 * 120);
  });

  it('says when there are fewer rows than K', async () => {
    const { bank, notices } = await cluster(study({ clustering: { k: 1000, maxIterations: 2 } }));
    expect(bank.traces.every(({ k, rows }) => k === rows)).toBe(true);
    expect(notices.filter(({ kind }) => kind === 'fewer-rows-than-k')).toHaveLength(4);
  });

  it('says when a class has no position on one side', async () => {
    const { bank, notices } = await cluster(study({ clustering: { split: 1 } }));
    expect(bank.centres.every(({ set }) => set === 'background')).toBe(true);
    expect(notices.filter(({ kind }) => kind === 'no-rows').map(({ classIndex }) => classIndex)).toEqual([
      0, 1,
    ]);
  });

  it('resizes every image to the size a network is bound to', async () => {
    const { bank } = await cluster(study(), { network: { ...network, fixedSize: [16, 16] } });
    const rows = bank.traces
      .filter(({ classIndex }) => classIndex === 1)
      .reduce((sum, trace) => sum + trace.rows, 0);
    expect(rows).toBe(2 * 8 * 8);
  });

  it('refuses to work beside another run on the same bank', async () => {
    await mkdir(path('out', 'bank.safetensors.work'), { recursive: true });
    const lock = path('out', 'bank.safetensors.work', 'lock.json');
    await writeFile(lock, JSON.stringify({ host: 'elsewhere', pid: 1 }));
    await expect(cluster(study())).rejects.toThrow(/being clustered already, by process 1 on elsewhere/);
    // Left by a process of this machine that is gone.
    await writeFile(lock, 'torn');
    await cluster(study());
  });

  it('says what the study lacks', async () => {
    const whole = study();
    const without = (dataset: Partial<ResolvedStudy['dataset']>): ResolvedStudy => ({
      ...whole,
      dataset: { ...whole.dataset, ...dataset },
    });
    await expect(cluster(without({ labels: null }))).rejects.toThrow(/image-level labels.*lpcam\.json/);
    await expect(cluster(without({ images: null }))).rejects.toThrow(/training images.*lpcam\.json/);
    await expect(cluster(study({ labels: { a: [7] } }))).rejects.toThrow(/image a has class 7.*3 classes/);
    await expect(cluster(study({ labels: { a: [] } }))).rejects.toThrow(
      /none of the 1 training images has a label/,
    );
  });

  it('says when the bank cannot be written there', async () => {
    await writeFile(path('file'), '');
    const blocked = { ...study(), bankPath: path('file', 'bank.safetensors') };
    await expect(cluster(blocked)).rejects.toMatchObject({ name: 'InputError' });
  });
});
