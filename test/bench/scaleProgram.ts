/**
 * Clustering of synthetic features in a process of its own: what `lpcam prototypes` does once the network has run. Turns:
 * `write` fills the feature cache, `cluster` gathers and clusters every class.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { clusterSet } from '../../src/engine/clustering/classCentres';
import { gatherClassRows } from '../../src/engine/clustering/classRows';
import type { ImageFeatures } from '../../src/engine/clustering/featureCache';
import { FeatureStore } from '../../src/engine/clustering/featureStore';
import { HalfCast } from '../../src/engine/clustering/halfCast';
import { RowMemory } from '../../src/engine/clustering/keptRows';
import { KmeansStep } from '../../src/engine/clustering/kmeansStep';
import { seededRandom } from '../../src/engine/clustering/random';
import { WorkFolder } from '../../src/engine/clustering/workFolder';
import { directions, fillRows } from './kmeansRows';
import { runProgram, takeTurns } from './takeTurns';

const taskSchema = z.object({
  folder: z.string(),
  images: z.int(),
  classes: z.int(),
  channels: z.int(),
  /** Of a feature map, both ways. */
  side: z.int(),
  k: z.int(),
  iterations: z.int(),
});
type Task = z.output<typeof taskSchema>;
const requestSchema = z.object({ phase: z.enum(['write', 'cluster']) });

/** Images that differ; the others are the same again, so that drawing numbers is not what is measured. */
const different = 20;
const { signal } = new AbortController();

async function someImages({ channels, side }: Task): Promise<Pick<ImageFeatures, 'rows'>[]> {
  const random = seededRandom(3);
  const base = directions(40, channels, random);
  const cast = await HalfCast.open();
  const images: Pick<ImageFeatures, 'rows'>[] = [];
  for (let i = 0; i < different; i++) {
    const rows = new Float32Array(side * side * channels);
    fillRows(rows, base, channels, random, null);
    images.push({ rows: await cast.halves(rows) });
  }
  await cast.release();
  return images;
}

/** Bytes of a folder's files now. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

class ScaleTask {
  private diskBytes = 0;

  constructor(
    private readonly task: Task,
    private readonly folder: WorkFolder,
    private readonly cache: FeatureStore,
  ) {}

  /** Images of a class: each shows one. */
  private imagesOf(classIndex: number): string[] {
    const ids: string[] = [];
    for (let image = classIndex; image < this.task.images; image += this.task.classes) ids.push(`i${image}`);
    return ids;
  }

  async write(images: readonly Pick<ImageFeatures, 'rows'>[]): Promise<void> {
    const { side, classes } = this.task;
    const random = seededRandom(9);
    for (let image = 0; image < this.task.images; image++) {
      const of = images[image % images.length];
      if (!of) throw new Error('no images');
      // Three positions in ten are the object's.
      const cam = Float32Array.from({ length: side * side }, () => (random() < 0.3 ? 1 : 0));
      const features = { ...of, height: side, width: side, cams: new Map([[image % classes, cam]]) };
      await this.cache.add(`i${image}`, '1', features);
    }
  }

  async cluster(): Promise<number> {
    const { channels, classes, k, iterations } = this.task;
    const step = await KmeansStep.open(channels, 'float16', 'cpu');
    const memory = new RowMemory();
    const weight = new Float32Array(classes * channels);
    const head = { channels, classes, weight, bias: null, hidden: [], scoring: 'linear' as const };
    const clustering = {
      k,
      split: 0.1,
      tolerance: 0,
      maxIterations: iterations,
      seed: 0,
      imagesPerClass: null,
    };
    for (let classIndex = 0; classIndex < classes; classIndex++) {
      const images = this.imagesOf(classIndex);
      const sets = await gatherClassRows(
        this.cache,
        this.folder,
        images,
        classIndex,
        channels,
        clustering.split,
        signal,
      );
      this.diskBytes = Math.max(this.diskBytes, await bytesIn(this.folder.path));
      for (const set of sets) {
        const options = { network: head, clustering, classIndex, step, memory, signal };
        await clusterSet(set, { ...options, onIteration: () => undefined });
      }
      for (const set of sets) await set.close();
    }
    await step.release();
    return this.diskBytes;
  }
}

async function main(): Promise<void> {
  const task = taskSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const folder = await WorkFolder.open(join(task.folder, 'bank.safetensors'), task);
  const cache = await FeatureStore.open(folder, task.channels, null);
  const images = await someImages(task);
  const scale = new ScaleTask(task, folder, cache);
  await takeTurns(
    'LPCAM Lens',
    (line) => requestSchema.parse(line),
    async ({ phase }) => {
      const diskBytes = phase === 'write' ? await scale.write(images).then(() => 0) : await scale.cluster();
      return () => Promise.resolve({ diskBytes });
    },
  );
  await cache.close();
  await folder.remove();
}

runProgram(main);
