/** The many ways an ONNX file keeps a tensor's elements, brought to one: little-endian bytes. */
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import type { onnx as proto } from 'onnx-proto';
import { InputError } from '../lpcam/inputError';
import { lazyTensor } from './lazyTensor';
import { elementTypes, elementTypeName } from './onnxModel';
import type { OnnxTensor } from './onnxModel';
import { FileSource, type RangeSource } from './rangeSource';

/** Bytes per element; newer types (float8, int4) are not listed and pass through unchecked. */
const elementBytes = new Map<number, number>([
  [elementTypes.float, 4],
  [elementTypes.uint8, 1],
  [elementTypes.int8, 1],
  [elementTypes.uint16, 2],
  [elementTypes.int16, 2],
  [elementTypes.int32, 4],
  [elementTypes.int64, 8],
  [elementTypes.bool, 1],
  [elementTypes.float16, 2],
  [elementTypes.double, 8],
  [elementTypes.uint32, 4],
  [elementTypes.uint64, 8],
  [elementTypes.bfloat16, 2],
]);

/** The elements lie in another file. */
const external = 1;

type LongLike = Exclude<NonNullable<proto.ITensorProto['int64Data']>[number], number>;

function asBytes(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function words64(values: readonly (number | LongLike)[]): Uint8Array {
  const words = new BigInt64Array(values.length);
  values.forEach((value, i) => (words[i] = BigInt(value.toString())));
  return asBytes(words);
}

/** Elements kept in one of the typed fields. */
function typedBytes(tensor: proto.ITensorProto): Uint8Array {
  const small = tensor.int32Data ?? [];
  switch (tensor.dataType as number) {
    case elementTypes.float:
      return asBytes(Float32Array.from(tensor.floatData ?? []));
    case elementTypes.double:
      return asBytes(Float64Array.from(tensor.doubleData ?? []));
    case elementTypes.int64:
      return words64(tensor.int64Data ?? []);
    case elementTypes.uint64:
      return words64(tensor.uint64Data ?? []);
    case elementTypes.uint32:
      return asBytes(Uint32Array.from(tensor.uint64Data ?? [], Number));
    case elementTypes.int32:
      return asBytes(Int32Array.from(small));
    case elementTypes.uint16:
    case elementTypes.float16:
    case elementTypes.bfloat16:
      return asBytes(Uint16Array.from(small));
    case elementTypes.int16:
      return asBytes(Int16Array.from(small));
    case elementTypes.int8:
      return asBytes(Int8Array.from(small));
    default:
      return Uint8Array.from(small);
  }
}

/** Data files of a model by path, each opened once to see how large it is. */
export type DataFiles = Map<string, RangeSource>;

function dataFile(files: DataFiles, path: string, name: string, file: string): RangeSource {
  const known = files.get(path);
  if (known) return known;
  try {
    const source = new FileSource(path);
    // Closed again at once: what is read later must be what is there now.
    source[Symbol.dispose]();
    files.set(path, source);
    return source;
  } catch {
    throw new InputError(
      `${file}: its weights lie in '${path}', which cannot be read. Keep that file beside the model, or save the ` +
        'model with its weights inside.',
      { file, field: name },
    );
  }
}

/** Where elements lie in another file, checked against its size. */
function externalRange(
  tensor: proto.ITensorProto,
  expected: number | null,
  file: string,
  files: DataFiles,
): { source: RangeSource; offset: number; length: number } {
  const name = tensor.name ?? '';
  const entries = new Map((tensor.externalData ?? []).map((entry) => [entry.key ?? '', entry.value ?? '']));
  const location = normalize(entries.get('location') ?? '');
  if (!entries.get('location') || isAbsolute(location) || location.split(sep).includes('..'))
    throw new InputError(
      `${file}: weight '${name}' lies outside the model's folder ('${entries.get('location') ?? ''}'), which is refused. ` +
        'Keep the data file beside the model.',
      { file, field: name },
    );
  const offset = Number(entries.get('offset') ?? 0);
  const stated = entries.has('length') ? Number(entries.get('length')) : expected;
  if (
    !Number.isSafeInteger(offset) ||
    offset < 0 ||
    (stated !== null && (!Number.isSafeInteger(stated) || stated < 0))
  )
    throw new InputError(`${file}: weight '${name}' has an offset or length that is not a number of bytes.`, {
      file,
      field: name,
    });
  const path = join(dirname(file), location);
  const source = dataFile(files, path, name, file);
  const length = stated ?? source.size - offset;
  if (length < 0 || offset + length > source.size)
    throw new InputError(
      `${path}: weight '${name}' should end at byte ${offset + length}, but the file has ${source.size}. Is it complete?`,
      { file: path, field: name },
    );
  return { source, offset, length };
}

/** Where a model comes from. */
export interface ModelOrigin {
  readonly file: string;
  /** Of a file on disk: finds bytes in it that can be read later; null when all is in memory. */
  readonly later: ((raw: Uint8Array) => (() => Uint8Array) | null) | null;
  /** Filled with the data files that weights lie in. */
  readonly dataFiles: DataFiles;
}

/** Bytes of a weight inside a model from which on it stays in its file until it is asked for. */
const large = 1 << 16;

/**
 * Reads one tensor of an ONNX file; external and large ones when they are asked for.
 * @throws InputError when its elements do not fill its shape, or lie in a file that cannot be read
 */
export function readTensor(
  tensor: proto.ITensorProto,
  file: string,
  origin: ModelOrigin = { file, later: null, dataFiles: new Map() },
): OnnxTensor {
  const name = tensor.name ?? '';
  const type = tensor.dataType ?? 0;
  const dims = (tensor.dims ?? []).map(Number);
  const count = dims.reduce((product, size) => product * size, 1);
  if (dims.some((size) => size < 0) || !Number.isSafeInteger(count))
    throw new InputError(`${file}: weight '${name}' has an impossible shape [${dims.join(', ')}].`, {
      file,
      field: name,
    });
  if (type === elementTypes.string)
    return { name, type, dims, raw: new Uint8Array(), strings: tensor.stringData ?? [] };
  const size = elementBytes.get(type);
  const expected = size === undefined ? null : count * size;
  const checked = (length: number) => {
    if (expected !== null && length !== expected)
      throw new InputError(
        `${file}: weight '${name}' holds ${length} bytes where its shape [${dims.join(', ')}] of ` +
          `${elementTypeName(type)} needs ${expected}. Is the file complete?`,
        { file, field: name },
      );
  };
  if ((tensor.dataLocation as number | null | undefined) === external) {
    const { source, offset, length } = externalRange(tensor, expected, file, origin.dataFiles);
    checked(length);
    return lazyTensor({ name, type, dims }, () => source.read(offset, length));
  }
  const raw = tensor.rawData?.length ? tensor.rawData : typedBytes(tensor);
  checked(raw.byteLength);
  const read = raw.length < large ? null : (origin.later?.(raw) ?? null);
  return read === null ? { name, type, dims, raw, strings: null } : lazyTensor({ name, type, dims }, read);
}
