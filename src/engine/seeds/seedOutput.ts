/** One folder of seeds, and what a seed in it is. */
import { writeLabelPng } from '../../formats/mask';
import { writeDictSeed, writeIrnSeed } from '../../formats/seedWriter';
import { mapSize, type LowMap, type MapSize } from '../../lpcam/aggregate';
import { InputError } from '../../lpcam/inputError';
import { seedOf } from '../../lpcam/seeds';
import type { SeedMethod, SeedSchema } from '../../lpcam/seedSchemas';
import { pathInside } from '../pathInside';

/** Several are filled from one run of the network. */
export interface SeedsOutput {
  readonly method: SeedMethod;
  readonly schema: SeedSchema;
  readonly folder: string;
}

/** One class's map in both sizes. */
export interface SizedMap {
  readonly classIndex: number;
  readonly maps: Readonly<Record<MapSize, Float32Array>>;
}

export interface SeedImage {
  readonly height: number;
  readonly width: number;
  readonly classes: readonly SizedMap[];
}

/** Labels of 8 bits: 0 is the background, 255 ignored. */
const largestIndex = 253;

/** Where the seed of an image lies. Ids come from lists and may not lead out of the folder. */
export function seedPath({ folder, schema }: SeedsOutput, id: string): string {
  return pathInside(folder, `${id}.${schema === 'png' ? 'png' : 'npy'}`);
}

/** @param threshold background score of label maps */
export function seedBytes({ schema }: SeedsOutput, image: SeedImage, threshold: number): Uint8Array {
  const { height, width, classes } = image;
  const keys = classes.map(({ classIndex }) => classIndex);
  const sized = (size: MapSize): LowMap[] =>
    classes.map(({ maps }) => ({ ...mapSize(height, width, size), data: maps[size] }));
  if (schema === 'irn') return writeIrnSeed({ keys, highRes: sized('highRes'), strided: sized('strided') });
  if (schema === 'dict') return writeDictSeed({ keys, highRes: sized('highRes') });
  const large = keys.find((key) => key > largestIndex);
  if (large !== undefined)
    throw new InputError(
      `Label PNGs hold class indices up to ${largestIndex}, not ${large}: write the maps as .npy instead.`,
    );
  const labels = seedOf(
    classes.map(({ classIndex, maps }) => ({ classIndex, map: maps.highRes })),
    threshold,
    height * width,
  );
  return writeLabelPng(Uint8Array.from(labels), width, height);
}
