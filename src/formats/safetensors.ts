/**
 * The safetensors format: the length of a JSON header, the header, the tensors' bytes. Written here because
 * the format fits on a page and checking every length before it is used is most of it.
 */
import { fileError } from './fileError';
import {
  bytesOf,
  decodeNumbers,
  elementCount,
  itemSizes,
  type DType,
  type NumericArray,
} from './numericArray';
import { bytesSource, type RangeSource } from './rangeSource';

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, NumericArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

const names: Readonly<Record<DType, string>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};
const dtypes = new Map<unknown, DType>(Object.entries(names).map(([dtype, name]) => [name, dtype as DType]));

/** The reference implementation's limit. */
const longestHeader = 100_000_000;

/** Does it start like a safetensors file: the length of a header, and the header's first brace? */
export function isSafetensors(source: RangeSource): boolean {
  if (source.size < 10) return false;
  const head = source.read(0, 9);
  const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getBigUint64(0, true);
  return head[8] === 0x7b && length >= 2n && length <= BigInt(Math.min(source.size - 8, longestHeader));
}

/** Where a tensor's bytes lie in the file. */
interface TensorPlace {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

/** Reads all tensors; their numbers are copied. @throws InputError when the header or a tensor's bytes are not right */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const source = bytesSource(bytes);
  const { places, metadata } = readSafetensorsHeader(source, file);
  const tensors = new Map<string, NumericArray>();
  for (const [name, { dtype, shape, offset, bytes: length }] of places)
    tensors.set(name, { dtype, shape, data: decodeNumbers(source.read(offset, length), dtype) });
  return { tensors, metadata };
}

/** Reads what the file says about its tensors, not their numbers. @throws InputError when that is not right */
export function readSafetensorsHeader(
  source: RangeSource,
  file: string,
): {
  readonly places: ReadonlyMap<string, TensorPlace>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the tensors' bytes begin. */
  readonly start: number;
} {
  const { header, start } = split(source, file);
  const size = source.size - start;
  const places = new Map<string, TensorPlace>();
  let metadata: Record<string, string> = {};
  let claimed = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') metadata = textsOf(entry, file);
    else {
      const place = placeOf(name, entry, size, file);
      claimed += place.bytes;
      if (claimed > size) throw fileError(file, `tensor "${name}" overlaps another.`, name);
      places.set(name, { ...place, offset: start + place.offset });
    }
  }
  return { places, metadata, start };
}

function split(source: RangeSource, file: string): { header: object; start: number } {
  if (source.size < 8) throw fileError(file, 'this is no safetensors file (it is shorter than 8 bytes).');
  const head = source.read(0, 8);
  const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getBigUint64(0, true);
  if (length > BigInt(Math.min(source.size - 8, longestHeader)))
    throw fileError(
      file,
      'this is no safetensors file, or it is truncated (its header is longer than the file).',
    );
  const start = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(source.read(8, Number(length))));
  } catch {
    header = null;
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw fileError(file, 'this is no safetensors file (its header is no JSON object).');
  return { header, start };
}

function textsOf(entry: unknown, file: string): Record<string, string> {
  const pairs = typeof entry === 'object' && entry !== null ? Object.entries(entry) : [];
  return Object.fromEntries(
    pairs.map(([key, value]: [string, unknown]) => {
      if (typeof value !== 'string') throw fileError(file, `its metadata "${key}" is no text.`, key);
      return [key, value];
    }),
  );
}

function isWholePair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((x) => Number.isSafeInteger(x) && x >= 0);
}

function placeOf(name: string, entry: unknown, size: number, file: string): TensorPlace {
  const fail = (problem: string) => fileError(file, `tensor "${name}" ${problem}.`, name);
  if (typeof entry !== 'object' || entry === null) throw fail('has no description');
  const { dtype: type, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  const dtype = dtypes.get(type);
  if (dtype === undefined) throw fail(`is of type ${JSON.stringify(type)}, which is not read here`);
  const sides: unknown[] | null = Array.isArray(shape) ? shape : null;
  const isNumbers = (values: unknown[]): values is number[] =>
    values.every((side) => typeof side === 'number');
  if (sides === null || sides.length > 64 || !isNumbers(sides)) throw fail('has no shape');
  const count = elementCount(sides);
  if (!isWholePair(offsets)) throw fail('has no place in the file');
  const [begin, end] = offsets;
  if (begin > end || end > size)
    throw fail(
      `should lie at ${begin} to ${end}, but only ${size} bytes are there: the file is truncated or damaged`,
    );
  if (count === null || count * itemSizes[dtype] !== end - begin)
    throw fail(
      `has ${end - begin} bytes, which its shape (${sides.join(', ')}) of ${names[dtype]} does not fill`,
    );
  return { dtype, shape: sides, offset: begin, bytes: end - begin };
}

/**
 * Writes tensors and texts. Tensors of wide numbers come first, so that each starts at a multiple of its width, as
 * readers that map the file need it.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, NumericArray>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const ordered = [...tensors].sort(([, a], [, b]) => itemSizes[b.dtype] - itemSizes[a.dtype]);
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push(['__metadata__', metadata]);
  let size = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (elementCount(shape) !== data.length) throw new RangeError(`Tensor ${name} does not fill its shape.`);
    header.push([name, { dtype: names[dtype], shape, data_offsets: [size, size + data.byteLength] }]);
    size += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + size).fill(32, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const [, { data }] of ordered) {
    bytes.set(bytesOf(data), at);
    at += data.byteLength;
  }
  return bytes;
}
