/**
 * Seed files (`.npy` with a pickled dict, or `.npz` with its arrays), as the IRN family, EDAM, SEAM, MCTformer, AMN and
 * others write them.
 */
import type { LowMap } from '../lpcam/aggregate';
import { fileError } from './fileError';
import { npyHeader } from './npy';
import { isNpz, readNpzDict } from './npz';
import { readNpyObject } from './npyObject';
import { toFloat32, toNumbers, type NumericArray } from './numericArray';
import { NumpyArray } from './numpyValue';
import { PickleWriter } from './pickleWriter';
import { kindOf, type PickleValue } from './pickleValue';
import { TorchTensor } from './torchValue';

/** Labels of 8 bits. */
const mostLabels = 256;

/**
 * Who writes a file of this shape: `irn` {keys, cam, high_res} (also LPCAM, ReCAM, AdvCAM, ToCo), `amn` the same with a
 * background channel, `sipe` {keys with background, IS_CAM}, `clip-es` {keys, attn_highres}, `empty` {keys} alone,
 * `dict` {class: map} (EDAM, SEAM, MCTformer), `probabilities` {label: map} with background (their CRF output).
 */
export type SeedSchema = 'irn' | 'amn' | 'sipe' | 'clip-es' | 'empty' | 'dict' | 'probabilities';

/** Class maps of one image. */
export interface SeedMaps {
  /** Class indices, from 0, without background. */
  readonly keys: readonly number[];
  /** One map per key at the image's size. */
  readonly highRes: readonly LowMap[];
  /** One map per key at a quarter of it; empty where the file has none. */
  readonly strided: readonly LowMap[];
}

export interface SeedFile extends SeedMaps {
  readonly schema: SeedSchema;
}

/**
 * Reads a seed file of any of the schemas; background channels are left out.
 * @throws InputError when it is damaged, not harmless, or of another shape
 */
export function readSeedFile(bytes: Uint8Array, file: string): SeedFile {
  const value = isNpz(bytes) ? withClasses(readNpzDict(bytes, file)) : readNpyObject(bytes, file);
  if (!(value instanceof Map))
    throw fileError(file, `it holds ${kindOf(value)}; a seed file holds a dict of class maps.`);
  return value.has('keys') ? readKeyed(value, file) : readPerClass(value, file);
}

/** Members of a `.npz` have names: classes are their digits. */
function withClasses(dict: ReadonlyMap<PickleValue, PickleValue>): Map<PickleValue, PickleValue> {
  const isClass = (key: PickleValue): key is string => typeof key === 'string' && /^\d{1,3}$/.test(key);
  return new Map([...dict].map(([key, value]) => [isClass(key) ? Number(key) : key, value]));
}

function numbersOf(value: PickleValue | undefined, file: string, field: string): NumericArray {
  const array = value instanceof NumpyArray || value instanceof TorchTensor ? value.numbers() : null;
  if (array === null)
    throw fileError(file, `"${field}" is ${kindOf(value)}; an array of numbers is expected.`, field);
  return array;
}

