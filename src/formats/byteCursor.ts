import { fileError } from './fileError';
import type { RangeSource } from './rangeSource';

const windowSize = 1 << 16;

/** Reads forward through a source, little-endian, and never past its end: what is missing is an InputError. */
export class ByteCursor {
  private window: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private windowStart = 0;

  /** @param end where reading must stop, exclusive */
  constructor(
    private readonly source: RangeSource,
    readonly file: string,
    public position = 0,
    private readonly end = source.size,
  ) {}

  get remaining(): number {
    return this.end - this.position;
  }

  /** Makes `count` bytes readable and gives their place in the window. */
  private need(count: number): number {
    if (count > this.remaining)
      throw fileError(
        this.file,
        `the file is truncated or damaged: ${count} bytes are expected at ${this.position}, ${this.remaining} are left.`,
      );
    const at = this.position - this.windowStart;
    if (at >= 0 && at + count <= this.window.length) return at;
    const length = Math.min(Math.max(count, windowSize), this.remaining);
    this.window = this.source.read(this.position, length);
    this.view = new DataView(this.window.buffer, this.window.byteOffset, this.window.byteLength);
    this.windowStart = this.position;
    return 0;
  }

  /** The next bytes; they may share memory with the source. */
  take(count: number): Uint8Array {
    const at = this.need(count);
    this.position += count;
    return this.window.subarray(at, at + count);
  }

  u8(): number {
    const at = this.need(1);
    this.position += 1;
    return this.window[at] ?? 0;
  }

  u16(): number {
    const at = this.need(2);
    this.position += 2;
    return this.view.getUint16(at, true);
  }

  u32(): number {
    const at = this.need(4);
    this.position += 4;
    return this.view.getUint32(at, true);
  }

  i32(): number {
    const at = this.need(4);
    this.position += 4;
    return this.view.getInt32(at, true);
  }

  /** A 64-bit length or offset. What no file can reach is refused. */
  u64(): number {
    const at = this.need(8);
    const value = this.view.getBigUint64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw fileError(this.file, `the file is damaged: a length of ${value} at ${this.position}.`);
    this.position += 8;
    return Number(value);
  }

  /** A double, big-endian as pickles store it. */
  f64BigEndian(): number {
    const at = this.need(8);
    this.position += 8;
    return this.view.getFloat64(at, false);
  }

  /** The bytes up to the next newline, which is taken too. */
  line(): Uint8Array {
    for (let length = 64; ; length *= 4) {
      const available = Math.min(length, this.remaining);
      const at = this.need(available);
      const newline = this.window.subarray(at, at + available).indexOf(10);
      if (newline >= 0) {
        const bytes = this.take(newline);
        this.position += 1;
        return bytes;
      }
      if (available === this.remaining)
        throw fileError(
          this.file,
          `the file is truncated or damaged: a line at ${this.position} has no end.`,
        );
    }
  }
}
