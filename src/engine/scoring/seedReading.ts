/** A seed of whatever dialect, as scoring needs it. */
import { readFile, stat } from 'node:fs/promises';
import { readMask } from '../../formats/mask';
import { readSeedFile } from '../../formats/seedFile';
import { fileError } from '../../formats/fileError';
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
 * Reads a seed: class maps (.npy) or a label map (.png).
 * @param size of the mask, where there is one: an empty seed has none of its own
 * @throws InputError when it is damaged, not harmless, or has maps of several sizes
 */
export async function readSeed(path: string, size: Size | null): Promise<ReadSeed> {
  const [bytes, { mtimeMs: modified }] = await Promise.all([bytesOf(path), stat(path)]);
  if (path.toLowerCase().endsWith('.png')) {
    const { width, height, labels } = readMask(bytes, path);
    const there = new Uint8Array(256);
    for (const label of labels) there[label] = 1;
    const seeded = [...there.keys()].flatMap((label) =>
      there[label] === 1 && label > 0 && label !== ignored ? [label - 1] : [],
    );
    const dialect = there[ignored] === 1 ? 'label PNG with 255' : 'label PNG';
    return { width, height, dialect, maps: [], labels, seeded, dead: [], modified };
  }
  const seed = readSeedFile(bytes, path);
  const [first] = seed.highRes;
  const maps = seed.keys.map((classIndex, at) => ({
    classIndex,
    map: seed.highRes[at]?.data ?? new Float32Array(),
  }));
  return {
    width: first?.width ?? size?.width ?? 0,
    height: first?.height ?? size?.height ?? 0,
    dialect: seed.schema,
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

export function seedLevels(seed: ReadSeed, thresholds: ThresholdLevels): PixelLevels {
  return seed.labels === null
    ? pixelLevels(seed.maps, seed.width * seed.height, thresholds)
    : labelMapLevels(seed.labels);
}
