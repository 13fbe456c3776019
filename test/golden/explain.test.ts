/**
 * The proof of the product: real photographs through a real network, with the published prototypes, against maps from an
 * independent implementation (shared/golden/lpcam; tolerance 2e-3).
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { camOf, classPrototypes, lpcamOf } from '../../src/engine/classMaps';
import { Engine } from '../../src/engine/engine';
import { explainWhole, type Explanation } from '../../src/engine/explanation';
import { readNpy } from '../../src/formats/npy';
import { toFloat32 } from '../../src/formats/numericArray';

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
const golden = join(shared, 'golden/lpcam');
const present = existsSync(join(golden, 'images.json'));
const tolerance = 2e-3;

interface GoldenImage {
  readonly image: string;
  readonly size: readonly [number, number];
  readonly classes: readonly string[];
}
const images = present
  ? (JSON.parse(readFileSync(join(golden, 'images.json'), 'utf8')) as GoldenImage[])
  : [];

function goldenMap(name: string): Float32Array {
  return toFloat32(readNpy(new Uint8Array(readFileSync(join(golden, name))), name));
}

function largestDifference(map: Float32Array, expected: Float32Array): number {
  expect(map.length).toBe(expected.length);
  return map.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (expected[i] ?? NaN))), 0);
}

describe.skipIf(!present)('maps of real photographs equal the reference', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lpcam-explain-'));
  const study = join(folder, 'lpcam.json');
  const engine = new Engine();
  const data = join(shared, 'data/voc-animals');

  beforeAll(() => {
    writeFileSync(
      study,
      JSON.stringify({
        checkpoint: join(shared, 'models/mobilenetv2-voc20.onnx'),
        dataset: { images: join(data, 'JPEGImages') },
        bank: join(golden, 'class_ceneters.pt'),
        device: 'cpu',
      }),
    );
  });
  afterAll(async () => {
    await engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function explain(image: string, precision: 'full' | 'half' = 'full'): Promise<Explanation> {
    return explainWhole(
      engine,
      {
        study: { file: study },
        image: join(data, 'JPEGImages', `${image}.jpg`),
        classes: null,
        deviceChoice: null,
        precisionChoice: precision,
      },
      new AbortController().signal,
    );
  }

  it.each(images)('$image ($classes)', async ({ image, size, classes }) => {
    const explanation = await explain(image);
    const { header, scales } = explanation;
    expect([header.image.height, header.image.width]).toEqual(size);
    expect(header.classes.map(({ name, source }) => [name, source])).toEqual(
      classes.map((name) => [name, 'label']),
    );
    expect(scales.map(({ scale }) => scale)).toEqual([1, 0.5, 1.5, 2]);
    expect(header.stride).toBe(16);
    expect(header.mask?.labels.length).toBe(size[0] * size[1]);
    classPrototypes(header).forEach((prototypes, position) => {
      const { name } = prototypes.imageClass;
      const cam = camOf(header, scales, position, { size: 'highRes', plain: false });
      const lpcam = lpcamOf(header, scales, prototypes, { size: 'highRes', plain: false }).map;
      const classOnly = lpcamOf(
        header,
        scales,
        { ...prototypes, contextRows: [] },
        { size: 'highRes', plain: false },
      ).map;
      expect(largestDifference(cam, goldenMap(`${image}.${name}.cam.npy`))).toBeLessThan(tolerance);
      expect(largestDifference(lpcam, goldenMap(`${image}.${name}.lpcam.npy`))).toBeLessThan(tolerance);
      expect(largestDifference(classOnly, goldenMap(`${image}.${name}.classonly.npy`))).toBeLessThan(
        tolerance,
      );
    });
  });

  it.each(images)('$image in half precision: CAM and LPCAM within 2.5e-3', async ({ image }) => {
    const { header, scales } = await explain(image, 'half');
    expect(header.device).toMatchObject({ inUse: 'cpu', precision: 'half' });
    classPrototypes(header).forEach((prototypes, position) => {
      const { name } = prototypes.imageClass;
      const cam = camOf(header, scales, position, { size: 'highRes', plain: false });
      const lpcam = lpcamOf(header, scales, prototypes, { size: 'highRes', plain: false }).map;
      expect(largestDifference(cam, goldenMap(`${image}.${name}.cam.npy`))).toBeLessThan(2.5e-3);
      expect(largestDifference(lpcam, goldenMap(`${image}.${name}.lpcam.npy`))).toBeLessThan(2.5e-3);
    });
  });

  it('opening an image again gives the same maps without running the network', async () => {
    const first = await explain('2010_001376');
    const again = await explain('2010_001376');
    expect(first.timings.network).toBeGreaterThanOrEqual(0);
    expect(again.timings.network).toBe(0);
    expect(again.scales).toEqual(first.scales);
    expect(again.header).toEqual(first.header);
  });
});
