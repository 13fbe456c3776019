/** Arrays of numbers as the field's files hold them: a type, a shape and row-major values. */
import { halfTable } from '../lpcam/halves';

/** Bytes per number. The one vocabulary of number types in this program; the formats' own names are mapped to it. */
export const itemSizes = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
} as const;
export type DType = keyof typeof itemSizes;

/** `float16` and `bfloat16` are kept as their 16 bits (Uint16Array); `bool` as bytes. */
export type NumericData =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

export interface NumericArray {
  readonly dtype: DType;
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: NumericData;
}

const constructors = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** Numbers in a shape; null when a side is no whole number from 0 or the product is too large to count exactly. */
export function elementCount(shape: readonly number[]): number | null {
  let count = 1;
  for (const side of shape) {
    if (!Number.isSafeInteger(side) || side < 0) return null;
    count *= side;
  }
  return Number.isSafeInteger(count) ? count : null;
}

/** Zeros. */
export function zeros(dtype: DType, count: number): NumericData {
  return new constructors[dtype](count);
}

/**
 * Numbers from their bytes, copied, so that they may lie anywhere. Hosts are taken to be little-endian, as every
 * platform this program ships for is.
 * @param bytes exactly `count` numbers
 */
export function decodeNumbers(bytes: Uint8Array, dtype: DType, bigEndian = false): NumericData {
  const copy = new Uint8Array(bytes);
  const size = itemSizes[dtype];
  if (bigEndian) for (let i = 0; i + size <= copy.length; i += size) copy.subarray(i, i + size).reverse();
  return new constructors[dtype](copy.buffer);
}

/** The bytes of numbers, not copied. */
export function bytesOf(data: NumericData): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The values as float32, [count]; the array's own data when it is float32 already. */
export function toFloat32({ dtype, data }: Pick<NumericArray, 'dtype' | 'data'>): Float32Array<ArrayBuffer> {
  if (data instanceof Float32Array) return data;
  if (dtype === 'float16') {
    const table = halfTable();
    return Float32Array.from(data as Uint16Array, (bits) => table[bits] as number);
  }
  if (dtype === 'bfloat16') {
    const words = Uint32Array.from(data as Uint16Array, (bits) => bits << 16);
    return new Float32Array(words.buffer);
  }
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) values[i] = Number(data[i]);
  return values;
}

/** The values as JavaScript numbers; 64-bit integers beyond 2^53 lose their last digits. */
export function toNumbers(array: Pick<NumericArray, 'dtype' | 'data'>): number[] {
  if (array.dtype === 'float16' || array.dtype === 'bfloat16') return Array.from(toFloat32(array));
  return Array.from(array.data as ArrayLike<number | bigint>, Number);
}
