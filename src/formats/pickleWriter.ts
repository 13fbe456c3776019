/**
 * Writes the few kinds of pickle that WSSS systems exchange: dicts of arrays and tensors, protocol 3 for NumPy 1 and 2
 * and every PyTorch. Written here because NumPy's and PyTorch's ways to rebuild arrays and tensors
 * are most of it, and the instructions around them few.
 */
import { numpyOfDtype } from './npyHeader';
import { bytesOf, type DType, type NumericArray } from './numericArray';
import { op } from './pickleOpcodes';

const storageNames: Partial<Record<DType, string>> = {
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  float64: 'DoubleStorage',
  int64: 'LongStorage',
  int32: 'IntStorage',
  uint8: 'ByteStorage',
};

/** Bytes that grow. */
class ByteSink {
  private bytes = new Uint8Array(1024);
  private length = 0;

  add(part: ArrayLike<number>): void {
    if (this.length + part.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + part.length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  result(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

function littleEndian(value: number | bigint, size: 1 | 2 | 4 | 8): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes.subarray(0, size);
}

/** One pickle, written value by value in Python's order: parts first, then what joins them. */
export class PickleWriter {
  private readonly sink = new ByteSink();

  /** @param protocol 3, or 2 inside torch's legacy format */
  constructor(private readonly protocol: 2 | 3) {
    this.op(op.PROTO, [protocol]);
  }

  /** Ends the pickle. */
  finish(): Uint8Array {
    this.op(op.STOP);
    return this.sink.result();
  }

  private op(code: number, argument: ArrayLike<number> = []): this {
    this.sink.add([code]);
    this.sink.add(argument);
    return this;
  }

  none(): this {
    return this.op(op.NONE);
  }

  bool(value: boolean): this {
    return this.op(value ? op.NEWTRUE : op.NEWFALSE);
  }

  int(value: number): this {
    if (Number.isInteger(value) && value >= 0 && value < 256) return this.op(op.BININT1, [value]);
    if (Number.isInteger(value) && Math.abs(value) < 2 ** 31)
      return this.op(op.BININT, littleEndian(value, 4));
    return this.long(BigInt(value), 8);
  }

  /** @param size bytes of the number, two's complement */
  long(value: bigint, size: number): this {
    const bytes = Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
    return this.op(op.LONG1, [size, ...bytes]);
  }

  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    this.op(op.BINUNICODE, littleEndian(bytes.length, 4));
    this.sink.add(bytes);
    return this;
  }

  bytes(value: Uint8Array): this {
    if (this.protocol < 3) throw new RangeError('Protocol 2 has no bytes.');
    this.op(op.BINBYTES, littleEndian(value.length, 4));
    this.sink.add(value);
    return this;
  }

  global(module: string, name: string): this {
    return this.op(op.GLOBAL, new TextEncoder().encode(`${module}\n${name}\n`));
  }

  /** A tuple of whatever `items` writes. */
  tuple(items: () => void): this {
    this.op(op.MARK);
    items();
    return this.op(op.TUPLE);
  }

  /** A list of whatever `items` writes. */
  list(items: () => void): this {
    this.op(op.EMPTY_LIST).op(op.MARK);
    items();
    return this.op(op.APPENDS);
  }

  /** A dict; `items` writes key, value, key, value... */
  dict(items: () => void): this {
    this.op(op.EMPTY_DICT).op(op.MARK);
    items();
    return this.op(op.SETITEMS);
  }

  /** Calls the global written before with the tuple written last. */
  reduce(): this {
    return this.op(op.REDUCE);
  }

  build(): this {
    return this.op(op.BUILD);
  }

  persistentId(): this {
    return this.op(op.BINPERSID);
  }

  integers(values: readonly number[]): this {
    return this.tuple(() => values.forEach((value) => this.int(value)));
  }

  private reconstruct(): this {
    // NumPy 2 keeps this name as an alias; `numpy._core` would not load on NumPy 1.
    return this.global('numpy.core.multiarray', '_reconstruct')
      .tuple(() =>
        this.global('numpy', 'ndarray')
          .integers([0])
          .bytes(new Uint8Array([98])),
      )
      .reduce();
  }

  private dtype(code: string, order: string): this {
    const state = () =>
      this.int(3)
        .text(order)
        .none()
        .none()
        .none()
        .int(-1)
        .int(-1)
        .int(code === 'O8' ? 63 : 0);
    return this.global('numpy', 'dtype')
      .tuple(() => this.text(code).bool(false).bool(true))
      .reduce()
      .tuple(state)
      .build();
  }

  /** A numpy.ndarray. */
  array({ dtype, shape, data }: NumericArray): this {
    const name = numpyOfDtype(dtype);
    if (name === null) throw new RangeError(`NumPy has no ${dtype}.`);
    return this.reconstruct()
      .tuple(() =>
        this.int(1).integers(shape).dtype(name.slice(1), name.slice(0, 1)).bool(false).bytes(bytesOf(data)),
      )
      .build();
  }

  /** An object array without axes around one object: what np.save makes of a dict. */
  objectArray(object: () => void): this {
    return this.reconstruct()
      .tuple(() => this.int(1).integers([]).dtype('O8', '|').bool(false).list(object))
      .build();
  }

  /** A torch.Tensor; its storage is a legacy torch file inside the pickle, as PyTorch itself writes it. */
  tensor(array: NumericArray): this {
    const strides = array.shape.map((_, axis) => array.shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    return this.global('torch._utils', '_rebuild_tensor_v2')
      .tuple(() => {
        this.global('torch.storage', '_load_from_bytes')
          .tuple(() => this.bytes(legacyStorage(array)))
          .reduce();
        this.int(0).integers(array.shape).integers(strides).bool(false);
        this.global('collections', 'OrderedDict').integers([]).reduce();
      })
      .reduce();
  }
}

/** torch.save of one storage in the format before 1.6. */
function legacyStorage({ dtype, data }: NumericArray): Uint8Array {
  const name = storageNames[dtype];
  if (name === undefined) throw new RangeError(`Tensors of ${dtype} are not written.`);
  const key = '0';
  const sink = new ByteSink();
  sink.add(new PickleWriter(2).long(0x1950a86a20f9469cfc6cn, 10).finish());
  sink.add(new PickleWriter(2).int(1001).finish());
  const machine = new PickleWriter(2);
  machine.dict(() => {
    machine.text('protocol_version').int(1001).text('little_endian').bool(true).text('type_sizes');
    machine.dict(() => machine.text('short').int(2).text('int').int(4).text('long').int(4));
  });
  sink.add(machine.finish());
  const object = new PickleWriter(2);
  object
    .tuple(() => object.text('storage').global('torch', name).text(key).text('cpu').int(data.length).none())
    .persistentId();
  sink.add(object.finish());
  const keys = new PickleWriter(2);
  sink.add(keys.list(() => keys.text(key)).finish());
  sink.add(littleEndian(data.length, 8));
  sink.add(bytesOf(data));
  return sink.result();
}
