/** What is measured: a study and some of its images. */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Subject {
  readonly name: string;
  readonly checkpoint: string;
  /** A study of its own with its own bank, so that a person's banks stay as they are. */
  readonly study: string;
  readonly images: readonly string[];
}

interface Source {
  readonly name: string;
  readonly checkpoint: string;
  readonly data: string;
  readonly labels: string;
}

/** Images evenly spread over the val list. */
function someImages(data: string, count: number): string[] {
  const list = readFileSync(join(data, 'ImageSets/Segmentation/val.txt'), 'utf8');
  const ids = list.split('\n').filter((line) => line.trim() !== '');
  const step = Math.max(1, Math.floor(ids.length / count));
  return ids
    .filter((_, index) => index % step === 0)
    .slice(0, count)
    .map((id) => join(data, 'JPEGImages', `${id.trim()}.jpg`));
}

async function subject(source: Source, folder: string, repeats: number): Promise<Subject> {
  const { name, checkpoint, data, labels } = source;
  const study = join(folder, `${name}.json`);
  const content = {
    preset: 'voc',
    checkpoint,
    classes: join(data, 'classes.txt'),
    dataset: {
      images: join(data, 'JPEGImages'),
      list: join(data, 'ImageSets/Segmentation/train.txt'),
      labels: join(data, labels),
      masks: join(data, 'SegmentationClass'),
    },
    bank: join(folder, `${name}.safetensors`),
    device: 'cpu',
  };
  await writeFile(study, JSON.stringify(content));
  return { name, checkpoint, study, images: someImages(data, repeats) };
}

/** The demo, and the shared data where it is present beside the repository. */
export async function subjects(
  root: string,
  folder: string,
  repeats: number,
  only: string | null,
): Promise<Subject[]> {
  const shared = join(root, '..', 'shared');
  const sources: Source[] = [
    {
      name: 'demo',
      checkpoint: join(root, 'demo/checkpoints/demo_cam.onnx'),
      data: join(root, 'demo'),
      labels: 'labels.json',
    },
    {
      name: 'shared',
      checkpoint: join(shared, 'models/mobilenetv2-voc20.onnx'),
      data: join(shared, 'data/voc-animals'),
      labels: 'cls_labels.npy',
    },
  ];
  const present = sources.filter(
    ({ name, checkpoint }) => existsSync(checkpoint) && (only === null || only === name),
  );
  return Promise.all(present.map((source) => subject(source, folder, repeats)));
}
