/** Pictures of patches kept over sessions. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Engine } from '../../../src/engine/engine';
import { ThumbnailCache } from '../../../src/engine/thumbnailCache';
import type * as decode from '../../../src/engine/image/decode';
import { tinyStudy, type TinyStudy } from './support/tinyStudy';

const decodes = vi.hoisted(() => ({ count: 0 }));
vi.mock('../../../src/engine/image/decode', async (original) => {
  const real = await original<typeof decode>();
  const decodeImageBytes: typeof real.decodeImageBytes = (path, bytes) => {
    decodes.count++;
    return real.decodeImageBytes(path, bytes);
  };
  return { ...real, decodeImageBytes };
});

const signal = new AbortController().signal;
const patches = [
  { image: 'red-green', row: 3, column: 0, cosine: 1 },
  { image: 'red-green', row: 3, column: 8, cosine: 1 },
  { image: 'blue-blue', row: 2, column: 4, cosine: 1 },
];
let study: TinyStudy;
let folder: string;
let logged: string[];
beforeEach(async () => {
  study = await tinyStudy();
  folder = join(study.folder, 'cache');
  logged = [];
});
afterEach(() => study.remove());

/** A session that looks at the same patches: their pictures, and how many images it decoded. */
async function session(size = 16): Promise<{ crops: (Uint8Array | null)[]; decoded: number }> {
  const before = decodes.count;
  // Sessions are told of, too, which is another matter.
  const log = (text: string) => {
    if (!text.startsWith('Session ')) logged.push(text);
  };
  const engine = new Engine({ thumbnailFolder: folder, log });
  const { crops } = await engine.bank.thumbnails(
    { study: { file: study.file }, patches, size, crop: 16 },
    signal,
  );
  await engine.dispose();
  return { crops, decoded: decodes.count - before };
}

const kept = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.png'))
    .map((name) => join(folder, name));

describe('pictures of patches over sessions', () => {
  it('are decoded once: a second opening decodes no image and shows the same pixels', async () => {
    const first = await session();
    expect(first.decoded).toBe(2);
    expect(kept()).toHaveLength(3);
    const second = await session();
    expect(second.decoded).toBe(0);
    expect(second.crops).toEqual(first.crops);
    expect(logged).toEqual([]);
  });

  it('go with the content: an image that was moved or only touched is not decoded again', async () => {
    const first = await session();
    utimesSync(study.image('red-green'), new Date(0), new Date(0));
    renameSync(study.image('blue-blue'), `${study.image('blue-blue')}.away`);
    writeFileSync(study.image('blue-blue'), readFileSync(`${study.image('blue-blue')}.away`));
    const second = await session();
    expect(second.decoded).toBe(0);
    expect(second.crops).toEqual(first.crops);
  });

  it('show the new content of an image that was written anew', async () => {
    await session();
    const old = readFileSync(study.image('blue-blue'));
    writeFileSync(study.image('blue-blue'), await sharp(old).negate().png().toBuffer());
    const { crops, decoded } = await session();
    expect(decoded).toBe(1);
    expect([...(crops[2]?.subarray(4 * (8 * 16 + 8), 4 * (8 * 16 + 8) + 4) ?? [])]).toEqual([
      255, 255, 0, 255,
    ]);
  });

  it('are other pictures at another size', async () => {
    await session();
    expect((await session(24)).decoded).toBe(2);
    expect((await session(24)).decoded).toBe(0);
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    [
      'damaged',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 20 ? ~byte : byte))),
    ],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('no picture')],
  ])('are made again where one is %s', async (_, damage) => {
    const first = await session();
    for (const path of kept()) writeFileSync(path, damage(readFileSync(path)));
    const second = await session();
    expect(second.crops).toEqual(first.crops);
    expect(second.decoded).toBe(2);
    expect((await session()).decoded).toBe(0);
  });

  it('of another size under the same name are not believed', async () => {
    await session();
    const other = await sharp({ create: { width: 9, height: 9, channels: 4, background: 'red' } })
      .png()
      .toBuffer();
    for (const path of kept()) writeFileSync(path, other);
    expect((await session()).crops.map((crop) => crop?.length)).toEqual([1024, 1024, 1024]);
  });

  it('come without a cache where its folder cannot be written, which is said once', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    const { crops } = await session();
    expect(crops.every((crop) => crop?.length === 1024)).toBe(true);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(folder);
    expect(readFileSync(folder, 'utf8')).toBe('a file where the folder should be');
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('come from a folder that can only be read', async () => {
    await session();
    chmodSync(folder, 0o500);
    expect((await session()).decoded).toBe(0);
    chmodSync(folder, 0o700);
  });
});

describe('the folder of pictures', () => {
  let place: string;
  beforeEach(() => (place = mkdtempSync(join(tmpdir(), 'lpcam-thumbnails-'))));
  afterEach(() => rmSync(place, { recursive: true }));

  const key = (n: number) => n.toString(16).padStart(2, '0').repeat(32);
  const noise = (n: number) =>
    Uint8Array.from({ length: 32 * 32 * 4 }, (_, i) => (i * i * 31 + n * i * 7) % 256);
  const fileOf = (n: number) => join(place, key(n).slice(0, 2), `${key(n)}.png`);
  const age = (n: number, hours: number) => {
    const when = new Date(Date.now() - hours * 3_600_000);
    utimesSync(fileOf(n), when, when);
  };

  it('stays within its bound: what was used longest ago goes, what was looked at stays', async () => {
    const roomy = new ThumbnailCache(place);
    for (let n = 0; n < 20; n++) roomy.keep(key(n), noise(n), 32);
    await roomy.settled();
    for (let n = 0; n < 20; n++) age(n, 100 - n);
    expect(await roomy.get(key(0), 32)).toEqual(noise(0));
    const each = readFileSync(fileOf(0)).length;
    const small = new ThumbnailCache(place, { mostBytes: 10 * each });
    small.keep(key(20), noise(20), 32);
    await small.settled();
    const left: number[] = [];
    for (let n = 0; n <= 20; n++) if ((await small.get(key(n), 32)) !== null) left.push(n);
    expect(left.length).toBeLessThanOrEqual(10);
    expect(left).toContain(0);
    expect(left).toContain(20);
    expect(left).not.toContain(1);
    expect(left).toContain(19);
  });

  it('loses what an ended process left half written, and leaves alone what is being written', async () => {
    mkdirSync(join(place, '00'));
    writeFileSync(join(place, '00', 'old.png.1234.part'), 'x');
    utimesSync(join(place, '00', 'old.png.1234.part'), new Date(0), new Date(0));
    writeFileSync(join(place, '00', 'new.png.1234.part'), 'x');
    const cache = new ThumbnailCache(place);
    cache.keep(key(1), noise(1), 32);
    await cache.settled();
    expect(readdirSync(join(place, '00'))).toEqual(['new.png.1234.part']);
  });
});
