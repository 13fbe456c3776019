/** Seeds in `.npy` files that hold nothing but an array of numbers: label maps, soft maps, stacks of class maps. */
import type { LowMap } from '../lpcam/aggregate';
import { fileError } from './fileError';
import { readNpy } from './npy';
import { toFloat32, type NumericArray } from './numericArray';
import type { MapSeed, SaliencySeed, Seed, SeedField, SeedHint } from './seed';
import { labelSeed } from './seedLabels';
import { mostLabels, sumToOne } from './seedMaps';

/** Reads an array. @throws InputError when its shape or its values are no seed's */
export function readSeedArray(bytes: Uint8Array, file: string, hint: SeedHint): Seed {
  return seedOfArray(readNpy(bytes, file), file, hint);
}

/** What an array of numbers is as a seed. */
export function seedOfArray(array: NumericArray, file: string, hint: SeedHint): Seed {
  const fields: SeedField[] = [{ name: '', dtype: array.dtype, shape: array.shape, holder: 'array' }];
  const shape = withoutSingles(array.shape);
  if (shape.length === 2) return readPlane({ ...array, shape }, file, fields, hint);
  if (shape.length === 3) return readStack({ ...array, shape }, file, fields, hint);
  throw fileError(
    file,
    `its shape (${array.shape.join(', ')}) is no seed's; (height, width) or (classes, height, width) is expected.`,
  );
}

/** Leading axes of length 1 say nothing: a batch of one image, or one map. */
function withoutSingles(shape: readonly number[]): readonly number[] {
  let from = 0;
  while (shape.length - from > 2 && shape[from] === 1) from++;
  return shape.length === 3 && shape[2] === 1 ? shape.slice(0, 2) : shape.slice(from);
}

const isFloat = ({ dtype }: NumericArray) => /float/.test(dtype);

function readPlane(array: NumericArray, file: string, fields: SeedField[], hint: SeedHint): Seed {
  const [height = 0, width = 0] = array.shape;
  const values = toFloat32(array);
  const soft = values.some((value) => !Number.isInteger(value));
  const most = largest(values);
  const readAs = hint.readAs ?? (soft || (isFloat(array) && most <= 1) ? 'saliency' : 'labels');
  if (readAs === 'labels') {
    const found = labelSeed(values, { height, width, dialect: 'array', fields, assumption: null }, file);
    return found;
  }
  const map: LowMap = { height, width, data: values };
  const seed: SaliencySeed = {
    kind: 'saliency',
    dialect: 'array',
    height,
    width,
    fields,
    map,
    full: most > 1 ? 255 : 1,
    assumption: 'One soft map that names no class.',
  };
  return seed;
}

function largest(values: Float32Array): number {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  return most;
}

function readStack(array: NumericArray, file: string, fields: SeedField[], hint: SeedHint): MapSeed {
  const maps = stackOf(array, file);
  const { keys, background, assumption } = classesOf(maps, hint);
  const [first] = maps;
  return {
    kind: 'maps',
    dialect: 'array',
    height: first?.height ?? 0,
    width: first?.width ?? 0,
    fields,
    keys,
    highRes: background ? maps.slice(1) : maps,
    strided: [],
    background: background ? (maps[0] ?? null) : null,
    assumption,
  };
}

/** Maps lie along the first axis, or along the last where only that one is short. */
function stackOf(array: NumericArray, file: string): LowMap[] {
  const [first = 0, second = 0, third = 0] = array.shape;
  const last = first > third && third <= mostLabels;
  const [count, height, width] = last ? [third, first, second] : [first, second, third];
  if (count > mostLabels)
    throw fileError(
      file,
      `its shape (${array.shape.join(', ')}) would be ${count} maps; (classes, height, width) is expected.`,
    );
  const values = toFloat32(array);
  const area = height * width;
  return Array.from({ length: count }, (_, k) => {
    if (!last) return { height, width, data: values.subarray(k * area, (k + 1) * area) };
    const data = new Float32Array(area);
    for (let i = 0; i < area; i++) data[i] = values[i * count + k] ?? 0;
    return { height, width, data };
  });
}

/** Which classes the maps of a stack are of: by their number, and else by their sum. */
function classesOf(
  maps: readonly LowMap[],
  { classes, labels }: SeedHint,
): { keys: readonly number[]; background: boolean; assumption: string } {
  const count = maps.length;
  const upTo = (most: number) => Array.from({ length: most }, (_, index) => index);
  if (count === classes)
    return { keys: upTo(count), background: false, assumption: 'One map for each class of the study.' };
  if (classes !== null && count === classes + 1)
    return {
      keys: upTo(classes),
      background: true,
      assumption: 'One map for the background and each class of the study.',
    };
  if (labels !== null && count === labels.length && count > 0)
    return { keys: labels, background: false, assumption: 'One map for each labelled class of the image.' };
  if (labels !== null && count === labels.length + 1)
    return {
      keys: labels,
      background: true,
      assumption: 'One map for the background and each labelled class of the image.',
    };
  if (count > 1 && sumToOne(maps))
    return {
      keys: upTo(count - 1),
      background: true,
      assumption: 'The maps sum to 1 everywhere, so the first is taken for the background.',
    };
  return {
    keys: upTo(count),
    background: false,
    assumption: 'Nothing says whose maps these are: they are counted as classes from 0.',
  };
}
