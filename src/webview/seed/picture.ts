/** The image under a seed, at the size of its maps. */
import type { DecodedFile } from '../shared/picture/decodeFile';
import type { Size } from '../shared/picture/viewport';

export interface SeedPicture {
  readonly canvas: HTMLCanvasElement;
  /** RGBA at the canvas's size; null: there is no image, only a ground to draw on. */
  readonly pixels: Uint8ClampedArray | null;
  /** Of the image's file. */
  readonly natural: Size | null;
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
