/** From arrays of a seed file to maps. */
import type { LowMap } from '../lpcam/aggregate';
import { fileError } from './fileError';
import { elementCount, toFloat32, type NumericArray } from './numericArray';
import { NumpyArray } from './numpyValue';
import { kindOf, type PickleValue } from './pickleValue';
import type { SeedField } from './seed';
import { TorchTensor } from './torchValue';

/** Labels of 8 bits. */
export const mostLabels = 256;

/** Numbers of a whole file; what claims more is refused before it is decoded. Fifty times COCO's largest. */
const mostNumbers = 1 << 28;

/** Classes are stored as label - 1 at most: 0 is the background, 255 ignored. */
const largestKey = 253;

/** An array of numbers with what the file says about it. */
export interface HeldArray {
  readonly field: SeedField;
  readonly array: NumericArray;
}

/** Decodes the arrays of one file, and counts, so that a pickle cannot repeat one array beyond bounds. */
export class SeedArrays {
  readonly fields: SeedField[] = [];
  #numbers = 0;

  constructor(readonly file: string) {}

  /** @throws InputError when it is no array of numbers */
  read(value: PickleValue | undefined, name: string): HeldArray {
    const held = this.#held(value, name);
    this.fields.push(held.field);
    return held;
  }

  #held(value: PickleValue | undefined, name: string): HeldArray {
    const { file } = this;
    if (Array.isArray(value) && value.every((item) => typeof item === 'number')) {
      const array: NumericArray = {
        dtype: 'float64',
        shape: [value.length],
        data: Float64Array.from(value),
      };
      return { array, field: { name, dtype: 'float64', shape: array.shape, holder: 'list' } };
    }
    if (!(value instanceof NumpyArray || value instanceof TorchTensor))
      throw fileError(file, `"${name}" is ${kindOf(value)}; an array of numbers is expected.`, name);
    this.#numbers += elementCount(value.shape) ?? Infinity;
    if (this.#numbers > mostNumbers)
      throw fileError(file, `its arrays hold more numbers (${this.#numbers}) than seeds do.`, name);
    const array = value.numbers();
    if (array === null)
      throw fileError(file, `"${name}" is ${kindOf(value)} of objects; numbers are expected.`, name);
    const holder = value instanceof TorchTensor ? 'tensor' : 'array';
    return { array, field: { name, dtype: array.dtype, shape: array.shape, holder } };
  }
}

/** Splits [k, H, W] (or one [H, W]) into k maps; [0], as np.array([]) has it, into none. */
export function mapsOf({ field, array }: HeldArray, file: string): LowMap[] {
  const { name } = field;
  if (array.shape.length === 1 && array.shape[0] === 0) return [];
  const [count = 1, height, width] = array.shape.length === 2 ? [1, ...array.shape] : array.shape;
  if (height === undefined || width === undefined || array.shape.length > 3)
    throw fileError(
      file,
      `"${name}" has shape (${array.shape.join(', ')}); (classes, height, width) is expected.`,
      name,
    );
  const values = toFloat32(array);
  const area = height * width;
  // A shape like (2**53, 0, 0) is allowed and holds nothing.
  if (area === 0)
    return Array.from({ length: Math.min(count, mostLabels) }, () => ({
      height,
      width,
      data: new Float32Array(0),
    }));
  return Array.from({ length: count }, (_, i) => ({
    height,
    width,
    data: values.subarray(i * area, (i + 1) * area),
  }));
}

/** @throws InputError when the keys are no class indices, or name one twice */
export function checkedKeys(keys: readonly number[], file: string): readonly number[] {
  for (const key of keys)
    if (!Number.isInteger(key) || key < 0 || key > largestKey)
      throw fileError(file, `"keys" has ${key}; class indices from 0 to ${largestKey} are expected.`, 'keys');
  if (new Set(keys).size !== keys.length) throw fileError(file, '"keys" has a class twice.', 'keys');
  return keys;
}

/** @throws InputError when there is not one map per key */
export function matched(
  keys: readonly number[],
  maps: readonly LowMap[],
  file: string,
  field: string,
): readonly LowMap[] {
  if (maps.length === keys.length) return maps;
  throw fileError(file, `"${field}" has ${maps.length} maps for ${keys.length} classes in "keys".`, field);
}

/** Class maps alone do not sum to 1 everywhere; probabilities with their background do. */
export function sumToOne(maps: readonly LowMap[]): boolean {
  const area = maps[0]?.data.length ?? 0;
  for (let i = 0; i < area; i++) {
    let sum = 0;
    for (const map of maps) sum += map.data[i] ?? 0;
    if (!(Math.abs(sum - 1) < 0.01)) return false;
  }
  return area > 0;
}

/**
 * Whether a map is a background made of the others: the same everywhere (a threshold), or (1 - their maximum) to some
 * power, as PSA, SEAM and MCTformer make it before their CRF.
 */
export function madeFromOthers(background: LowMap, others: readonly LowMap[]): boolean {
  const area = background.data.length;
  if (area === 0 || others.length === 0) return false;
  const [first = 0] = background.data;
  if (background.data.every((value) => value === first)) return first > 0 && first < 1;
  let power: number | null = null;
  let compared = 0;
  for (let i = 0; i < area; i++) {
    let most = 0;
    for (const { data } of others) most = Math.max(most, data[i] ?? 0);
    const value = background.data[i] ?? 0;
    const rest = 1 - most;
    // At the ends logarithms tell nothing.
    if (rest < 0.05 || rest > 0.95) {
      if (rest > 0.9999 && Math.abs(value - 1) > 0.01) return false;
      continue;
    }
    const here = Math.log(value) / Math.log(rest);
    power ??= here;
    if (!(Math.abs(here - power) < 0.02 * Math.abs(power))) return false;
    compared++;
  }
  return compared > 0 && power !== null && power > 0;
}
