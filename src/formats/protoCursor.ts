/** Protobuf messages read forward by ranges: field by field, what is long is skipped. */
import { ByteCursor } from './byteCursor';
import { fileError } from './fileError';
import type { RangeSource } from './rangeSource';

export interface ProtoField {
  readonly number: number;
  /** 0: `value` holds a number; 1, 2, 5: its bytes lie from `start` to `end`. */
  readonly wire: 0 | 1 | 2 | 5;
  /** Of wire type 0; what is beyond 2^53 is the nearest double. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Names, operators and metadata are shorter. */
const longestText = 1 << 20;

function damaged(file: string, at: number): Error {
  return fileError(
    file,
    `not a readable ONNX model (what is at byte ${at} makes no sense). Is the file complete?`,
  );
}

/** One cursor serves messages inside messages: each takes up where its own fields end. */
export class ProtoCursor {
  private readonly cursor: ByteCursor;

  constructor(
    source: RangeSource,
    private readonly file: string,
  ) {
    this.cursor = new ByteCursor(source, file);
  }

  /** The fields of the message from `start` to `end`. @throws InputError where that is no message */
  *fields(start: number, end: number): Generator<ProtoField> {
    const { cursor } = this;
    cursor.position = start;
    while (cursor.position < end) {
      const at = cursor.position;
      const tag = this.varint();
      const number = Math.floor(tag / 8);
      const wire = tag % 8;
      if (number === 0 || (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5))
        throw damaged(this.file, at);
      const value = wire === 0 ? this.varint() : 0;
      const length = wire === 0 ? 0 : wire === 1 ? 8 : wire === 5 ? 4 : this.varint();
      const from = cursor.position;
      const to = from + length;
      if (to > end || length < 0) throw damaged(this.file, at);
      yield { number, wire, value, start: from, end: to };
      cursor.position = to;
    }
    if (cursor.position !== end) throw damaged(this.file, cursor.position);
  }

  /** A field's bytes as text; of one that is very long, the beginning. */
  text({ start, end, wire }: ProtoField): string {
    if (wire !== 2) throw damaged(this.file, start);
    this.cursor.position = start;
    return new TextDecoder().decode(this.cursor.take(Math.min(end - start, longestText)));
  }

  /** Numbers one behind the other in one field. */
  *packed({ start, end }: ProtoField): Generator<number> {
    this.cursor.position = start;
    while (this.cursor.position < end) yield this.varint();
  }

  /** Of a negative number, which none of the fields read here should be, its two's complement. */
  private varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.cursor.u8();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw damaged(this.file, this.cursor.position);
  }
}
