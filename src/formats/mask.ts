/** Ground-truth masks and label maps as PNG: the pixel values are class ids, never colours. */
import { encode } from 'fast-png';
import { labelColours } from '../lpcam/labelColours';
import { fileError } from './fileError';
import { isPng, readPng } from './png';

/** A label map: 0 background, class index + 1, 255 ignored. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  /** [height * width], row-major. */
  readonly labels: Uint8Array;
}

/**
 * Reads a palette or grey PNG: palette indices or grey values are the labels, whatever colours they stand for.
 * @throws InputError when it is no PNG, damaged, or holds colours instead of ids
 */
export function readMask(bytes: Uint8Array, file: string): Mask {
  if (!isPng(bytes))
    throw fileError(file, 'this is no PNG; masks are PNG files of class ids (palette or grey).');
  const { width, height, colour, data } = readPng(bytes, file, (header) => {
    if (header.colour !== 'grey' && header.colour !== 'palette')
      throw fileError(
        file,
        'it holds colours (RGB or transparency); masks hold class ids, as a palette or grey PNG of 8 bits. Convert it first.',
      );
  });
  if (!(data instanceof Uint16Array)) return { width, height, labels: data };
  if (colour !== 'grey' || data.some((value) => value > 255))
    throw fileError(file, 'it has 16-bit values above 255; masks hold class ids of 8 bits.');
  return { width, height, labels: Uint8Array.from(data) };
}

/**
 * Writes a label map as an 8-bit PNG with PASCAL VOC's palette, so that it opens in colour elsewhere and reads back as
 * ids.
 * @param labels [height * width]
 */
export function writeLabelPng(labels: Uint8Array, width: number, height: number): Uint8Array {
  return encode({ width, height, data: labels, channels: 1, depth: 8, palette: palette() });
}

/** VOC's colours as the PNG library wants them, [256][3]. */
function palette(): number[][] {
  const colours = labelColours();
  return Array.from({ length: 256 }, (_, id) => [...colours.subarray(id * 3, id * 3 + 3)]);
}
