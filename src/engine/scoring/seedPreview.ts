/** One image with its seeds and its mask, shrunk for a look. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { readMask } from '../../formats/mask';
import { InputError } from '../../lpcam/inputError';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import type { PreviewSeed } from '../../protocol/seedPreview';
import { decodeImage } from '../image/decode';
import { ownBytes } from '../ownBytes';
import { imagePath, labelsOf } from '../study/images';
import { resolveStudy } from '../study/resolve';
import { fileOf, seedEndings } from './seedFiles';
import { readSeed, type ReadSeed, type Size } from './seedReading';

/** Where pixel x of a shrunk row lies in the original: its middle. */
const from = (x: number, small: number, large: number) =>
  Math.min(large - 1, Math.floor(((x + 0.5) * large) / small));

function shrunk<T extends Uint8Array | Uint16Array | Float32Array>(
  into: T,
  value: (pixel: number) => number,
  small: Size,
  large: Size,
): T {
  for (let y = 0; y < small.height; y++) {
    const row = from(y, small.height, large.height) * large.width;
    for (let x = 0; x < small.width; x++)
      into[y * small.width + x] = value(row + from(x, small.width, large.width));
  }
  return into;
}

function previewOf(seed: ReadSeed, small: Size): PreviewSeed {
  const area = small.width * small.height;
  const labels = new Uint16Array(area);
  const values = new Float32Array(area);
  if (seed.labels !== null) {
    const source = seed.labels;
    shrunk(labels, (pixel) => (source[pixel] === 255 ? 0 : (source[pixel] ?? 0)), small, seed);
    return { labels, values: values.map((_, i) => ((labels[i] ?? 0) > 0 ? 1 : 0)) };
  }
  for (const { classIndex, map } of seed.maps) {
    const one = shrunk(new Float32Array(area), (pixel) => map[pixel] ?? 0, small, seed);
    for (let i = 0; i < area; i++) {
      const value = one[i] ?? 0;
      if (value > (values[i] ?? 0)) {
        values[i] = value;
        labels[i] = classIndex + 1;
      }
    }
  }
  return { labels, values };
}

function within(size: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(size.width, size.height));
  const part = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: part(size.width), height: part(size.height) };
}

/** What can be read; what cannot is said. */
async function attempt<T>(problems: string[], read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(error.message);
    return null;
  }
}

export async function seedPreview(
  { study: reference, seeds: folders, masks, id, side }: EngineParams<'seedPreview'>,
  signal: AbortSignal,
): Promise<EngineResult<'seedPreview'>> {
  const study = reference === null ? null : await resolveStudy(reference);
  const problems: string[] = [];
  const picture = study === null ? null : imagePath(study, id);
  if (picture === null)
    problems.push(`The image ${id} was not found${study === null ? ': there is no study' : ''}.`);
  const image = picture === null ? null : await attempt(problems, () => decodeImage(picture));
  signal.throwIfAborted();
  const mask =
    masks === null
      ? null
      : await attempt(problems, async () => {
          const path = await fileOf(masks, id, ['.png']);
          return path === null ? null : readMask(new Uint8Array(await readFile(path)), path);
        });
  const hint = {
    classes: study?.classes?.length ?? null,
    labels: study === null ? null : labelsOf(study, id),
    readAs: null,
  };
  const seeds = await Promise.all(
    folders.map((folder) =>
      attempt(problems, async () => {
        const path = await fileOf(folder, id, seedEndings);
        if (path === null) throw new InputError(`${folder} has no seed of ${id}.`, { file: folder });
        return readSeed(path, mask ?? image, hint);
      }),
    ),
  );
  signal.throwIfAborted();
  const full = image ?? mask ?? seeds.find((seed) => seed !== null && seed.width > 0) ?? null;
  if (full === null) throw new InputError(problems.join(' '));
  const small = within(full, side);
  const rgba =
    image === null
      ? null
      : await sharp(image.rgb, { raw: { width: image.width, height: image.height, channels: 3 } })
          .resize(small.width, small.height, { fit: 'fill' })
          .ensureAlpha()
          .raw()
          .toBuffer();
  return {
    id,
    ...small,
    image: rgba === null ? null : ownBytes(new Uint8Array(rgba)),
    seeds: seeds.map((seed) => (seed === null || seed.width === 0 ? null : previewOf(seed, small))),
    mask:
      mask === null
        ? null
        : shrunk(new Uint8Array(small.width * small.height), (pixel) => mask.labels[pixel] ?? 0, small, mask),
    problems,
  };
}
