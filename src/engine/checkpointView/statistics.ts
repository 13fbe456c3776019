/**
 * Statistics of a tensor, slice by slice: a tensor larger than memory is summed like any other, and between two slices
 * whoever wants to stop is heard.
 */
import { toFloat32, type DType, type NumericData } from '../../formats/numericArray';
import type { TensorStatistics } from '../../protocol/checkpoint';
import { pause } from '../pause';
import type { HeldTensor } from './contents';

/** Numbers of a slice: a few milliseconds of work. */
const sliceLength = 1 << 20;

type Floats = Float32Array | Float64Array;

/** The numbers as floats that hold them exactly, save 64-bit integers beyond 2^53. */
function asFloats(data: NumericData, dtype: DType): Floats {
  if (data instanceof Float64Array) return data;
  if (dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16') return toFloat32({ dtype, data });
  const numbers = new Float64Array(data.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Number(data[i]);
  return numbers;
}

class Sums {
  count = 0;
  mean = 0;
  /** Summed squared differences from the mean. */
  squares = 0;
  min = Infinity;
  max = -Infinity;
  zeros = 0;
  nan = 0;
  infinite = 0;

  /** Adds a slice: its own sums by two passes, joined with those before (Chan, Golub and LeVeque 1979). */
  add(slice: Floats): void {
    // Locals and indices: this runs for every number of a checkpoint.
    let { min, max } = this;
    let [count, sum, zeros, nan] = [0, 0, 0, 0];
    for (let i = 0; i < slice.length; i++) {
      const value = slice[i] as number;
      if (value - value === 0) {
        count++;
        sum += value;
        if (value === 0) zeros++;
        if (value < min) min = value;
        if (value > max) max = value;
      } else if (value !== value) nan++;
    }
    this.zeros += zeros;
    this.nan += nan;
    this.infinite += slice.length - count - nan;
    if (count === 0) return;
    [this.min, this.max] = [min, max];
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < slice.length; i++) {
      const away = (slice[i] as number) - mean;
      if (away - away === 0) squares += away * away;
    }
    const total = this.count + count;
    const shift = mean - this.mean;
    this.squares += squares + (shift * shift * this.count * count) / total;
    this.mean += (shift * count) / total;
    this.count = total;
  }
}

/** What a message can carry: a sum of doubles may overflow. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

async function histogramOf(
  tensor: HeldTensor & { readonly dtype: DType },
  { min, max }: Sums,
  bins: number,
  signal: AbortSignal,
): Promise<number[]> {
  const counts = new Array<number>(bins).fill(0);
  // Halved, so that the width of a range as wide as doubles go is a double, too.
  const low = min / 2;
  const scale = bins / (max / 2 - low);
  for (const data of tensor.slices(sliceLength)) {
    for (const value of asFloats(data, tensor.dtype)) {
      if (value - value !== 0) continue;
      const bin = max > min ? Math.min(bins - 1, Math.floor((value / 2 - low) * scale)) : 0;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    await pause(signal);
  }
  return counts;
}

/**
 * @param place the tensor's place in the table
 * @param bins of the histogram; null: none
 * @throws the signal's reason when somebody asked to stop
 */
export async function tensorStatistics(
  tensor: HeldTensor & { readonly dtype: DType },
  place: number,
  bins: number | null,
  signal: AbortSignal,
): Promise<TensorStatistics> {
  const sums = new Sums();
  for (const data of tensor.slices(sliceLength)) {
    sums.add(asFloats(data, tensor.dtype));
    await pause(signal);
  }
  const some = sums.count > 0;
  return {
    tensor: place,
    mean: some ? finite(sums.mean) : null,
    deviation: sums.count > 1 ? finite(Math.sqrt(sums.squares / (sums.count - 1))) : null,
    min: some ? sums.min : null,
    max: some ? sums.max : null,
    zeros: sums.zeros,
    nan: sums.nan,
    infinite: sums.infinite,
    histogram: bins === null || !some ? null : await histogramOf(tensor, sums, bins, signal),
  };
}
