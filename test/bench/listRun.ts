/**
 * What an image costs besides its network where its study has a long list: a study is resolved for every image, and nothing of
 * that may grow with the list. The demo's network and images; the list's other ids are made up and stand nowhere but in list and labels.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineProcess } from './engineProcess';
import { median } from './median';
import { pictureRun } from './pictureRun';

export interface ListRun {
  /** Ids in the list and in the labels. */
  readonly ids: number;
  /** The first image, milliseconds from request to full map: reading the list is part of it. */
  readonly first: number;
  /** Milliseconds from request to full map, without the network; median of the images after it. */
  readonly besides: number;
  readonly images: number;
}

const lengths = [10, 3_000, 300_000] as const;
const images = 20;

async function writeStudy(root: string, folder: string, ids: readonly string[]): Promise<string> {
  const demo = join(root, 'demo');
  const classes = readFileSync(join(demo, 'classes.txt'), 'utf8').trim().split('\n');
  const name = `list-${ids.length}`;
  const labels = ids.map((id, i) => [
    id,
    [classes[i % classes.length], classes[(i * 7 + 3) % classes.length]],
  ]);
  await writeFile(join(folder, `${name}.txt`), ids.join('\n'));
  await writeFile(join(folder, `${name}.labels.json`), JSON.stringify(Object.fromEntries(labels)));
  const study = {
    checkpoint: join(demo, 'checkpoints/demo_cam.onnx'),
    classes: join(demo, 'classes.txt'),
    dataset: {
      images: join(demo, 'JPEGImages'),
      list: `${name}.txt`,
      labels: `${name}.labels.json`,
      masks: join(demo, 'SegmentationClass'),
    },
    bank: join(folder, 'list.safetensors'),
    device: 'cpu',
  };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(study));
  return join(folder, `${name}.json`);
}

/** Each image goes through one study after the other, each in an engine of its own. */
export async function listRun(root: string, folder: string): Promise<ListRun[]> {
  const demo = join(root, 'demo');
  const val = readFileSync(join(demo, 'ImageSets/Segmentation/val.txt'), 'utf8').trim().split('\n');
  const real = val.slice(0, images + 1);
  const studies: { ids: number; study: string; engine: EngineProcess; times: number[]; first: number }[] = [];
  try {
    for (const length of lengths) {
      const made = Array.from({ length }, (_, i) => `made/COCO_train2014_${String(i).padStart(12, '0')}`);
      const ids = [...real, ...made];
      const study = await writeStudy(root, folder, ids);
      const engine = await EngineProcess.start(join(root, 'dist/engine.cjs'));
      studies.push({ ids: ids.length, study, engine, times: [], first: 0 });
    }
    for (const [place, id] of real.entries())
      for (const one of studies) {
        const image = join(demo, 'JPEGImages', `${id}.jpg`);
        const { run } = await pictureRun(one.engine, one.study, image);
        if (place === 0) one.first = run.fullMap;
        else one.times.push(run.fullMap - run.network);
      }
  } finally {
    for (const { engine } of studies) engine.stop();
  }
  return studies.map(({ ids, first, times }) => ({
    ids,
    first,
    besides: median(times),
    images: times.length,
  }));
}

export function listText(runs: readonly ListRun[]): string {
  return [
    '== an image of a study with a list of so many ids, ms from request to full map',
    `${'ids'.padStart(10)}${'besides the network'.padStart(22)}${'first image, whole'.padStart(22)}`,
    ...runs.map(
      ({ ids, besides, first }) =>
        `${String(ids).padStart(10)}${besides.toFixed(1).padStart(22)}${first.toFixed(0).padStart(22)}`,
    ),
  ].join('\n');
}
