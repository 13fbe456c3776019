/** PyTorch's storages and tensors as pickles hold them. */
import {
  bytesOf,
  decodeNumbers,
  elementCount,
  itemSizes,
  zeros,
  type DType,
  type NumericArray,
  type NumericData,
} from './numericArray';
import type { RangeSource } from './rangeSource';

type Fail = (problem: string) => never;

/** A view that repeats its storage (`expand`) may be larger than the storage, but not beyond any use. */
const mostRepeated = 1 << 28;

/** One axis of a view: how many, and how far apart in the storage. */
interface Axis {
  readonly side: number;
  readonly stride: number;
}

/** Where a storage's bytes lie. */
interface Place {
  readonly source: RangeSource;
  readonly offset: number;
}

/** A block of numbers in a file. Bytes are read when asked for. */
export class TorchStorage {
  readonly kind = 'a torch storage';
  private place: Place | null = null;

  /** @param parent a storage this one is a part of, from byte `first` on */
  constructor(
    readonly key: string,
    readonly dtype: DType,
    readonly elements: number,
    private readonly parent: TorchStorage | null = null,
    private readonly first = 0,
  ) {}

  /** Says where the bytes are; the caller has checked that they are there. */
  bind(source: RangeSource, offset: number): void {
    this.place = { source, offset };
  }

  get bound(): boolean {
    return this.parent === null ? this.place !== null : this.parent.bound;
  }

  /** A part of this storage under a name of its own; the caller keeps inside `elements`. */
  part(key: string, from: number, elements: number): TorchStorage {
    return new TorchStorage(key, this.dtype, elements, this, from * itemSizes[this.dtype]);
  }

  /** The same bytes as numbers of another type. */
  seenAs(dtype: DType): TorchStorage {
    const bytes = this.elements * itemSizes[this.dtype];
    return new TorchStorage(this.key, dtype, Math.floor(bytes / itemSizes[dtype]), this, 0);
  }

  /** @returns the bytes of `count` numbers from number `from` on; the caller keeps inside `elements` */
  read(from: number, count: number): Uint8Array {
    const size = itemSizes[this.dtype];
    return this.readBytes(from * size, count * size);
  }

  private readBytes(from: number, count: number): Uint8Array {
    if (this.parent !== null) return this.parent.readBytes(this.first + from, count);
    if (this.place === null) throw new RangeError(`Storage ${this.key} has no place.`);
    return this.place.source.read(this.place.offset + from, count);
  }
}

/** A tensor: a strided view of a storage. */
export class TorchTensor {
  readonly kind = 'a torch tensor';
  private readonly count: number;
  /** Elements of the storage that the view spans. */
  private readonly span: number;

  constructor(
    readonly storage: TorchStorage,
    private readonly offset: number,
    readonly shape: readonly number[],
    private readonly strides: readonly number[],
    fail: Fail,
  ) {
    const count = elementCount(shape);
    const whole = (x: number) => Number.isSafeInteger(x) && x >= 0;
    if (
      count === null ||
      shape.length > 64 ||
      strides.length !== shape.length ||
      !strides.every(whole) ||
      !whole(offset)
    )
      fail(`a tensor has an impossible shape (${shape.slice(0, 8).join(', ')}) or stride`);
    this.count = count;
    this.span =
      count === 0 ? 0 : shape.reduce((sum, side, axis) => sum + (side - 1) * (strides[axis] ?? 0), 1);
    if (count > 0 && (!whole(this.span) || offset + this.span > storage.elements))
      fail(
        `a tensor of shape (${shape.join(', ')}) reaches beyond its storage of ${storage.elements} numbers`,
      );
    if (count > Math.max(storage.elements, mostRepeated))
      fail(`a tensor of shape (${shape.join(', ')}) repeats its ${storage.elements} numbers too often`);
  }

  get dtype(): DType {
    return this.storage.dtype;
  }

