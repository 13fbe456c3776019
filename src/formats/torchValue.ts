/** PyTorch's storages and tensors as pickles hold them. */
import {
  bytesOf,
  decodeNumbers,
  elementCount,
  itemSizes,
  zeros,
  type DType,
  type NumericArray,
} from './numericArray';
import type { RangeSource } from './rangeSource';

type Fail = (problem: string) => never;

/** A view that repeats its storage (`expand`) may be larger than the storage, but not beyond any use. */
const mostRepeated = 1 << 28;

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
    return { dtype, shape, data: this.contiguous ? spanned : this.gathered(bytesOf(spanned)) };
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

  /** Row-major copy of a strided view, element by element as bytes, which serves every number type. */
  private gathered(spanned: Uint8Array): NumericArray['data'] {
    const target = zeros(this.dtype, this.count);
    const bytes = bytesOf(target);
    const size = itemSizes[this.dtype];
    const index = new Array<number>(this.shape.length).fill(0);
    let from = 0;
    for (let to = 0; to < this.count; to++) {
      for (let b = 0; b < size; b++) bytes[to * size + b] = spanned[from * size + b] ?? 0;
      for (let axis = this.shape.length - 1; axis >= 0; axis--) {
        const next = (index[axis] ?? 0) + 1;
        const stride = this.strides[axis] ?? 0;
        if (next < (this.shape[axis] ?? 1)) {
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
}
