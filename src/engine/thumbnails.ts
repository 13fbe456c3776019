/** Square crops around patches: what a prototype stands for, as pictures. */
import { LRUCache } from 'lru-cache';
import sharp from 'sharp';
import { InputError } from '../lpcam/inputError';
import type { EngineParams } from '../protocol/engine';
import { fileVersion } from './fileVersion';
import { decodeImage, type DecodedImage } from './image/decode';
import { ownBytes } from './ownBytes';
import { pause } from './pause';
import { imagePath } from './study/images';
import type { ResolvedStudy } from './study/resolvedStudy';

type Patch = EngineParams<'thumbnails'>['patches'][number];

/** What a feature map's positions are in pixels. */
export interface FeatureGeometry {
  readonly stride: number;
  /** Input size the network is bound to, [height, width]; null: the image's own. */
  readonly fixedSize: readonly [number, number] | null;
}

const cachedBytes = 192 << 20;

/** Images decoded last: neighbouring prototypes share theirs. */
export function decodedCache(): LRUCache<string, DecodedImage> {
  return new LRUCache({ maxSize: cachedBytes, sizeCalculation: ({ rgb }) => rgb.byteLength + 256 });
}

/** Pixel that a feature position looks at: the middle of its cell, x = (column + 1/2) W / w. */
export function patchCentre(
  patch: { readonly row: number; readonly column: number },
  image: { readonly height: number; readonly width: number },
  { stride, fixedSize }: FeatureGeometry,
): { readonly x: number; readonly y: number } {
  const [height, width] = fixedSize ?? [image.height, image.width];
  return {
    x: ((patch.column + 0.5) * image.width) / Math.ceil(width / stride),
    y: ((patch.row + 0.5) * image.height) / Math.ceil(height / stride),
  };
}

/** A square of the image, [side, side, 4]; what lies outside the image is transparent. */
export function cropSquare(
  image: DecodedImage,
  centre: { readonly x: number; readonly y: number },
  side: number,
): Uint8Array {
  const left = Math.round(centre.x - side / 2);
  const top = Math.round(centre.y - side / 2);
  const crop = new Uint8Array(side * side * 4);
  const { height, width, rgb } = image;
  const from = Math.max(0, -left);
  const to = Math.min(side, width - left);
  for (let y = Math.max(0, -top); y < Math.min(side, height - top); y++) {
    for (let x = from; x < to; x++) {
      const source = ((top + y) * width + left + x) * 3;
      const target = (y * side + x) * 4;
      crop[target] = rgb[source] ?? 0;
      crop[target + 1] = rgb[source + 1] ?? 0;
      crop[target + 2] = rgb[source + 2] ?? 0;
      crop[target + 3] = 255;
    }
  }
  return crop;
}

async function scaled(crop: Uint8Array, side: number, size: number): Promise<Uint8Array<ArrayBuffer>> {
  if (side === size) return ownBytes(crop);
  const { data } = await sharp(crop, { raw: { width: side, height: side, channels: 4 } })
    .resize(size, size, { kernel: side > size ? 'lanczos3' : 'cubic' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return ownBytes(new Uint8Array(data));
}

/** The study's image of an id; null where it is gone or cannot be read any more. */
async function imageOf(
  study: ResolvedStudy,
  id: string,
  cache: LRUCache<string, DecodedImage>,
): Promise<DecodedImage | null> {
  const path = imagePath(study, id);
  const version = path === null ? null : await fileVersion(path);
  if (path === null || version === null) return null;
  const known = cache.get(version);
  if (known !== undefined) return known;
  try {
    const image = await decodeImage(path);
    cache.set(version, image);
    return image;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/**
 * Cuts out patches, in the order asked; null where the image is gone.
 * @returns RGBA, [size, size, 4] each
 */
export async function cutThumbnails(
  params: EngineParams<'thumbnails'>,
  study: ResolvedStudy,
  geometry: FeatureGeometry,
  cache: LRUCache<string, DecodedImage>,
  signal: AbortSignal,
): Promise<(Uint8Array<ArrayBuffer> | null)[]> {
  const { patches, size, crop } = params;
  const crops: (Uint8Array<ArrayBuffer> | null)[] = patches.map(() => null);
  const byImage = new Map<string, { patch: Patch; place: number }[]>();
  patches.forEach((patch, place) => {
    const others = byImage.get(patch.image);
    if (others === undefined) byImage.set(patch.image, [{ patch, place }]);
    else others.push({ patch, place });
  });
  for (const [id, wanted] of byImage) {
    await pause(signal);
    const image = await imageOf(study, id, cache);
    if (image === null) continue;
    await Promise.all(
      wanted.map(async ({ patch, place }) => {
        const square = cropSquare(image, patchCentre(patch, image, geometry), crop);
        crops[place] = await scaled(square, crop, size);
      }),
    );
  }
  return crops;
}