  /** The numbers, row-major, read from the file. */
  numbers(): NumericArray {
    const { dtype, shape } = this;
    if (this.count === 0) return { dtype, shape, data: zeros(dtype, 0) };
    const spanned = decodeNumbers(this.storage.read(this.offset, this.span), dtype);
    return {
      dtype,
      shape,
      data: this.contiguous ? spanned : gathered(bytesOf(spanned), dtype, shape, this.strides),
    };
  }

  /** Equal for tensors that are the same numbers of the file in the same order. */
  get place(): string {
    return JSON.stringify([this.storage.key, this.offset, this.shape, this.strides]);
  }

  /**
   * All numbers in pieces of at most `most`, in no particular order, each piece read from the file when it is taken:
   * for sums over tensors that are larger than memory. A view that repeats its storage repeats the pieces.
   */
  *slices(most: number): Generator<NumericData> {
    if (this.count === 0) return;
    const axes = this.shape
      .map((side, axis) => ({ side, stride: this.strides[axis] ?? 0 }))
      .filter(({ side }) => side > 1)
      .sort((a, b) => b.stride - a.stride);
    yield* this.walk(this.offset, axes, Math.max(1, most));
  }

  /** The numbers of the axes, the widest stride first, from number `from` of the storage on. */
  private *walk(from: number, axes: readonly Axis[], most: number): Generator<NumericData> {
    const [outer, ...inner] = axes;
    const innerSpan = inner.reduce((sum, { side, stride }) => sum + (side - 1) * stride, 1);
    const innerCount = inner.reduce((product, { side }) => product * side, 1);
    if (outer === undefined || innerSpan > most || innerCount > most) {
      if (outer === undefined) yield this.picked(from, axes);
      else for (let i = 0; i < outer.side; i++) yield* this.walk(from + i * outer.stride, inner, most);
      return;
    }
    const byCount = Math.floor(most / innerCount);
    const bySpan = outer.stride === 0 ? byCount : 1 + Math.floor((most - innerSpan) / outer.stride);
    const step = Math.max(1, Math.min(byCount, bySpan));
    for (let i = 0; i < outer.side; i += step) {
      const side = Math.min(step, outer.side - i);
      yield this.picked(from + i * outer.stride, [{ side, stride: outer.stride }, ...inner]);
    }
  }

  /** The numbers of a few axes, whose span is read at once. */
  private picked(from: number, axes: readonly Axis[]): NumericData {
    const span = axes.reduce((sum, { side, stride }) => sum + (side - 1) * stride, 1);
    const count = axes.reduce((product, { side }) => product * side, 1);
    const spanned = decodeNumbers(this.storage.read(from, span), this.dtype);
    // A view of as many numbers as it spans is that span in some order.
    if (count === span && dense(axes)) return spanned;
    const shape = axes.map(({ side }) => side);
    const strides = axes.map(({ stride }) => stride);
    return gathered(bytesOf(spanned), this.dtype, shape, strides);
  }

  private get contiguous(): boolean {
    let expected = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      const side = this.shape[axis] ?? 1;
      if (side !== 1 && this.strides[axis] !== expected) return false;
      expected *= side;
    }
    return true;
  }
}

/** Whether axes, the widest stride first, reach every number of their span exactly once. */
function dense(axes: readonly Axis[]): boolean {
  return axes.every(({ side, stride }, place) => {
    const below = axes.slice(place + 1).reduce((product, axis) => product * axis.side, 1);
    return side === 1 || stride === below;
  });
}

/** Row-major copy of a strided view, element by element as bytes, which serves every number type. */
function gathered(
  spanned: Uint8Array,
  dtype: DType,
  shape: readonly number[],
  strides: readonly number[],
): NumericData {
  const count = shape.reduce((product, side) => product * side, 1);
  const target = zeros(dtype, count);
  const bytes = bytesOf(target);
  const size = itemSizes[dtype];
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    for (let b = 0; b < size; b++) bytes[to * size + b] = spanned[from * size + b] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      const stride = strides[axis] ?? 0;
      if (next < (shape[axis] ?? 1)) {
        index[axis] = next;
        from += stride;
        break;
      }
      index[axis] = 0;
      from -= stride * (next - 1);
    }
  }
  return target;
}
