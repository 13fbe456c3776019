/** Zip files whose headers say whatever a test wants. */

export interface ZipMember {
  readonly name: string;
  /** Bytes as they lie in the file. */
  readonly packed: Uint8Array;
  /** Size of the content, as the directory has it. */
  readonly size: number;
  readonly crc: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  /** Where the directory says that its header is; default: where it is. */
  readonly headerOffset?: number;
}

/** Numbers, little-endian, each of a width in bytes. */
function fields(...values: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const header = Buffer.alloc(values.reduce((sum, [, bytes]) => sum + bytes, 0));
  let offset = 0;
  for (const [value, bytes] of values) offset = header.writeUIntLE(value, offset, bytes);
  return header;
}

export function zipOf(members: readonly ZipMember[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, packed, size, crc, method, headerOffset } of members) {
    const text = Buffer.from(name);
    const common = [
      [0, 2],
      [method, 2],
      [0, 4],
      [crc, 4],
      [packed.length, 4],
      [size, 4],
      [text.length, 2],
      [0, 2],
    ] as const;
    const local = [fields([0x04034b50, 4], [20, 2], ...common), text, Buffer.from(packed)];
    const start = headerOffset ?? at;
    directory.push(
      fields([0x02014b50, 4], [0, 2], [20, 2], ...common, [0, 4], [0, 4], [0, 2], [start, 4]),
      text,
    );
    parts.push(...local);
    at += local.reduce((sum, { length }) => sum + length, 0);
  }
  const list = Buffer.concat(directory);
  const { length } = members;
  const end = fields([0x06054b50, 4], [0, 4], [length, 2], [length, 2], [list.length, 4], [at, 4], [0, 2]);
  return new Uint8Array(Buffer.concat([...parts, list, end]));
}
