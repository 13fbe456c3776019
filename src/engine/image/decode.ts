/**
 * An image file as the network sees it: 8-bit RGB, as stored. EXIF orientation is not applied and colour profiles are
 * not, as in the published code (imageio and Pillow); JPEG pixels are Pillow's, bit for bit. What differs from a plain
 * RGB photograph is said in a notice, what cannot be read is an error that names the file.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp, { type Metadata } from 'sharp';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';

export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], 0..255. */
  readonly rgb: Uint8Array;
  readonly notices: readonly Notice[];
}

/** More pixels than any photograph; a file that claims more is refused before it is decoded. */
const maximumPixels = 100_000_000;
const maximumBytes = 1 << 30;

/** sharp would keep files open and decoded by path; the engine's own caches are bounded and know when a file changed. */
sharp.cache(false);

/**
 * The bytes of an image file.
 * @throws InputError when it is missing, a folder, empty or too large
 */
export async function readImageFile(path: string): Promise<Buffer> {
  const stats = await stat(path).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new InputError(
      missing ? `There is no image ${path}.` : `The image ${path} cannot be read: ${String(error)}.`,
      { file: path },
    );
  });
  if (!stats.isFile()) throw new InputError(`${path} is a folder, not an image.`, { file: path });
  if (stats.size === 0) throw new InputError(`The image ${path} is empty (0 bytes).`, { file: path });
  if (stats.size > maximumBytes) {
    throw new InputError(`The image ${path} is larger than 1 GiB; shrink it first.`, { file: path });
  }
  return readFile(path).catch((error: unknown) => {
    throw new InputError(`The image ${path} cannot be read: ${String(error)}.`, { file: path });
  });
}

function refusal(path: string, error: unknown): InputError {
  const text = error instanceof Error ? (error.message.trim().split('\n')[0] ?? '') : String(error);
  const where = { file: path };
  if (/unsupported image format/i.test(text)) {
    return new InputError(
      `${path} is not an image this program reads (JPEG, PNG, WebP, TIFF, GIF, AVIF).`,
      where,
    );
  }
  if (/pixel limit/i.test(text)) {
    return new InputError(
      `The image ${path} has more than ${maximumPixels / 1e6} million pixels; shrink it first.`,
      where,
    );
  }
  // libvips' own words are left out: all threads share the place where it keeps them, so that an image decoded at the same
  // time can take them away, and what is said of an image must not depend on that (a manifest of seeds holds it).
  return new InputError(`The image ${path} is damaged or cut short. Copy it again.`, where);
}

/** What a person must know about how these pixels came to be. */
function formatNotices(path: string, meta: Metadata, transparent: boolean): Notice[] {
  const notices: Notice[] = [];
  const name = basename(path);
  const say = (message: string) => notices.push({ kind: 'image-format', message, file: path });
  if (meta.depth === 'ushort') say(`${name} has 16 bits per channel; it was scaled to 8.`);
  if (meta.space === 'cmyk')
    say(`${name} is CMYK; it was converted to sRGB, which other readers may do differently.`);
  if (transparent) say(`${name} has transparency, which was ignored: the colours beneath it are used.`);
  if ((meta.orientation ?? 1) !== 1) {
    say(`${name} carries an EXIF rotation, which is not applied: the network sees the pixels as stored.`);
  }
  if ((meta.pages ?? 1) > 1) say(`${name} holds ${meta.pages ?? 0} frames; the first is used.`);
  return notices;
}

/**
 * Grey or RGB, with or without alpha, to three channels. Alpha is dropped, not composited, as Pillow's
 * `convert('RGB')` does.
 */
function toThreeChannels(
  data: Buffer,
  channels: number,
  area: number,
): { rgb: Uint8Array; transparent: boolean } {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (channels === 3) return { rgb: bytes, transparent: false };
  const rgb = new Uint8Array(area * 3);
  const step = channels < 3 ? 0 : 1;
  const alpha = channels === 2 ? 1 : channels === 4 ? 3 : null;
  let transparent = false;
  for (let i = 0; i < area; i++) {
    const source = i * channels;
    for (let channel = 0; channel < 3; channel++) rgb[i * 3 + channel] = bytes[source + channel * step] ?? 0;
    if (alpha !== null && bytes[source + alpha] !== 255) transparent = true;
  }
  return { rgb, transparent };
}

/**
 * Reads an image file.
 * @throws InputError when it is missing, a folder, empty, no image, damaged, a drawing, or too large
 */
export async function decodeImage(path: string): Promise<DecodedImage> {
  return decodeImageBytes(path, await readImageFile(path));
}

/**
 * Decodes the bytes of an image file.
 * @param path for messages
 * @throws InputError when they are no image, damaged, a drawing, or too large
 */
export async function decodeImageBytes(path: string, bytes: Buffer): Promise<DecodedImage> {
  const options = { failOn: 'error', limitInputPixels: maximumPixels } as const;
  const meta = await sharp(bytes, options)
    .metadata()
    .catch((error: unknown) => {
      throw refusal(path, error);
    });
  if (meta.format === 'svg' || meta.format === 'pdf') {
    throw new InputError(
      `${path} is a drawing (${meta.format.toUpperCase()}), which has no pixels of its own; export it as PNG first.`,
      { file: path },
    );
  }
  if (meta.depth !== 'uchar' && meta.depth !== 'ushort') {
    throw new InputError(
      `The image ${path} stores its pixels as ${meta.depth}; 8 or 16 bits per channel are expected. Convert it first.`,
      { file: path },
    );
  }
  // Colour profiles are ignored, as Pillow does; only CMYK cannot do without a conversion.
  const image = sharp(bytes, { ...options, ignoreIcc: meta.space !== 'cmyk' });
  const { data, info } = await image
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw refusal(path, error);
    });
  const { width, height } = info;
  const { rgb, transparent } = toThreeChannels(data, info.channels, width * height);
  return { width, height, rgb, notices: formatNotices(path, meta, transparent) };
}
