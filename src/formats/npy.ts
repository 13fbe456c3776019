/** Arrays of numbers in `.npy` files. Pickled objects in them: `npyObject.ts`. */
import { fileError } from './fileError';
import { dtypeOfNumpy, numpyOfDtype, readNpyHeader } from './npyHeader';
import {
  bytesOf,
  decodeNumbers,
  elementCount,
  itemSizes,
  zeros,
  type NumericArray,
  type NumericData,
} from './numericArray';

/**
 * Reads an array of numbers, any byte order, C or Fortran order, into row-major values.
 * @throws InputError when it is no such file, is truncated or holds something else than numbers
 */
export function readNpy(bytes: Uint8Array, file: string): NumericArray {
  const { descr, fortranOrder, shape, dataOffset } = readNpyHeader(bytes, file);
  const dtype = dtypeOfNumpy(descr.replace(/^[<>|=]/, ''));
  if (dtype === null) {
    const what = descr.endsWith('O') ? 'it holds pickled objects' : `its type "${descr}" is not read here`;
    throw fileError(file, `${what}; an array of numbers is expected.`);
  }
  const count = elementCount(shape);
  const available = bytes.length - dataOffset;
  if (count === null || count * itemSizes[dtype] > available) {
    throw fileError(
      file,
      `its header promises ${dtype} values of shape (${shape.join(', ')}), but only ${available} bytes follow.`,
    );
  }
  const body = bytes.subarray(dataOffset, dataOffset + count * itemSizes[dtype]);
  const data = decodeNumbers(body, dtype, descr.startsWith('>'));
  return { dtype, shape, data: fortranOrder ? toRowMajor(data, shape, dtype) : data };
}

/** Reorders column-major (Fortran) values. */
export function toRowMajor(
  data: NumericData,
  shape: readonly number[],
  dtype: NumericArray['dtype'],
): NumericData {
  if (shape.length < 2) return data;
  const target = zeros(dtype, data.length);
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    target[to] = data[from] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      const side = shape[axis] ?? 1;
      const stride = strides[axis] ?? 1;
      if (next < side) {
        index[axis] = next;
        from += stride;
        break;
      }
      index[axis] = 0;
      from -= stride * (side - 1);
    }
  }
  return target;
}

/** The header of version 1.0, padded so that the values start at a multiple of 64. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = new Uint8Array(10 + length);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  header.set(new TextEncoder().encode(text.padEnd(length - 1) + '\n'), 10);
  return header;
}

/** Writes an array of numbers, little-endian and row-major. NumPy has no bfloat16: convert it first. */
export function writeNpy(array: NumericArray): Uint8Array {
  const descr = numpyOfDtype(array.dtype);
  if (descr === null) throw new RangeError(`NumPy has no ${array.dtype}.`);
  if (elementCount(array.shape) !== array.data.length)
    throw new RangeError(`Shape (${array.shape.join(', ')}) does not hold ${array.data.length} values.`);
  const header = npyHeader(descr, array.shape);
  const bytes = new Uint8Array(header.length + array.data.byteLength);
  bytes.set(header);
  bytes.set(bytesOf(array.data), header.length);
  return bytes;
}
