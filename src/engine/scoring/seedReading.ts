/** A seed of whatever dialect, as scoring needs it. */
import { readFile, stat } from 'node:fs/promises';
import { fileError } from '../../formats/fileError';
import { readSeed as readSeedOf } from '../../formats/readSeed';
import type { SeedHint } from '../../formats/seed';
import { InputError } from '../../lpcam/inputError';
import { ignored } from '../../lpcam/metrics';
import type { ClassMap } from '../../lpcam/seeds';
import { isDeadMap, labelMapLevels, pixelLevels, type PixelLevels } from '../../lpcam/triage/imageCounts';
import type { ThresholdLevels } from '../../lpcam/triage/thresholdLevels';

export interface ReadSeed {
  readonly width: number;
  readonly height: number;
  /** Who writes such files, for the score card. */
  readonly dialect: string;
  /** Class maps; of a label map: none. */
  readonly maps: readonly ClassMap[];
  readonly labels: Uint8Array | null;
  /** Class indices that the file has maps, or pixels, of; the dead ones among them. */
  readonly seeded: readonly number[];
  readonly dead: readonly number[];
  /** Milliseconds since 1970 of its last change. */
  readonly modified: number;
}

const labelPng = 'label PNG';
/** Ends the dialect of label maps that leave pixels open. */
export const withIgnored = ' with 255';

/** The seed does not cover the image pixel by pixel. */
export class SeedSizeError extends InputError {}

export interface Size {
  readonly width: number;
  readonly height: number;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw fileError(path, missing ? 'it is gone.' : `it cannot be read (${String(error)}).`);
  });
}

/**
 * Reads a seed: class maps or a label map, of any dialect.
 * @param size of the mask, where there is one: an empty seed has none of its own
 * @param hint what the study knows, for files that leave open which classes they mean
 * @throws InputError when it is damaged, not harmless, or one soft map without a class
 */
export async function readSeed(path: string, size: Size | null, hint: SeedHint): Promise<ReadSeed> {
  const [bytes, { mtimeMs: modified }] = await Promise.all([bytesOf(path), stat(path)]);
  const seed = readSeedOf(bytes, path, hint);
  if (seed.kind === 'saliency')
    throw fileError(path, 'it holds one soft map without a class (saliency), which cannot be scored alone.');
  if (seed.kind === 'labels') {
    const { width, height, labels, keys } = seed;
    const name = seed.dialect === 'png' ? labelPng : 'label array';
    const dialect = labels.includes(ignored) ? `${name}${withIgnored}` : name;
    return { width, height, dialect, maps: [], labels, seeded: keys, dead: [], modified };
  }
  const maps = seed.keys.map((classIndex, at) => ({
    classIndex,
    map: seed.highRes[at]?.data ?? new Float32Array(),
  }));
  return {
    width: seed.width > 0 ? seed.width : (size?.width ?? 0),
    height: seed.height > 0 ? seed.height : (size?.height ?? 0),
    dialect: seed.dialect,
    maps,
    labels: null,
    seeded: seed.keys,
    dead: maps.filter(({ map }) => isDeadMap(map)).map(({ classIndex }) => classIndex),
    modified,
  };
}

/** @throws SeedSizeError when the seed is of another size */
export function checkSize(seed: ReadSeed, path: string, size: Size, of: string): void {
  if (seed.width === size.width && seed.height === size.height) return;
  throw new SeedSizeError(
    `${path} is ${seed.width} x ${seed.height} pixels, ${of} ${size.width} x ${size.height}. Seeds must be as large as the image (high_res), as the published evaluation reads them.`,
    { file: path },
  );
}

/** A label map among soft seeds exceeds every threshold. */
export function seedLevels(seed: ReadSeed, thresholds: ThresholdLevels): PixelLevels {
  return seed.labels === null
    ? pixelLevels(seed.maps, seed.width * seed.height, thresholds)
    : labelMapLevels(seed.labels, thresholds.count);
}
