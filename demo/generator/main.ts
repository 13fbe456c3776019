/**
 * Draws the demo study: pictures, masks, lists and labels in VOC's layout. `npm run demo:generate [FOLDER]`.
 * The same seeds give the same scenes; the checkpoint is trained on them by demo/training/train.py.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { planSplit, splits } from './plan';
import { Random } from './random';
import { encodeMask, rasterMask, rasterPicture } from './raster';
import { classes, drawScene, type ClassName } from './scene';

/** Draws everything first and writes only then, so that a failure leaves the old study whole. */
async function generate(folder: string): Promise<void> {
  const files = new Map<string, Uint8Array | string>();
  const labels: Record<string, readonly ClassName[]> = {};
  for (const split of splits) {
    const scenes = planSplit(split);
    for (const { id, labels: wanted, seed } of scenes) {
      const random = new Random(seed);
      const scene = drawScene(random, wanted);
      files.set(join('JPEGImages', `${id}.jpg`), await rasterPicture(random, scene));
      const mask = encodeMask(await rasterMask(scene), scene.width, scene.height);
      files.set(join('SegmentationClass', `${id}.png`), mask);
      labels[id] = scene.labels;
    }
    const list = scenes.map(({ id }) => `${id}\n`).join('');
    files.set(join('ImageSets', 'Segmentation', `${split.name}.txt`), list);
  }
  files.set('classes.txt', `${classes.join('\n')}\n`);
  const rows = Object.entries(labels).map(
    ([id, names]) => `  ${JSON.stringify(id)}: ${JSON.stringify(names)}`,
  );
  files.set('labels.json', `{\n${rows.join(',\n')}\n}\n`);
  for (const made of ['JPEGImages', 'SegmentationClass', 'ImageSets']) {
    await rm(join(folder, made), { recursive: true, force: true });
  }
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

generate(resolve(process.argv[2] ?? 'demo')).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
