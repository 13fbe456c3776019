/** The memory and the calls of `resample.wat`: lines of an image go in, lines of the resized image come out. */
import type { AxisWeights } from './axisWeights';
import { KernelLayout, type KernelMemory } from './kernelMemory';
import { instantiate } from './resample.wat';

/** The exports of `resample.wat`, which says what each does. Addresses in bytes. */
interface Kernels {
  readonly memory: KernelMemory;
  readonly widen: (line: number, width: number, quads: number) => void;
  readonly horizontal: (
    starts: number,
    counts: number,
    weights: number,
    size: number,
    outWidth: number,
    out: number,
  ) => void;
  readonly vertical: (lines: number, weights: number, count: number, stride: number, out: number) => void;
}

export interface Resampler {
  /** Takes source line `y`, [width, 3], resized to the output's width; lines come in order. */
  take(y: number, line: Uint8Array): void;
  /** Output line `y`, [outWidth, 3], valid until the next call; its source lines have been taken. */
  blend(y: number): Uint8Array;
}

let loaded: Kernels | undefined;

/**
 * Prepares the memory for one resize. There is one memory, so a resampler serves until the next one is asked for.
 * @param across weights along the width, null where the width stays
 * @param down weights along the height, null where the height stays
 */
export function resampler(
  width: number,
  outWidth: number,
  across: AxisWeights | null,
  down: AxisWeights | null,
): Resampler {
  const { memory, widen, horizontal, vertical } = (loaded ??= instantiate() as unknown as Kernels);
  const stride = outWidth * 3;
  const kept = down?.size ?? 1;
  const layout = new KernelLayout();
  const source = layout.place(width * 3);
  const quads = layout.place(width * 4 * 4);
  const starts = layout.place(outWidth * 4);
  const counts = layout.place(outWidth * 4);
  const weightsAcross = layout.place((across?.weights.length ?? 0) * 4);
  const weightsDown = layout.place((down?.weights.length ?? 0) * 4);
  const addresses = layout.place(kept * 4);
  const slots = Array.from({ length: kept }, () => layout.place(stride));
  const out = layout.place(stride);
  layout.fit(memory);

  const ints = (at: number, length: number) => new Int32Array(memory.buffer, at, length);
  const octets = (at: number, length: number) => new Uint8Array(memory.buffer, at, length);
  const slotOf = (y: number) => slots[y % kept] as number;
  if (across !== null) {
    ints(starts, outWidth).set(across.starts.map((start) => quads + start * 16));
    ints(counts, outWidth).set(across.counts);
    ints(weightsAcross, across.weights.length).set(across.weights);
  }
  if (down !== null) ints(weightsDown, down.weights.length).set(down.weights);
  const sourceLine = octets(source, width * 3);
  const outLine = octets(out, stride);
  const lineAddresses = ints(addresses, kept);

  return {
    take(y, line) {
      if (across === null) {
        octets(slotOf(y), stride).set(line);
        return;
      }
      sourceLine.set(line);
      widen(source, width, quads);
      horizontal(starts, counts, weightsAcross, across.size, outWidth, slotOf(y));
    },
    blend(y) {
      if (down === null) return octets(slotOf(y), stride);
      const start = down.starts[y] as number;
      const count = down.counts[y] as number;
      for (let k = 0; k < count; k++) lineAddresses[k] = slotOf(start + k);
      vertical(addresses, weightsDown + y * down.size * 4, count, stride, out);
      return outLine;
    },
  };
}
