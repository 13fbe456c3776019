/** Real networks with photographs: those of ../shared where it is there, else the demo study, which is in the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { DeviceName } from '../../src/protocol/deviceNames';

export interface GpuSubject {
  readonly name: string;
  readonly checkpoint: string;
  /** Folder of a data set in VOC's layout. */
  readonly data: string;
  readonly photographs: string;
  /** Name of the file of image-level labels in it. */
  readonly labels: string;
}

const sharedNetworks = ['mobilenetv2-voc20', 'resnet50v2c4-voc20'] as const;

/** What there is to measure, and what there is not, in words. */
export function subjectsHere(
  root: string,
  tiny: boolean,
): { readonly subjects: readonly GpuSubject[]; readonly lacking: string | null } {
  const demo: GpuSubject = {
    name: 'demo',
    checkpoint: join(root, 'demo/checkpoints/demo_cam.onnx'),
    data: join(root, 'demo'),
    photographs: join(root, 'demo/JPEGImages'),
    labels: 'labels.json',
  };
  const shared = join(root, '..', 'shared');
  const data = join(shared, 'data/voc-animals');
  const real = sharedNetworks
    .map((name) => ({
      name,
      checkpoint: join(shared, 'models', `${name}.onnx`),
      data,
      photographs: join(data, 'JPEGImages'),
      labels: 'cls_labels.npy',
    }))
    .filter(({ checkpoint }) => existsSync(checkpoint) && existsSync(data));
  if (real.length > 0) return { subjects: tiny ? [demo, ...real] : real, lacking: null };
  const lacking = `There are no ${sharedNetworks.join(' and ')} with photographs in ${shared}: the demo's network and pictures were taken instead.`;
  return { subjects: [demo], lacking };
}

/** Ids evenly spread over the train list. */
export function someIds({ data }: GpuSubject, count: number): string[] {
  const list = readFileSync(join(data, 'ImageSets/Segmentation/train.txt'), 'utf8').trim().split(/\s*\n/);
  const step = Math.max(1, Math.floor(list.length / count));
  return list.filter((_, index) => index % step === 0).slice(0, count);
}

export function photograph({ photographs }: GpuSubject, id: string): string {
  return join(photographs, `${id}.jpg`);
}

/**
 * The subject with photographs of one size: what a device does once per size of its inputs is not what an image takes.
 * @param folder new, of the photographs
 */
export async function inOneSize(
  subject: GpuSubject,
  ids: readonly string[],
  size: { readonly width: number; readonly height: number },
  folder: string,
): Promise<GpuSubject> {
  await mkdir(folder, { recursive: true });
  for (const id of ids)
    await sharp(photograph(subject, id))
      .resize({ ...size, fit: 'fill' })
      .jpeg({ quality: 95 })
      .toFile(join(folder, `${id}.jpg`));
  return { ...subject, photographs: folder };
}

/**
 * Writes a study of some of the subject's photographs.
 * @param bank path
 * @returns its path
 */
export async function writeStudy(
  subject: GpuSubject,
  ids: readonly string[],
  device: DeviceName,
  folder: string,
  bank: string,
): Promise<string> {
  const { checkpoint, data, photographs, labels } = subject;
  const list = join(folder, 'list.txt');
  await writeFile(list, ids.join('\n'));
  const file = join(folder, 'lpcam.json');
  const content = {
    preset: 'voc',
    checkpoint,
    classes: join(data, 'classes.txt'),
    dataset: { images: photographs, list, labels: join(data, labels) },
    bank,
    device,
  };
  await writeFile(file, JSON.stringify(content));
  return file;
}
