/** Seed files as the next stage of a system reads them. */
import type { LowMap } from '../lpcam/aggregate';
import { npyHeader } from './npy';
import type { NumericArray } from './numericArray';
import { PickleWriter } from './pickleWriter';

/** Class maps of one image, in two sizes. */
export interface SeedMaps {
  /** Class indices, from 0, without background. */
  readonly keys: readonly number[];
  /** One map per key at the image's size. */
  readonly highRes: readonly LowMap[];
  /** One map per key at a quarter of it. */
  readonly strided: readonly LowMap[];
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

/** np.save of one object. */
function objectFile(object: (writer: PickleWriter) => void): Uint8Array {
  const writer = new PickleWriter(3);
  writer.objectArray(() => object(writer));
  const header = npyHeader('|O', []);
  const pickle = writer.finish();
  const bytes = new Uint8Array(header.length + pickle.length);
  bytes.set(header);
  bytes.set(pickle, header.length);
  return bytes;
}

/**
 * IRN's schema: `keys` int64, `high_res` float32 array, and `cam` as a torch tensor, because IRN's random walk calls
 * `.cuda()` on it.
 * @param maps `highRes` and `strided` in the order of `keys`
 */
export function writeIrnSeed({ keys, highRes, strided }: SeedMaps): Uint8Array {
  if (highRes.length !== keys.length || strided.length !== keys.length)
    throw new RangeError('A seed file needs one map of each size per class.');
  return objectFile((writer) =>
    writer.dict(() => {
      writer.text('keys').array({
        dtype: 'int64',
        shape: [keys.length],
        data: BigInt64Array.from(keys, (key) => BigInt(key)),
      });
      writer.text('cam').tensor(stacked(strided));
      writer.text('high_res').array(stacked(highRes));
    }),
  );
}

/**
 * The schema of MCTformer, EDAM and SEAM: a dict of class index to a float32 array at the image's size.
 * @param maps `highRes` in the order of `keys`
 */
export function writeDictSeed({ keys, highRes }: Pick<SeedMaps, 'keys' | 'highRes'>): Uint8Array {
  if (highRes.length !== keys.length) throw new RangeError('A seed file needs one map per class.');
  return objectFile((writer) =>
    writer.dict(() =>
      highRes.forEach(({ height, width, data }, i) => {
        // A view of a larger array would bring all of it along.
        writer.int(keys[i] ?? 0).array({ dtype: 'float32', shape: [height, width], data: data.slice() });
      }),
    ),
  );
}
