/**
 * The entries of a zip file, found through its central directory and read by range.
 *
 * Why not a library: fflate and its like need the whole file in memory, and a checkpoint has gigabytes; yauzl reads
 * ranges, but only through callbacks, which would make every tensor of every reader asynchronous. What torch writes is
 * the simplest of zips (stored entries, zip64 where large), so that directory is read here. Deflated entries, which NumPy
 * writes, are `npz.ts`'s; anything else is refused.
 */
import { ByteCursor } from './byteCursor';
import { fileError } from './fileError';
import type { RangeSource } from './rangeSource';

/** An entry of the directory. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes of its content. */
  readonly size: number;
  /** Bytes that it takes in the file. */
  readonly packedSize: number;
  /** Checksum of its content. */
  readonly crc: number;
  /** Where its local header starts. */
  readonly headerOffset: number;
  /** `other`: encrypted, or compressed in a way that is not read here. */
  readonly packing: 'stored' | 'deflated' | 'other';
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
/** More than any checkpoint's directory. */
const largestDirectory = 1 << 28;

interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
  readonly entries: number;
}

/** Does it start like a zip file? */
export function isZip(source: RangeSource): boolean {
  return source.size >= 4 && new DataView(copyOf(source, 0, 4)).getUint32(0, true) === localSignature;
}

function copyOf(source: RangeSource, offset: number, length: number): ArrayBuffer {
  return new Uint8Array(source.read(offset, length)).buffer;
}

/** All entries by name. @throws InputError when the directory is damaged */
export function readZipDirectory(source: RangeSource, file: string): Map<string, ZipEntry> {
  const { offset, size, entries } = findDirectory(source, file);
  const cursor = new ByteCursor(source, file, offset, offset + size);
  const found = new Map<string, ZipEntry>();
  for (let i = 0; i < entries; i++) {
    const entry = readEntry(cursor);
    if (entry.headerOffset + entry.packedSize > source.size)
      throw fileError(
        file,
        `its entry ${entry.name} reaches beyond the end: the file is truncated or damaged.`,
      );
    found.set(entry.name, entry);
  }
  return found;
}

function findDirectory(source: RangeSource, file: string): DirectoryPlace {
  const length = Math.min(source.size, 65_557);
  const tail = new DataView(copyOf(source, source.size - length, length));
  for (let at = length - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== endSignature || at + 22 + tail.getUint16(at + 20, true) !== length)
      continue;
    const place = {
      entries: tail.getUint16(at + 10, true),
      size: tail.getUint32(at + 12, true),
      offset: tail.getUint32(at + 16, true),
    };
    const has64 = at >= 20 && tail.getUint32(at - 20, true) === locator64Signature;
    const start = source.size - length + at;
    return checked(has64 ? findDirectory64(source, file, start - 20) : place, start, file);
  }
  throw fileError(file, 'it starts like a zip file, but its directory is missing: the file is truncated.');
}

function findDirectory64(source: RangeSource, file: string, locator: number): DirectoryPlace {
  const cursor = new ByteCursor(source, file, locator + 8);
  const at = cursor.u64();
  if (at + 56 > source.size) throw fileError(file, 'its zip64 directory is damaged.');
  const end = new ByteCursor(source, file, at);
  if (end.u32() !== end64Signature) throw fileError(file, 'its zip64 directory is damaged.');
  end.position = at + 32;
  return { entries: end.u64(), size: end.u64(), offset: end.u64() };
}

function checked(place: DirectoryPlace, end: number, file: string): DirectoryPlace {
  // 46 bytes is the smallest entry.
  if (place.offset + place.size > end || place.size > largestDirectory || place.entries * 46 > place.size)
    throw fileError(file, 'its zip directory is damaged.');
  return place;
}

function readEntry(cursor: ByteCursor): ZipEntry {
  const { file } = cursor;
  const start = cursor.position;
  if (cursor.u32() !== entrySignature) throw fileError(file, 'its zip directory is damaged.');
  cursor.position = start + 8;
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.position = start + 16;
  const crc = cursor.u32();
  const packed = cursor.u32();
  const plain = cursor.u32();
  const nameLength = cursor.u16();
  const extraLength = cursor.u16();
  const commentLength = cursor.u16();
  cursor.position = start + 42;
  const offset = cursor.u32();
  const name = new TextDecoder().decode(cursor.take(nameLength));
  const extra = cursor.take(extraLength);
  cursor.take(commentLength);
  const sizes = zip64Sizes(extra, { plain, packed, offset }, file);
  const { plain: size, packed: packedSize, offset: headerOffset } = sizes;
  const encrypted = (flags & 1) !== 0;
  const stored = method === 0 && !encrypted && size === packedSize;
  const packing = stored ? 'stored' : method === 8 && !encrypted ? 'deflated' : 'other';
  return { name, size, packedSize, crc, headerOffset, packing };
}

interface Sizes {
  readonly plain: number;
  readonly packed: number;
  readonly offset: number;
}

/** Fields of 0xffffffff stand in the zip64 extra (id 1) instead, in this order, only those that are needed. */
function zip64Sizes(extra: Uint8Array, small: Sizes, file: string): Sizes {
  const full = 0xffffffff;
  if (small.plain !== full && small.packed !== full && small.offset !== full) return small;
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    const field = (value: number) => {
      if (value !== full) return value;
      if (next + 8 > extra.length) throw fileError(file, 'its zip64 sizes are damaged.');
      const large = Number(view.getBigUint64(next, true));
      next += 8;
      return large;
    };
    return { plain: field(small.plain), packed: field(small.packed), offset: field(small.offset) };
  }
  throw fileError(file, 'its zip64 sizes are missing.');
}

/**
 * Where the bytes of a stored entry start.
 * @throws InputError when the entry is compressed, encrypted or damaged
 */
export function entryOffset(source: RangeSource, entry: ZipEntry, file: string): number {
  if (entry.packing !== 'stored')
    throw fileError(
      file,
      `its entry ${entry.name.slice(0, 80)} is compressed or encrypted. torch.save stores entries as they are: was the file zipped again?`,
      entry.name,
    );
  return packedOffset(source, entry, file);
}

/**
 * Where an entry's bytes start: behind its local header, whose extra field is its own (torch pads with it).
 * @throws InputError when the entry is damaged
 */
export function packedOffset(source: RangeSource, entry: ZipEntry, file: string): number {
  const cursor = new ByteCursor(source, file, entry.headerOffset);
  if (cursor.u32() !== localSignature)
    throw fileError(file, `its entry ${entry.name} is damaged.`, entry.name);
  cursor.position = entry.headerOffset + 26;
  const offset = entry.headerOffset + 30 + cursor.u16() + cursor.u16();
  if (offset + entry.packedSize > source.size)
    throw fileError(
      file,
      `its entry ${entry.name} reaches beyond the end: the file is truncated or damaged.`,
      entry.name,
    );
  return offset;
}
