import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { networkInput } from '../../../../src/engine/image/input';
import { InputMaker } from '../../../../src/engine/image/inputMaker';
import type { InputTask } from '../../../../src/engine/image/inputTask';
import { resizeBicubic } from '../../../../src/engine/image/resize';
import { ScaleInputs } from '../../../../src/engine/image/scaleInputs';
import { bundle } from '../../support/bundle';

const form = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], mirror: true } as const;
const image = { rgb: Uint8Array.from({ length: 6 * 8 * 3 }, (_, i) => (i * 37) % 256), height: 6, width: 8 };
let folder: string;
let script: string;
let maker: InputMaker;

beforeAll(async () => {
  folder = await bundle({ inputWorker: 'src/engine/image/inputWorker.ts' });
  script = join(folder, 'inputWorker.cjs');
});

afterEach(() => maker.clear());
afterAll(() => rm(folder, { recursive: true }));

const task = (outHeight: number, outWidth: number): InputTask => ({ ...image, outHeight, outWidth, ...form });

function expected(height: number, width: number): Float32Array {
  const { rgb, height: ownHeight, width: ownWidth } = image;
  const resized = resizeBicubic(rgb, ownHeight, ownWidth, height, width);
  return networkInput(resized, height, width, form.mean, form.std, true);
}

describe.each([true, false])('network inputs (in a thread of their own: %s)', (aside) => {
  const made = () => (maker = new InputMaker(aside ? script : null));

  it('are the resized, normalised image and its mirror', async () => {
    const [first, second] = await Promise.all([made().make(task(12, 16)), maker.make(task(6, 8))]);
    expect(first).toEqual(expected(12, 16));
    expect(second).toEqual(expected(6, 8));
  });

  it('use the memory that was given back', async () => {
    const large = await made().make(task(12, 16));
    maker.giveBack(large);
    const small = await maker.make(task(6, 8));
    expect(small.buffer.byteLength).toBe(12 * 16 * 6 * 4);
    expect(small).toEqual(expected(6, 8));
    const other = await maker.make(task(6, 8));
    expect(other.buffer.byteLength).toBe(6 * 8 * 6 * 4);
  });

  it('are those of the sizes, also where one is left out', async () => {
    const sizes = [
      { height: 6, width: 8 },
      { height: 12, width: 16 },
      { height: 9, width: 12 },
    ];
    const inputs = new ScaleInputs(made(), image, form, sizes);
    for (const size of sizes.filter((_, i) => i !== 1)) {
      await inputs.use(size, (floats) => {
        expect(floats).toEqual(expected(size.height, size.width));
        return Promise.resolve();
      });
    }
    inputs.end();
  });

  it('that cannot be made say why, and the next one can', async () => {
    const wrong = { ...task(6, 8), rgb: new Uint8Array(5) };
    await expect(made().make(wrong)).rejects.toThrow('expected 6 x 8 x 3 bytes');
    expect(await maker.make(task(6, 8))).toEqual(expected(6, 8));
  });
});

describe('the input of the next scale', () => {
  it.each([true, false])('is made while one is used, where that is done aside (%s)', async (aside) => {
    maker = new InputMaker(aside ? script : null);
    const asked = vi.spyOn(maker, 'make');
    const [first, second] = [
      { height: 6, width: 8 },
      { height: 12, width: 16 },
    ];
    const inputs = new ScaleInputs(maker, image, form, [first, second]);
    expect(asked).toHaveBeenCalledTimes(aside ? 1 : 0);
    await inputs.use(first, () => {
      expect(asked).toHaveBeenCalledTimes(aside ? 2 : 1);
      return Promise.resolve();
    });
    await inputs.use(second, () => Promise.resolve());
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

describe('a thread that cannot be started', () => {
  it('is an error for whoever waits for an input', async () => {
    maker = new InputMaker(join(folder, 'missing.cjs'));
    await expect(maker.make(task(6, 8))).rejects.toThrow('missing.cjs');
  });
});
