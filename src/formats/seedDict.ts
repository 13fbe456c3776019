/** Seeds as a dict of maps, pickled in a `.npy` file or as the members of a `.npz`, as the IRN family, EDAM, SEAM, MCTformer, AMN and others write them. */
import type { LowMap } from '../lpcam/aggregate';
import type { SeedDialect } from '../lpcam/seedDialects';
import { fileError } from './fileError';
import { readNpyObject } from './npyObject';
import { toNumbers } from './numericArray';
import { kindOf, type PickleValue } from './pickleValue';
import type { MapSeed, SeedHint } from './seed';
import { checkedKeys, madeFromOthers, mapsOf, matched, mostLabels, SeedArrays, sumToOne } from './seedMaps';

type Dict = ReadonlyMap<PickleValue, PickleValue>;

/**
 * Reads a dict of maps.
 * @throws InputError when it is damaged, not harmless, or of a shape that no known system writes
 */
export function readSeedDict(bytes: Uint8Array, file: string, hint: SeedHint): MapSeed {
  return seedOfDict(readNpyObject(bytes, file), file, hint);
}

/** What the object of a file is as a seed. @throws InputError as `readSeedDict` */
export function seedOfDict(value: PickleValue, file: string, hint: SeedHint): MapSeed {
  if (!(value instanceof Map))
    throw fileError(file, `it holds ${kindOf(value)}; a seed file holds a dict of class maps.`);
  const arrays = new SeedArrays(file);
  return value.has('keys') ? readKeyed(value, arrays) : readPerClass(value, arrays, hint);
}

interface Found {
  readonly dialect: SeedDialect;
  readonly keys: readonly number[];
  readonly highRes: readonly LowMap[];
  readonly strided?: readonly LowMap[];
  readonly background?: LowMap | null;
  readonly assumption?: string | null;
}

function seedOf(found: Found, arrays: SeedArrays): MapSeed {
  const { dialect, keys, highRes, strided = [], background = null, assumption = null } = found;
  const [first] = [...highRes, ...(background === null ? [] : [background])];
  return {
    kind: 'maps',
    dialect,
    keys: checkedKeys(keys, arrays.file),
    highRes,
    strided,
    background,
    height: first?.height ?? 0,
    width: first?.width ?? 0,
    fields: arrays.fields,
    assumption,
  };
}

const keyedMaps = [
  ['high_res', 'irn'],
  ['attn_highres', 'clip-es'],
  ['IS_CAM', 'sipe'],
  ['cam', 'irn'],
] as const;

function readKeyed(dict: Dict, arrays: SeedArrays): MapSeed {
  const { file } = arrays;
  const keys = toNumbers(arrays.read(dict.get('keys'), 'keys').array);
  const found = keyedMaps.find(([field]) => dict.has(field));
  if (found === undefined) {
    if (keys.length > 0)
      throw fileError(file, 'it has "keys" but none of "high_res", "attn_highres" and "IS_CAM".', 'high_res');
    return seedOf({ dialect: 'empty', keys, highRes: [] }, arrays);
  }
  const [field, dialect] = found;
  const maps = mapsOf(arrays.read(dict.get(field), field), file);
  if (dialect === 'sipe') return readSipe(keys, maps, arrays);
  if (field === 'cam') {
    const assumption = 'It has no "high_res": its "cam", a quarter of the image, is shown in its place.';
    return seedOf({ dialect, keys, highRes: matched(keys, maps, file, field), assumption }, arrays);
  }
  const strided = dict.has('cam') ? mapsOf(arrays.read(dict.get('cam'), 'cam'), file) : [];
  const withBackground = dialect === 'irn' && maps.length === keys.length + 1;
  const first = withBackground ? 1 : 0;
  const toco = dialect === 'irn' && !dict.has('cam') && !withBackground;
  return seedOf(
    {
      dialect: withBackground ? 'amn' : toco ? 'toco' : dialect,
      keys,
      highRes: matched(keys, maps.slice(first), file, field),
      strided: strided.length > 0 ? matched(keys, strided.slice(first), file, 'cam') : [],
      background: withBackground ? (maps[0] ?? null) : null,
    },
    arrays,
  );
}

/** SIPE counts the background as key 0 and classes from 1. */
function readSipe(keys: readonly number[], maps: readonly LowMap[], arrays: SeedArrays): MapSeed {
  const all = matched(keys, maps, arrays.file, 'IS_CAM');
  const classes = keys.flatMap((key, i) => (key === 0 ? [] : [{ key: key - 1, map: all[i] }]));
  return seedOf(
    {
      dialect: 'sipe',
      keys: classes.map(({ key }) => key),
      highRes: classes.flatMap(({ map }) => map ?? []),
      background: all[keys.indexOf(0)] ?? null,
    },
    arrays,
  );
}

interface Entry {
  readonly key: number;
  readonly map: LowMap;
}

function entryOf(key: PickleValue, value: PickleValue, arrays: SeedArrays): Entry {
  const { file } = arrays;
  if (typeof key !== 'number')
    throw fileError(
      file,
      `its key ${String(typeof key === 'object' ? kindOf(key) : key)} is no class index.`,
    );
  const maps = mapsOf(arrays.read(value, String(key)), file);
  const [map] = maps;
  if (map === undefined || maps.length !== 1)
    throw fileError(file, `class ${key} has ${maps.length} maps; one is expected.`, String(key));
  return { key, map };
}

function readPerClass(dict: Dict, arrays: SeedArrays, hint: SeedHint): MapSeed {
  const { file } = arrays;
  if (dict.size > mostLabels)
    throw fileError(file, `it has ${dict.size} maps; a class map per label is expected.`);
  const entries = [...dict].map(([key, value]) => entryOf(key, value, arrays));
  const [first] = entries;
  for (const { key, map } of entries)
    if (map.height !== first?.map.height || map.width !== first.map.width)
      throw fileError(
        file,
        `the map of class ${key} is ${map.height} x ${map.width}, others are not.`,
        String(key),
      );
  const background = entries.find(({ key }) => key === 0);
  const others = entries.filter(({ key }) => key !== 0);
  const why = background === undefined ? null : whyBackground(background.map, others, hint);
  if (background === undefined || why === null)
    return seedOf(
      { dialect: 'dict', keys: entries.map(({ key }) => key), highRes: entries.map(({ map }) => map) },
      arrays,
    );
  return seedOf(
    {
      dialect: why === 'probabilities' ? 'probabilities' : 'dict',
      keys: others.map(({ key }) => key - 1),
      highRes: others.map(({ map }) => map),
      background: background.map,
      assumption: `Its key 0 is taken for the background, and the others for class index + 1: ${reasons[why]}.`,
    },
    arrays,
  );
}

const reasons = {
  probabilities: 'the maps sum to 1 everywhere',
  made: 'it is made of the other maps',
  labels: 'so they are the classes the image is labelled with',
} as const;

/** Key 0 is the first class or the background; the values tell, and else the image's labels. */
function whyBackground(
  map: LowMap,
  others: readonly Entry[],
  { labels }: SeedHint,
): keyof typeof reasons | null {
  const maps = others.map((entry) => entry.map);
  if (others.length > 0 && sumToOne([map, ...maps])) return 'probabilities';
  if (labels?.includes(0) === true) return null;
  if (labels !== null) {
    const shifted = others.map(({ key }) => key - 1).sort((a, b) => a - b);
    return shifted.join() === labels.join() && labels.length > 0 ? 'labels' : null;
  }
  return madeFromOthers(map, maps) ? 'made' : null;
}