/** Splits [k, H, W] (or one [H, W]) into k maps. */
function mapsOf(array: NumericArray, file: string, field: string): LowMap[] {
  const [count = 1, height, width] = array.shape.length === 2 ? [1, ...array.shape] : array.shape;
  if (height === undefined || width === undefined || array.shape.length > 3)
    throw fileError(
      file,
      `"${field}" has shape (${array.shape.join(', ')}); (classes, height, width) is expected.`,
      field,
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

const keyedMaps = [
  ['high_res', 'irn'],
  ['attn_highres', 'clip-es'],
  ['IS_CAM', 'sipe'],
] as const;

function readKeyed(dict: ReadonlyMap<PickleValue, PickleValue>, file: string): SeedFile {
  const keys = toNumbers(numbersOf(dict.get('keys'), file, 'keys'));
  const found = keyedMaps.find(([field]) => dict.has(field));
  if (found === undefined) {
    if (keys.length > 0)
      throw fileError(file, 'it has "keys" but none of "high_res", "attn_highres" and "IS_CAM".', 'high_res');
    return { schema: 'empty', keys, highRes: [], strided: [] };
  }
  const [field, schema] = found;
  const maps = mapsOf(numbersOf(dict.get(field), file, field), file, field);
  const strided = dict.has('cam') ? mapsOf(numbersOf(dict.get('cam'), file, 'cam'), file, 'cam') : [];
  if (schema === 'sipe') return readSipe(keys, maps, file);
  const withBackground = schema === 'irn' && maps.length === keys.length + 1;
  const first = withBackground ? 1 : 0;
  const highRes = matched(keys, maps.slice(first), file, field);
  const coarse = strided.length > 0 ? matched(keys, strided.slice(first), file, 'cam') : [];
  return { schema: withBackground ? 'amn' : schema, keys: checkedKeys(keys, file), highRes, strided: coarse };
}

/** SIPE counts the background as key 0 and classes from 1. */
function readSipe(keys: readonly number[], maps: readonly LowMap[], file: string): SeedFile {
  const all = matched(keys, maps, file, 'IS_CAM');
  const classes = keys.flatMap((key, i) => (key === 0 ? [] : [{ key: key - 1, map: all[i] }]));
  return {
    schema: 'sipe',
    keys: checkedKeys(
      classes.map(({ key }) => key),
      file,
    ),
    highRes: classes.flatMap(({ map }) => map ?? []),
    strided: [],
  };
}

function matched(
  keys: readonly number[],
  maps: readonly LowMap[],
  file: string,
  field: string,
): readonly LowMap[] {
  if (maps.length === keys.length) return maps;
  throw fileError(file, `"${field}" has ${maps.length} maps for ${keys.length} classes in "keys".`, field);
}

function checkedKeys(keys: readonly number[], file: string): readonly number[] {
  for (const key of keys)
    if (!Number.isInteger(key) || key < 0 || key > 253)
      throw fileError(file, `"keys" has ${key}; class indices from 0 to 253 are expected.`, 'keys');
  if (new Set(keys).size !== keys.length) throw fileError(file, '"keys" has a class twice.', 'keys');
  return keys;
}

function readPerClass(dict: ReadonlyMap<PickleValue, PickleValue>, file: string): SeedFile {
  if (dict.size > mostLabels)
    throw fileError(file, `it has ${dict.size} maps; a class map per label is expected.`);
  const entries = [...dict].map(([key, value]) => {
    if (typeof key !== 'number')
      throw fileError(
        file,
        `its key ${String(typeof key === 'object' ? kindOf(key) : key)} is no class index.`,
      );
    const maps = mapsOf(numbersOf(value, file, String(key)), file, String(key));
    const [map] = maps;
    if (map === undefined || maps.length !== 1)
      throw fileError(file, `class ${key} has ${maps.length} maps; one is expected.`, String(key));
    return { key, map };
  });
  const [first] = entries;
  for (const { key, map } of entries)
    if (map.height !== first?.map.height || map.width !== first.map.width)
      throw fileError(
        file,
        `the map of class ${key} is ${map.height} x ${map.width}, others are not.`,
        String(key),
      );
  const probabilities = dict.has(0) && entries.length > 1 && sumToOne(entries.map(({ map }) => map));
  const kept = probabilities
    ? entries.filter(({ key }) => key !== 0).map(({ key, map }) => ({ key: key - 1, map }))
    : entries;
  return {
    schema: probabilities ? 'probabilities' : 'dict',
    keys: checkedKeys(
      kept.map(({ key }) => key),
      file,
    ),
    highRes: kept.map(({ map }) => map),
    strided: [],
  };
}

/** Class maps and CRF probabilities share one shape; only probabilities sum to 1 everywhere. */
function sumToOne(maps: readonly LowMap[]): boolean {
  const area = maps[0]?.data.length ?? 0;
  for (let i = 0; i < area; i++) {
    const sum = maps.reduce((total, map) => total + (map.data[i] ?? 0), 0);
    if (!(Math.abs(sum - 1) < 0.01)) return false;
  }
  return area > 0;
}

/** [k, H, W] of k maps. */
function stacked(maps: readonly LowMap[]): NumericArray {
  const [first] = maps;
  const height = first?.height ?? 0;
  const width = first?.width ?? 0;
  const data = new Float32Array(maps.length * height * width);
  maps.forEach((map, i) => {
    if (map.height !== height || map.width !== width)
      throw new RangeError('Maps of a seed file must be of one size.');
    data.set(map.data, i * height * width);
  });
  return { dtype: 'float32', shape: [maps.length, height, width], data };
}

/**
 * Writes IRN's schema: `keys` int64, `high_res` float32 array, and `cam` as a torch tensor, because IRN's random walk
 * calls `.cuda()` on it.
 * @param maps `highRes` and `strided` in the order of `keys`
 */
export function writeSeedFile(maps: SeedMaps): Uint8Array {
  const { keys } = maps;
  if (maps.highRes.length !== keys.length || maps.strided.length !== keys.length)
    throw new RangeError('A seed file needs one map of each size per class.');
  const writer = new PickleWriter(3);
  writer.objectArray(() =>
    writer.dict(() => {
      writer.text('keys').array({
        dtype: 'int64',
        shape: [keys.length],
        data: BigInt64Array.from(keys, (key) => BigInt(key)),
      });
      writer.text('cam').tensor(stacked(maps.strided));
      writer.text('high_res').array(stacked(maps.highRes));
    }),
  );
  const header = npyHeader('|O', []);
  const pickle = writer.finish();
  const bytes = new Uint8Array(header.length + pickle.length);
  bytes.set(header);
  bytes.set(pickle, header.length);
  return bytes;
}
