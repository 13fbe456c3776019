/** Every kind of image file gets a defined result or a clear error. Fixtures are made by sharp in a temporary folder. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../src/engine/image/decode';

const folder = mkdtempSync(join(tmpdir(), 'lpcam-image-'));
const at = (name: string) => join(folder, name);
const width = 8;
const height = 6;

/** Bytes that differ everywhere, so that a swapped channel or a turned image is noticed. */
const bytes = (channels: number) =>
  Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37 + 11) % 256);
const image = (channels: 1 | 2 | 3 | 4, data: Uint8Array | Uint16Array = bytes(channels)): Sharp =>
  sharp(data, { raw: { width, height, channels } });
const photograph = (): Sharp =>
  sharp(
    Uint8Array.from({ length: 120 * 90 * 3 }, (_, i) => (i * i * 7919) >>> 5),
    {
      raw: { width: 120, height: 90, channels: 3 },
    },
  );

async function messageOf(path: string): Promise<string> {
  const error: unknown = await decodeImage(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error(`${path} was read`);
  expect(error.name).toBe('InputError');
  expect(error).toHaveProperty('where.file', path);
  return error.message;
}

beforeAll(async () => {
  const wide = (channels: number) =>
    Uint16Array.from({ length: width * height * channels }, (_, i) => (i * 4099 + 700) % 65536);
  const jpeg = await photograph().jpeg().toBuffer();
  const png = await photograph().png().toBuffer();
  await Promise.all([
    image(3).png().toFile(at('plain.png')),
    image(3).withMetadata({ orientation: 6 }).png().toFile(at('turned.png')),
    image(3).withMetadata({ orientation: 6 }).jpeg().toFile(at('turned.jpg')),
    image(1).toColourspace('b-w').png().toFile(at('grey.png')),
    image(2).toColourspace('b-w').png().toFile(at('grey-alpha.png')),
    image(1, wide(1)).toColourspace('grey16').png().toFile(at('grey16.png')),
    image(3, wide(3)).toColourspace('rgb16').png().toFile(at('rgb16.png')),
    image(4).png().toFile(at('alpha.png')),
    image(3).ensureAlpha().png().toFile(at('opaque-alpha.png')),
    image(3).png({ palette: true, colours: 256, dither: 0 }).toFile(at('palette.png')),
    image(3).toColourspace('cmyk').jpeg().toFile(at('cmyk.jpg')),
    image(3).webp({ lossless: true }).toFile(at('plain.webp')),
    image(3).tiff({ compression: 'none' }).toFile(at('plain.tif')),
    sharp(Buffer.concat([Buffer.alloc(48, 90), Buffer.alloc(48, 200)]), {
      raw: { width: 4, height: 8, channels: 3, pageHeight: 4 },
    })
      .gif()
      .toFile(at('two-frames.gif')),
    sharp(new Uint8Array([1, 2, 3]), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toFile(at('dot.png')),
  ]);
  writeFileSync(at('cut.jpg'), jpeg.subarray(0, jpeg.length / 2));
  writeFileSync(at('cut.png'), png.subarray(0, png.length / 2));
  writeFileSync(at('trailing.jpg'), Buffer.concat([jpeg, Buffer.from('trailing bytes')]));
  writeFileSync(at('empty.jpg'), '');
  writeFileSync(at('text.jpg'), 'not an image at all');
  writeFileSync(at('drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  // A PNG header that claims 60000 x 60000 pixels.
  const huge = Buffer.from(png);
  huge.writeUInt32BE(60_000, 16);
  huge.writeUInt32BE(60_000, 20);
  writeFileSync(at('huge.png'), huge);
  mkdirSync(at('folder.jpg'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('pixels', () => {
  it.each(['plain.png', 'plain.webp', 'plain.tif', 'opaque-alpha.png', 'palette.png'])(
    '%s comes back as stored, without a remark',
    async (name) => {
      const decoded = await decodeImage(at(name));
      expect([decoded.width, decoded.height]).toEqual([width, height]);
      expect([...decoded.rgb]).toEqual([...bytes(3)]);
      expect(decoded.notices).toEqual([]);
    },
  );

  it('grey becomes three equal channels', async () => {
    const { rgb, notices } = await decodeImage(at('grey.png'));
    expect([...rgb]).toEqual([...bytes(1)].flatMap((value) => [value, value, value]));
    expect(notices).toEqual([]);
  });

  it('transparency is dropped, not blended, and said', async () => {
    const { rgb, notices } = await decodeImage(at('alpha.png'));
    expect([...rgb]).toEqual([...bytes(4)].filter((_, i) => i % 4 !== 3));
    expect(notices.map((notice) => notice.message)).toEqual([
      'alpha.png has transparency, which was ignored: the colours beneath it are used.',
    ]);
    const grey = await decodeImage(at('grey-alpha.png'));
    expect([...grey.rgb.subarray(0, 6)]).toEqual([11, 11, 11, 85, 85, 85]);
  });

  it.each([
    ['grey16.png', 1],
    ['rgb16.png', 3],
  ])('%s is scaled to 8 bits, and said', async (name, channels) => {
    const { rgb, notices } = await decodeImage(at(name));
    const sample = channels === 1 ? rgb.filter((_, i) => i % 3 === 0) : rgb;
    sample.forEach((value, i) => expect(Math.abs(value - ((i * 4099 + 700) % 65536) / 257)).toBeLessThan(1));
    expect(notices.map((notice) => notice.message)).toEqual([
      `${name} has 16 bits per channel; it was scaled to 8.`,
    ]);
  });

  it('an EXIF rotation is not applied, and said', async () => {
    const decoded = await decodeImage(at('turned.png'));
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    expect([...decoded.rgb]).toEqual([...bytes(3)]);
    expect(decoded.notices[0]?.message).toContain('EXIF rotation, which is not applied');
    expect((await decodeImage(at('turned.jpg'))).width).toBe(width);
  });

  it('CMYK is converted, and said', async () => {
    const { rgb, notices } = await decodeImage(at('cmyk.jpg'));
    expect(rgb.length).toBe(width * height * 3);
    expect(notices[0]?.message).toContain('CMYK');
  });

  it('a colour profile is ignored: the stored numbers are the network input', async () => {
    const { data } = await image(3).withIccProfile('p3').png().toBuffer({ resolveWithObject: true });
    const stored = await sharp(data, { ignoreIcc: true }).raw().toBuffer();
    writeFileSync(at('wide.png'), data);
    const { rgb } = await decodeImage(at('wide.png'));
    expect([...rgb]).toEqual([...stored]);
    expect([...rgb]).not.toEqual([...bytes(3)]);
  });

  it('the first frame of several is used, and said', async () => {
    const decoded = await decodeImage(at('two-frames.gif'));
    expect([decoded.width, decoded.height]).toEqual([4, 4]);
    expect(decoded.notices.map((notice) => notice.message)).toContain(
      'two-frames.gif holds 2 frames; the first is used.',
    );
  });

  it('a single pixel is an image; bytes after the end of a JPEG do not matter', async () => {
    expect([...(await decodeImage(at('dot.png'))).rgb]).toEqual([1, 2, 3]);
    expect((await decodeImage(at('trailing.jpg'))).width).toBe(120);
  });
});

describe('errors name the file and what to do', () => {
  it.each([
    ['missing.jpg', 'There is no image'],
    ['folder.jpg', 'is a folder, not an image'],
    ['empty.jpg', 'is empty (0 bytes)'],
    ['text.jpg', 'is not an image this program reads (JPEG, PNG, WebP, TIFF, GIF, AVIF)'],
    ['cut.jpg', 'is damaged or cut short'],
    ['cut.png', 'is damaged or cut short'],
    ['drawing.svg', 'is a drawing (SVG)'],
    ['huge.png', 'has more than 100 million pixels'],
  ])('%s', async (name, expected) => {
    const message = await messageOf(at(name));
    expect(message).toContain(expected);
    expect(message).toContain(at(name));
    expect(message).not.toContain('\n');
  });
});
