/** PNG files whose pixels are numbers: class ids, or how salient something is. Hostile input like any other. */
import { decode } from 'fast-png';
import { fileError } from './fileError';

/** Kinds of pixels as the header numbers them. */
const colours = { grey: 0, rgb: 2, palette: 3, 'grey and alpha': 4, 'rgb and alpha': 6 } as const;
export type PngColour = keyof typeof colours;

const channelsOf: Readonly<Record<PngColour, number>> = {
  grey: 1,
  rgb: 3,
  palette: 1,
  'grey and alpha': 2,
  'rgb and alpha': 4,
};

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per channel: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly colour: PngColour;
}

export interface PngPixels extends PngHeader {
  readonly channels: number;
  /** Palette indices or values, [height, width, channels]; 16 bits only at that depth. */
  readonly data: Uint8Array | Uint16Array;
}

/** More than any photograph with a mask has; what claims more is refused before anything is allocated. */
const mostPixels = 1 << 28;
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Does it start like a PNG? */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the pixels as they are stored: a palette is not looked up.
 * @param accept refuses, by throwing, what the caller has no use for, before anything is unpacked
 * @throws InputError when it is no PNG, or damaged
 */
export function readPng(bytes: Uint8Array, file: string, accept: (header: PngHeader) => void): PngPixels {
  const { header, png } = essentials(bytes, file, accept);
  const { width, height, depth, colour } = header;
  const channels = channelsOf[colour];
  const image = decoded(png, file);
  const data = depth < 8 ? unpacked(image, width, height, depth) : image;
  const values = width * height * channels;
  if (data.length < values) throw damaged(file, 'its pixels are incomplete');
  return { ...header, channels, data: data.subarray(0, values) };
}

function damaged(file: string, problem: string): Error {
  return fileError(file, `${problem}: the PNG is damaged or truncated.`);
}

/**
 * Checks the header and keeps only the chunks that matter: text and colour profiles could be damaged, or unpack to any
 * size, and play no part in ids.
 */
function essentials(
  bytes: Uint8Array,
  file: string,
  accept: (header: PngHeader) => void,
): { header: PngHeader; png: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  let header: PngHeader | null = null;
  let packed = 0;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length) throw damaged(file, `its ${type} chunk is cut off`);
    if ((header === null) !== (type === 'IHDR')) throw damaged(file, 'its header is missing or there twice');
    if (type === 'IHDR') {
      header = checkedHeader(view, at + 8, length, file);
      accept(header);
    }
    if (type === 'IDAT') packed += length;
    if (['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type)) kept.push(bytes.subarray(at, end));
    at = type === 'IEND' ? bytes.length : end;
    if (type === 'IEND' && header !== null) {
      const bits = header.depth * channelsOf[header.colour];
      const plain = (Math.ceil((header.width * bits) / 8) + 1) * header.height;
      // Deflate never grows data by more than a trace: a longer stream holds something else, or unpacks beyond bounds.
      if (packed > plain * 1.1 + 4096) throw damaged(file, 'it has more packed bytes than pixels need');
      return { header, png: joined(kept) };
    }
  }
  throw damaged(file, 'its end is missing');
}

function checkedHeader(view: DataView, at: number, length: number, file: string): PngHeader {
  if (length !== 13) throw damaged(file, 'its header has a wrong length');
  const width = view.getUint32(at);
  const height = view.getUint32(at + 4);
  const depth = view.getUint8(at + 8);
  const number = view.getUint8(at + 9);
  const interlaced = view.getUint8(at + 12) !== 0;
  if (width === 0 || height === 0 || width * height > mostPixels)
    throw fileError(file, `its size ${width} x ${height} is no mask's.`);
  const colour = (Object.keys(colours) as PngColour[]).find((name) => colours[name] === number);
  if (colour === undefined) throw damaged(file, `its kind of pixels (${number}) is unknown`);
  if (interlaced && depth < 8)
    throw fileError(file, `interlaced PNGs of ${depth} bits are not read; save it without interlacing.`);
  return { width, height, depth, colour };
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
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * perRow + Math.floor(x / perByte)] ?? 0;
      values[y * width + x] = (byte >> (8 - depth * ((x % perByte) + 1))) & mask;
    }
  }
  return values;
}
