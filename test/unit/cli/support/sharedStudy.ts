/** A study of some of the demo's images in a folder of its own. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './builtProgram';

const demo = join(root, 'demo');

/** What a study of the demo's data says, quick to compute. @param images its folder */
export function demoStudy(images: string, changes: object = {}): object {
  return {
    checkpoint: join(demo, 'checkpoints/demo_cam.onnx'),
    classes: join(demo, 'classes.txt'),
    dataset: {
      images,
      list: 'list.txt',
      labels: join(demo, 'labels.json'),
      masks: join(demo, 'SegmentationClass'),
    },
    clustering: { k: 3, maxIterations: 20 },
    inference: { scales: [1, 0.5], mirror: true },
    device: 'cpu',
    ...changes,
  };
}

/** @returns the images' ids */
export async function writeSharedStudy(folder: string, images: number, more: object = {}): Promise<string[]> {
  const train = await readFile(join(demo, 'ImageSets/Segmentation/train.txt'), 'utf8');
  const ids = train.trim().split('\n').slice(0, images);
  await mkdir(join(folder, 'images'), { recursive: true });
  for (const id of ids) await cp(join(demo, 'JPEGImages', `${id}.jpg`), join(folder, 'images', `${id}.jpg`));
  await writeFile(join(folder, 'list.txt'), ids.join('\n'));
  await writeFile(join(folder, 'lpcam.json'), JSON.stringify(demoStudy('images', more)));
  return ids;
}
