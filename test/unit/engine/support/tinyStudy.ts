/** A study of coloured squares in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { encode } from 'fast-png';
import { writeBank } from '../../../../src/engine/bankFile';
import type { Centre, PrototypeBank } from '../../../../src/lpcam/bank';
import type { StudyFile } from '../../../../src/protocol/studyFile';
import { tinyClasses, tinyNetwork, type TinyOptions } from './tinyNetwork';
import { unknownProvenance } from '../../../support/unknownProvenance';

export const imageHeight = 24;
export const imageWidth = 34;

export interface TinyStudy {
  readonly folder: string;
  readonly file: string;
  image(id: string): string;
  /** Writes lpcam.json with these fields over the usual ones; undefined leaves a field out. */
  write(fields?: { readonly [K in keyof StudyFile]?: StudyFile[K] | undefined }): string;
  writeNetwork(options: TinyOptions): void;
  writeBank(changes?: Partial<PrototypeBank>): Promise<string>;
  remove(): void;
}

const colours: Readonly<Record<string, readonly [number, number, number]>> = {
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
};

/** A picture whose left half is one colour and whose right half is another. */
async function picture(path: string, left: string, right: string): Promise<void> {
  const half = imageWidth / 2;
  const side = (colour: string) => {
    const [r = 0, g = 0, b = 0] = colours[colour] ?? [];
    return { create: { width: half, height: imageHeight, channels: 3 as const, background: { r, g, b } } };
  };
  const right0 = await sharp(side(right)).png().toBuffer();
  await sharp({ ...side(left) })
    .extend({ right: half, background: 'black' })
    .composite([{ input: right0, left: half, top: 0 }])
    .removeAlpha()
    .png()
    .toFile(path);
}

export function centre(classIndex: number, set: Centre['set'], vector: readonly number[], p: number): Centre {
  const scores = new Float32Array(3).fill((1 - p) / 2);
  scores[classIndex] = p;
  return {
    classIndex,
    set,
    vector: Float32Array.from(vector),
    scores,
    size: 5,
    spread: 0.125,
    mark: null,
    patches: [{ image: 'red-green', row: 1, column: 2, cosine: 0.75 }],
  };
}

export async function tinyStudy(): Promise<TinyStudy> {
  const folder = mkdtempSync(join(tmpdir(), 'lpcam-tiny-'));
  const at = (...names: string[]) => join(folder, ...names);
  mkdirSync(at('JPEGImages'));
  mkdirSync(at('SegmentationClass'));
  mkdirSync(at('ImageSets', 'Segmentation'), { recursive: true });
  await picture(at('JPEGImages', 'red-green.png'), 'red', 'green');
  await picture(at('JPEGImages', 'blue-blue.png'), 'blue', 'blue');
  await picture(at('JPEGImages', 'unlisted.png'), 'green', 'green');
  const mask = new Uint8Array(imageWidth * imageHeight).fill(1);
  writeFileSync(
    at('SegmentationClass', 'red-green.png'),
    encode({ width: imageWidth, height: imageHeight, data: mask, channels: 1, depth: 8 }),
  );
  writeFileSync(at('ImageSets', 'Segmentation', 'train.txt'), 'red-green\nblue-blue\n');
  writeFileSync(at('labels.json'), JSON.stringify({ 'red-green': ['red', 'green'], 'blue-blue': ['blue'] }));
  const study: TinyStudy = {
    folder,
    file: at('lpcam.json'),
    image: (id) => at('JPEGImages', `${id}.png`),
    write(fields = {}) {
      const usual: StudyFile = {
        checkpoint: 'tiny.onnx',
        classes: tinyClasses,
        network: { mean: [0, 0, 0], std: [1, 1, 1] },
        inference: { scales: [1, 0.5] },
        device: 'cpu',
      };
      writeFileSync(at('lpcam.json'), JSON.stringify({ ...usual, ...fields }, null, 2));
      return at('lpcam.json');
    },
    writeNetwork: (options) => writeFileSync(at('tiny.onnx'), tinyNetwork(options)),
    async writeBank(changes = {}) {
      const bank: PrototypeBank = {
        classes: tinyClasses,
        channels: 3,
        alreadyGated: false,
        centres: [
          centre(0, 'foreground', [2, 0, 0], 0.95),
          centre(2, 'foreground', [0, 0, 3], 0.99),
          centre(0, 'background', [0, 5, 0], 0.2),
          centre(1, 'foreground', [0, 1, 1], 0.3),
        ],
        traces: [],
        provenance: unknownProvenance,
        ...changes,
      };
      const path = at('lpcam-bank.safetensors');
      await writeBank(path, bank);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  study.writeNetwork({});
  study.write();
  return study;
}
