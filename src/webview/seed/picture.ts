/** The image under a seed, decoded by the browser: in a workspace that nobody trusts nothing native of ours may do it. */
import type { Size } from '../shared/picture/viewport';

export interface SeedPicture {
  readonly canvas: HTMLCanvasElement;
  /** RGBA at the canvas's size; null: there is no image, only a ground to draw on. */
  readonly pixels: Uint8ClampedArray | null;
  /** Of the image's file. */
  readonly natural: Size | null;
}

export interface DecodedFile extends Size {
  readonly bitmap: ImageBitmap;
}

/** @throws when the browser cannot decode it (TIFF, or a damaged file) */
export async function decodeFile(file: Uint8Array<ArrayBuffer>): Promise<DecodedFile> {
  // As the network sees it: not turned by its EXIF tag, not converted by a colour profile.
  const bitmap = await createImageBitmap(new Blob([file]), {
    imageOrientation: 'none',
    colorSpaceConversion: 'none',
  });
  return { bitmap, width: bitmap.width, height: bitmap.height };
}

/** @param size of the maps, which the image is drawn at; null: its own */
export function pictureOf(decoded: DecodedFile | null, size: Size | null): SeedPicture | null {
  const wanted = size ?? decoded;
  if (wanted === null) return null;
  const canvas = document.createElement('canvas');
  canvas.width = wanted.width;
  canvas.height = wanted.height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  if (decoded === null) {
    context.fillStyle = '#808080';
    context.fillRect(0, 0, canvas.width, canvas.height);
    return { canvas, pixels: null, natural: null };
  }
  context.imageSmoothingQuality = 'high';
  context.drawImage(decoded.bitmap, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { canvas, pixels: data, natural: { width: decoded.width, height: decoded.height } };
}
