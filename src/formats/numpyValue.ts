/** NumPy's types and arrays as pickles hold them. */
import { toRowMajor } from './npy';
import { dtypeOfNumpy } from './npyHeader';
import { decodeNumbers, elementCount, itemSizes, type DType, type NumericArray } from './numericArray';
import { PickleTuple, type PickleValue } from './pickleValue';

/** Characters of a byte string that are kept: ids and names are shorter. */
const longestText = 4096;

type Fail = (problem: string) => never;

/** `numpy.dtype`: numbers, objects (`O`), strings (`U`, `S`). */
export class NumpyDtype {
  readonly kind = 'a numpy dtype';
  bigEndian: boolean;
  /** Letter and size, without the byte order: `f4`, `O8`, `U11`. */
  code: string;

  constructor(text: string) {
    this.bigEndian = text.startsWith('>');
    this.code = text.replace(/^[<>|=]/, '');
  }

  get isObject(): boolean {
    return this.code.startsWith('O');
  }

  /** The number type; null for objects and strings. */
  get numeric(): DType | null {
    return dtypeOfNumpy(this.code);
  }

  /** `__setstate__`: (3, byte order, subdtype, names, fields, element size, alignment, flags). */
  setState(state: PickleValue, fail: Fail): void {
    if (!(state instanceof PickleTuple) || state.items.length < 5)
      fail('the state of a numpy dtype is damaged');
    const [, order, subdtype, names, , size] = state.items;
    if (subdtype !== null || names !== null) fail('a structured numpy dtype is not read here');
    if (order === '>') this.bigEndian = true;
    if (/^[US]/.test(this.code) && typeof size === 'number' && size >= 0)
      this.code = `${this.code.charAt(0)}${this.code.startsWith('U') ? size / 4 : size}`;
  }

  /** One value of this type from its bytes. */
  scalar(bytes: Uint8Array, fail: Fail): PickleValue {
    const dtype = this.numeric;
    if (dtype !== null) {
      if (bytes.length !== itemSizes[dtype]) fail(`a numpy ${dtype} has ${bytes.length} bytes`);
      const array = { dtype, shape: [], data: decodeNumbers(bytes, dtype, this.bigEndian) };
      const value = array.data[0];
      if (dtype === 'bool') return value === 1;
      if (typeof value === 'bigint') return smallest(value);
      return dtype === 'float16' ? fail('a numpy float16 scalar is not read here') : (value ?? null);
    }
    if (this.code.startsWith('U')) {
      let text = '';
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at + 4 <= bytes.length; at += 4) {
        const point = view.getUint32(at, !this.bigEndian);
        if (point > 0x10ffff) fail('a numpy string is damaged');
        text += String.fromCodePoint(point);
      }
      return text.replace(/\0+$/, '');
    }
    if (this.code.startsWith('S'))
      return String.fromCharCode(...bytes.subarray(0, longestText)).replace(/\0+$/, '');
    return fail(`a numpy scalar of type "${this.code.slice(0, 20)}" is not read here`);
  }
}

/** A number where it is exact, else the bigint. */
export function smallest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Text whose characters are bytes (Python 2's strings, latin-1) -> the bytes; null when it is no such text. */
export function latin1Bytes(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return null;
    bytes[i] = code;
  }
  return bytes;
}

/** `numpy.ndarray`. Values are decoded when asked for: a pickle can mention the same bytes any number of times. */
export class NumpyArray {
  readonly kind = 'a numpy array';
  shape: readonly number[] = [0];
  dtype = new NumpyDtype('b');
  private fortranOrder = false;
  private raw: Uint8Array = new Uint8Array(0);
  /** Objects of an object array, row-major; empty for numbers. */
  items: readonly PickleValue[] = [];

  /** `__setstate__`: (version, shape, dtype, Fortran order, bytes or list of objects). */
  setState(state: PickleValue, fail: Fail): void {
    if (!(state instanceof PickleTuple)) fail('the state of a numpy array is damaged');
    const [shape, dtype, fortranOrder, data] = state.items.slice(-4);
    if (!(shape instanceof PickleTuple) || !(dtype instanceof NumpyDtype) || data === undefined)
      fail('the state of a numpy array is damaged');
    this.fill(shape, dtype, fortranOrder === true || fortranOrder === 1, data, fail);
  }

  /** Takes the values over after checking that shape and bytes agree. */
  fill(shape: PickleTuple, dtype: NumpyDtype, fortranOrder: boolean, data: PickleValue, fail: Fail): void {
    const sides = shape.items.map((side) => (typeof side === 'number' ? side : -1));
    const count = elementCount(sides);
    if (count === null || sides.length > 64) fail('a numpy array has an impossible shape');
    this.shape = sides;
    this.dtype = dtype;
    this.fortranOrder = fortranOrder;
    if (dtype.isObject) {
      if (!Array.isArray(data) || data.length !== count)
        fail('a numpy object array does not hold what its shape says');
      this.items = data;
      return;
    }
    const bytes = typeof data === 'string' ? latin1Bytes(data) : data;
    const size = dtype.numeric === null ? null : itemSizes[dtype.numeric];
    if (size === null) fail(`a numpy array of type "${dtype.code.slice(0, 20)}" is not read here`);
    if (!(bytes instanceof Uint8Array) || bytes.length !== count * size)
      fail(`a numpy array of shape (${sides.join(', ')}) does not hold the bytes its shape says`);
    this.raw = bytes;
  }

  /** The numbers, row-major; null for an array of objects. */
  numbers(): NumericArray | null {
    const dtype = this.dtype.numeric;
    if (dtype === null) return null;
    const data = decodeNumbers(this.raw, dtype, this.dtype.bigEndian);
    return { dtype, shape: this.shape, data: this.fortranOrder ? toRowMajor(data, this.shape, dtype) : data };
  }
}
