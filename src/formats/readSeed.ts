/** Seed files of every kind the field writes, told apart by what is in them, never by their names. */
import { fileError } from './fileError';
import { isNpy, readNpyHeader } from './npyHeader';
import { isNpz } from './npz';
import { isPng } from './png';
import { noHint, type MapSeed, type Seed, type SeedHint } from './seed';
import { readSeedArray } from './seedArray';
import { readSeedDict } from './seedDict';
import { readSeedNpz } from './seedNpz';
import { readSeedPng } from './seedPng';

/**
 * Reads a seed file: dicts of maps (IRN and its family, AMN, SIPE, CLIP-ES, ToCo, MCTformer, EDAM, SEAM), plain arrays
 * (label maps, stacks of class maps, soft maps), PNGs (label maps, saliency).
 * @param hint what the study knows; it decides only what the file leaves open
 * @throws InputError when it is damaged, not harmless, or nothing that is read here
 */
export function readSeed(bytes: Uint8Array, file: string, hint: SeedHint = noHint): Seed {
  if (isPng(bytes)) return readSeedPng(bytes, file, hint);
  if (isNpy(bytes))
    return readNpyHeader(bytes, file).descr.endsWith('O')
      ? readSeedDict(bytes, file, hint)
      : readSeedArray(bytes, file, hint);
  if (isNpz(bytes)) return readSeedNpz(bytes, file, hint);
  if (bytes.length === 0) throw fileError(file, 'the file is empty: whoever wrote it was interrupted.');
  throw fileError(file, 'this is no seed file; .npy (np.save of a dict or an array), .npz and PNG are read.');
}

/**
 * Reads a seed file that must hold class maps, not labels.
 * @throws InputError as `readSeed`, and when it holds something else than class maps
 */
export function readSeedMaps(bytes: Uint8Array, file: string, hint: SeedHint = noHint): MapSeed {
  const seed = readSeed(bytes, file, hint);
  if (seed.kind === 'maps') return seed;
  const what = seed.kind === 'labels' ? 'a label map' : 'one soft map without a class';
  throw fileError(file, `it holds ${what}; class maps are expected.`);
}
