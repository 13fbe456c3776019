/**
 * From 8-bit pixels to the network's input (lpcam.md, section 1.3). The walk over the pixels is WebAssembly, as in
 * `resize.ts`: it is fast from the first image on, where JavaScript has to warm up.
 */
import { KernelLayout, type KernelMemory } from './kernelMemory';
import { instantiate } from './normalise.wat';

/** The exports of `normalise.wat`, which says what it does. Addresses in bytes. */
interface Kernel {
  readonly memory: KernelMemory;
  readonly normalise: (line: number, rows: number, width: number, tables: number, out: number) => void;
}

let kernel: Kernel | undefined;

/** Rows are made by the block, which stays in the cache until it is copied to its planes. */
const blockBytes = 256 << 10;

type Triple = readonly [number, number, number];

/** (value/255 - mean)/std of every byte, computed in double precision and rounded once, as NumPy does it. */
function normalisation(mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / std);
}

/** Values of the network's input: three planes, twice with the mirror. */
export function inputLength(height: number, width: number, mirror: boolean): number {
  return height * width * 3 * (mirror ? 2 : 1);
}

/**
 * `(x/255 - mean)/std`, planar, with the mirror image as the second of the batch.
 * @param rgb [height, width, 3], 0..255
 * @param mean RGB, 0..1
 * @param std RGB, 0..1
 * @param input where to write, of `inputLength` values
 * @returns [B, 3, height, width], B = 2 with the mirror, else 1
 */
export function networkInput(
  rgb: Uint8Array,
  height: number,
  width: number,
  mean: Triple,
  std: Triple,
  mirror: boolean,
  input = new Float32Array(inputLength(height, width, mirror)),
): Float32Array<ArrayBuffer> {
  const area = height * width;
  if (rgb.length !== area * 3) {
    throw new RangeError(`expected ${height} x ${width} x 3 bytes, got ${rgb.length}`);
  }
  const planes = mirror ? 6 : 3;
  const { memory, normalise } = (kernel ??= instantiate() as unknown as Kernel);
  const block = Math.max(1, Math.min(height, Math.floor(blockBytes / (6 * width * 4))));
  const layout = new KernelLayout();
  const [lines, tables, out] = [block * width * 3, 3 * 256 * 4, 6 * block * width * 4].map((length) =>
    layout.place(length),
  ) as [number, number, number];
  layout.fit(memory);
  for (let channel = 0; channel < 3; channel++) {
    const table = normalisation(mean[channel] ?? 0, std[channel] ?? 1);
    new Float32Array(memory.buffer, tables + channel * table.byteLength, 256).set(table);
  }
  const source = new Uint8Array(memory.buffer, lines, block * width * 3);
  for (let y = 0; y < height; y += block) {
    const rows = Math.min(block, height - y);
    source.set(rgb.subarray(y * width * 3, (y + rows) * width * 3));
    normalise(lines, rows, width, tables, out);
    for (let plane = 0; plane < planes; plane++)
      input.set(
        new Float32Array(memory.buffer, out + plane * rows * width * 4, rows * width),
        plane * area + y * width,
      );
  }
  return input;
}
