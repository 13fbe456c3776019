import { encode } from 'fast-png';
import sharp from 'sharp';
import { labelColours } from '../../src/lpcam/labelColours';
import type { Random } from './random';
import { classes, type Scene } from './scene';

/** The picture as a JPEG, with the grain of a camera: noise of some levels and an uneven light. */
export async function rasterPicture(random: Random, scene: Scene): Promise<Buffer> {
  const { data, info } = await sharp(Buffer.from(scene.picture)).removeAlpha().raw().toBuffer({
    resolveWithObject: true,
  });
  requireSize(scene, info.width, info.height);
  const grain = random.range(0.8, 2.6);
  const light = random.range(0.88, 1.08);
  const lean = random.range(-0.1, 0.1);
  const grained = new Uint8ClampedArray(data.length);
  for (let y = 0, offset = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const gain = light + lean * (x / info.width - 0.5);
      const noise = random.normal() * grain;
      for (let channel = 0; channel < info.channels; channel++, offset++) {
        grained[offset] = (data[offset] ?? 0) * gain + noise;
      }
    }
  }
  return sharp(grained, { raw: { width: info.width, height: info.height, channels: info.channels } })
    .jpeg({ quality: 80, chromaSubsampling: '4:2:0', mozjpeg: true })
    .toBuffer();
}

/** The mask's class ids, `[height, width]` row by row. Throws when drawing left anything but ids behind. */
export async function rasterMask(scene: Scene): Promise<Uint8Array> {
  const { data, info } = await sharp(Buffer.from(scene.mask)).removeAlpha().raw().toBuffer({
    resolveWithObject: true,
  });
  requireSize(scene, info.width, info.height);
  const allowed = new Set([0, ...scene.labels.map((name) => classes.indexOf(name) + 1)]);
  const ids = new Uint8Array(info.width * info.height);
  for (let pixel = 0; pixel < ids.length; pixel++) {
    const id = data[pixel * info.channels] ?? 0;
    if (!allowed.has(id))
      throw new Error(`The mask has the id ${id} at pixel ${pixel}, which no label explains.`);
    ids[pixel] = id;
  }
  return ids;
}

/** PASCAL VOC's colours as the encoder wants them: 256 triples. */
const table = labelColours();
const palette = Array.from({ length: 256 }, (_, id) => [...table.subarray(3 * id, 3 * id + 3)]);

/** A mask as an 8-bit palette PNG with the VOC palette. */
export function encodeMask(ids: Uint8Array, width: number, height: number): Uint8Array {
  return encode({ width, height, data: ids, depth: 8, channels: 1, palette }, { zlib: { level: 9 } });
}

function requireSize(scene: Scene, width: number, height: number): void {
  if (width !== scene.width || height !== scene.height) {
    throw new Error(`The scene is ${scene.width} x ${scene.height} but came out ${width} x ${height}.`);
  }
}
