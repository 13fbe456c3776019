import { decode } from 'fast-png';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { planSplit, splits } from '../../demo/generator/plan';
import { Random } from '../../demo/generator/random';
import { rasterMask } from '../../demo/generator/raster';
import { classes, drawScene } from '../../demo/generator/scene';

const demo = join(import.meta.dirname, '..', '..', 'demo');
const labels = JSON.parse(readFileSync(join(demo, 'labels.json'), 'utf8')) as Record<string, string[]>;

function idsOf(split: string): string[] {
  return readFileSync(join(demo, 'ImageSets', 'Segmentation', `${split}.txt`), 'utf8')
    .trim()
    .split('\n');
}

interface Mask {
  readonly width: number;
  readonly height: number;
  readonly ids: ArrayLike<number>;
  readonly palette: number[][] | undefined;
}

function maskOf(id: string): Mask {
  const png = decode(readFileSync(join(demo, 'SegmentationClass', `${id}.png`)));
  return { width: png.width, height: png.height, ids: png.data, palette: png.palette };
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === 'out' || entry.name === '.lpcam' ? sum : sum + bytesIn(path);
    return sum + statSync(path).size;
  }, 0);
}

describe('the demo study', () => {
  it('lists every picture once, in train or in val', () => {
    const listed = splits.flatMap((split) => idsOf(split.name));
    expect(new Set(listed).size).toBe(listed.length);
    const pictures = readdirSync(join(demo, 'JPEGImages')).map((name) => name.replace(/\.jpg$/, ''));
    expect(pictures.sort()).toEqual([...listed].sort());
    expect(Object.keys(labels).sort()).toEqual([...listed].sort());
  });

  it('has a mask of the same size for every picture, with exactly the labelled classes in it', async () => {
    for (const id of splits.flatMap((split) => idsOf(split.name))) {
      const mask = maskOf(id);
      const picture = await sharp(join(demo, 'JPEGImages', `${id}.jpg`)).metadata();
      expect([picture.width, picture.height], id).toEqual([mask.width, mask.height]);
      const found = new Set(Array.from(mask.ids));
      found.delete(0);
      const expected = (labels[id] ?? []).map((name) => classes.findIndex((one) => one === name) + 1);
      expect([...found].sort(), id).toEqual(expected.sort());
    }
  });

  it('colours its masks with the palette of PASCAL VOC', () => {
    const { palette } = maskOf('val_0001');
    expect(palette).toHaveLength(256);
    expect(palette?.slice(0, 4)).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
      [128, 128, 0],
    ]);
    expect(palette?.[255]).toEqual([224, 224, 192]);
  });

  it('is drawn again from its seeds', async () => {
    for (const split of splits) {
      for (const { id, labels: wanted, seed } of planSplit(split).slice(0, 8)) {
        const drawn = drawScene(new Random(seed), wanted);
        const mask = maskOf(id);
        expect([drawn.width, drawn.height, drawn.labels], id).toEqual([mask.width, mask.height, labels[id]]);
        const ids = await rasterMask(drawn);
        const same = ids.reduce((count, value, pixel) => count + Number(value === mask.ids[pixel]), 0);
        // Not all: another processor's rounding may move an edge by a pixel.
        expect(same / ids.length, id).toBeGreaterThan(0.995);
      }
    }
  });

  it('shows pictures of several sizes, some of which the stride does not divide', () => {
    const sizes = idsOf('val').map((id) => maskOf(id));
    expect(new Set(sizes.map(({ width, height }) => `${width}x${height}`)).size).toBeGreaterThan(20);
    expect(sizes.some(({ width }) => width % 8 !== 0)).toBe(true);
  });

  it('takes at most 8 MB of the repository', () => {
    expect(bytesIn(demo)).toBeLessThan(8_000_000);
  });
});
