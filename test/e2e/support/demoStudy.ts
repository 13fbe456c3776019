/** What the copy of the demo study says of its images. Images are chosen by its lists, never by name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import sharp from 'sharp';

export interface DemoImage {
  readonly id: string;
  readonly classes: readonly string[];
}

/** Images of the val list with their image-level labels. */
export function valImages(folder: string): readonly DemoImage[] {
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as Record<string, string[]>;
  return readFileSync(join(folder, 'ImageSets', 'Segmentation', 'val.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((id) => ({ id, classes: labels[id] ?? [] }));
}

/** The label id of a class in masks: its place in classes.txt, counted from 1. */
export function labelOf(folder: string, className: string): number {
  const names = readFileSync(join(folder, 'classes.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim());
  const place = names.indexOf(className);
  if (place < 0) throw new Error(`classes.txt has no "${className}".`);
  return place + 1;
}

/** A path as the explorer knows it. */
export const imagePath = (id: string): string => `JPEGImages/${id}.jpg`;

/** A picture as the network gets it: decoded, as stored. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3]. */
  readonly rgb: Uint8Array;
}

export async function decodeImage(path: string): Promise<Decoded> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) };
}

/** Label ids of a palette PNG, [height, width]. */
export function readMask(folder: string, id: string): Uint8Array {
  const { data, channels, depth } = decode(readFileSync(join(folder, 'SegmentationClass', `${id}.png`)));
  if (channels !== 1 || depth !== 8 || !(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
    throw new Error(`The mask of ${id} is no 8-bit palette PNG.`);
  return Uint8Array.from(data);
}
