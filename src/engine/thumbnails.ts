/** Square crops around patches: what a prototype stands for, as pictures. */
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { InputError } from '../lpcam/inputError';
import type { EngineParams } from '../protocol/engine';
import type { DecodedImage } from './image/decode';
import type { ImageFile, ImageFiles } from './image/imageFiles';
import { ownBytes } from './ownBytes';
import { pause } from './pause';
import { imagePath } from './study/images';
import type { ResolvedStudy } from './study/resolvedStudy';
import type { ThumbnailCache } from './thumbnailCache';

/** Counts up when crops are cut or scaled in another way: those kept from before are then others. */
const cropVersion = 1;

/** While one is read from the disk another is decoded; more would hold more pixels and win nothing. */
const imagesAtOnce = 3;

type Patch = EngineParams<'thumbnails'>['patches'][number];

/** What a feature map's positions are in pixels. */
export interface FeatureGeometry {
  readonly stride: number;
  /** Input size the network is bound to, [height, width]; null: the image's own. */
  readonly fixedSize: readonly [number, number] | null;
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

/** What cutting out needs to know beside what is asked. */
export interface ThumbnailSetting {
  readonly study: ResolvedStudy;
  readonly geometry: FeatureGeometry;
  readonly images: ImageFiles;
  /** Crops that were made before; null: none are kept. */
  readonly kept: ThumbnailCache | null;
}

type Wanted = Pick<EngineParams<'thumbnails'>, 'size' | 'crop'>;
type Crop = Uint8Array<ArrayBuffer>;

/** Names a crop by all that its pixels depend on, so that it stays right wherever the image lies or is moved to. */
function cropKey(
  contentHash: string,
  { row, column }: Patch,
  { size, crop }: Wanted,
  { stride, fixedSize }: FeatureGeometry,
): string {
  const facts = [cropVersion, contentHash, row, column, stride, fixedSize, crop, size];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** Crops of one image: those that are kept, and the others cut out, for which alone it is decoded. */
async function cropsOf(
  image: ImageFile,
  patches: readonly Patch[],
  wanted: Wanted,
  { geometry, kept }: ThumbnailSetting,
): Promise<readonly Crop[]> {
  const { size, crop } = wanted;
  const hash = kept === null ? null : await image.contentHash();
  return Promise.all(
    patches.map(async (patch) => {
      const key = hash === null ? null : cropKey(hash, patch, wanted, geometry);
      const known = kept === null || key === null ? null : await kept.get(key, size);
      if (known !== null) return known;
      const decoded = await image.decoded();
      const made = await scaled(cropSquare(decoded, patchCentre(patch, decoded, geometry), crop), crop, size);
      if (key !== null) kept?.keep(key, made, size);
      return made;
    }),
  );
}

/**
 * Cuts out patches, in the order asked; null where the image is gone or cannot be read any more.
 * @returns RGBA, [size, size, 4] each
 */
export async function cutThumbnails(
  { patches, size, crop }: Pick<EngineParams<'thumbnails'>, 'patches' | 'size' | 'crop'>,
  setting: ThumbnailSetting,
  signal: AbortSignal,
): Promise<(Crop | null)[]> {
  const crops: (Crop | null)[] = patches.map(() => null);
  const byImage = new Map<string, { patch: Patch; place: number }[]>();
  patches.forEach((patch, place) => {
    const others = byImage.get(patch.image);
    if (others === undefined) byImage.set(patch.image, [{ patch, place }]);
    else others.push({ patch, place });
  });
  const cut = async (id: string, wanted: readonly { patch: Patch; place: number }[]) => {
    await pause(signal);
    const path = imagePath(setting.study, id);
    const image = path === null ? null : await setting.images.open(path);
    if (image === null) return;
    try {
      const own = wanted.map(({ patch }) => patch);
      const made = await cropsOf(image, own, { size, crop }, setting);
      wanted.forEach(({ place }, i) => (crops[place] = made[i] ?? null));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  };
  const limit = pLimit(imagesAtOnce);
  await Promise.all([...byImage].map(([id, wanted]) => limit(cut, id, wanted)));
  return crops;
}
