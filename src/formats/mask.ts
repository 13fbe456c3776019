/** Ground-truth masks and label maps as PNG: the pixel values are class ids, never colours. */
import { decode, encode } from 'fast-png';
import { fileError } from './fileError';
import { labelColours } from '../lpcam/labelColours';

/** A label map: 0 background, class index + 1, 255 ignored. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  /** [height * width], row-major. */
  readonly labels: Uint8Array;
}

/** More than any photograph with a mask has; what claims more is refused before anything is allocated. */
const mostPixels = 1 << 28;
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Reads a palette or grey PNG: palette indices or grey values are the labels, whatever colours they stand for.
 * @throws InputError when it is no PNG, damaged, or holds colours instead of ids
 */
export function readMask(bytes: Uint8Array, file: string): Mask {
  if (!signature.every((byte, i) => bytes[i] === byte))
    throw fileError(file, 'this is no PNG; masks are PNG files of class ids (palette or grey).');
  const { width, height, depth, grey, png } = essentials(bytes, file);
  const image = decoded(png, file);
  const pixels = width * height;
  const data = depth < 8 ? unpacked(image, width, height, depth) : image;
  if (data.length < pixels) throw damaged(file, 'its pixels are incomplete');
  if (data instanceof Uint16Array) {
    if (!grey || data.some((value) => value > 255))
      throw fileError(file, 'it has 16-bit values above 255; masks hold class ids of 8 bits.');
    return { width, height, labels: Uint8Array.from(data) };
  }
  return { width, height, labels: data.subarray(0, pixels) };
}

function damaged(file: string, problem: string): Error {
  return fileError(file, `${problem}: the PNG is damaged or truncated.`);
}

interface Essentials {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly grey: boolean;
  /** The file with nothing but header, palette and pixels. */
  readonly png: Uint8Array;
}

/**
 * Checks the header and keeps only the chunks that matter: text and colour profiles could be damaged, or unpack to any
 * size, and play no part in ids.
 */
function essentials(bytes: Uint8Array, file: string): Essentials {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  let header: Omit<Essentials, 'png'> | null = null;
  let packed = 0;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length) throw damaged(file, `its ${type} chunk is cut off`);
    if ((header === null) !== (type === 'IHDR')) throw damaged(file, 'its header is missing or there twice');
    if (type === 'IHDR') header = checkedHeader(view, at + 8, length, file);
    if (type === 'IDAT') packed += length;
    if (['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type)) kept.push(bytes.subarray(at, end));
    at = type === 'IEND' ? bytes.length : end;
    if (type === 'IEND' && header !== null) {
      const plain = (Math.ceil((header.width * header.depth) / 8) + 1) * header.height;
      // Deflate never grows data by more than a trace: a longer stream holds something else, or unpacks beyond bounds.
      if (packed > plain * 1.1 + 4096) throw damaged(file, 'it has more packed bytes than pixels need');
      return { ...header, png: joined(kept) };
    }
  }
  throw damaged(file, 'its end is missing');
}

function checkedHeader(view: DataView, at: number, length: number, file: string): Omit<Essentials, 'png'> {
  if (length !== 13) throw damaged(file, 'its header has a wrong length');
  const width = view.getUint32(at);
  const height = view.getUint32(at + 4);
  const depth = view.getUint8(at + 8);
  const colour = view.getUint8(at + 9);
  const interlaced = view.getUint8(at + 12) !== 0;
  if (width === 0 || height === 0 || width * height > mostPixels)
    throw fileError(file, `its size ${width} x ${height} is no mask's.`);
  if (colour !== 0 && colour !== 3)
    throw fileError(
      file,
      'it holds colours (RGB or transparency); masks hold class ids, as a palette or grey PNG of 8 bits. Convert it first.',
    );
  if (interlaced && depth < 8)
    throw fileError(file, `interlaced PNGs of ${depth} bits are not read; save it without interlacing.`);
  return { width, height, depth, grey: colour === 0 };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decoded(png: Uint8Array, file: string): Uint8Array | Uint16Array {
  try {
    const { data } = decode(png, { checkCrc: true });
    return data instanceof Uint16Array ? data : new Uint8Array(data);
  } catch (error) {
    // fast-png tells bad files with plain Errors of many kinds: none of them is our defect.
    throw damaged(file, error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
  }
}

/** 1, 2 and 4 bits per pixel are packed, each row from a new byte on. */
function unpacked(data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const perRow = Math.ceil((width * depth) / 8);
  const perByte = 8 / depth;
  const mask = (1 << depth) - 1;
  if (data.length < perRow * height) return new Uint8Array(0);
  const labels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * perRow + Math.floor(x / perByte)] ?? 0;
      labels[y * width + x] = (byte >> (8 - depth * ((x % perByte) + 1))) & mask;
    }
  }
  return labels;
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
