/** The many ways an ONNX file keeps a tensor's elements, brought to one: little-endian bytes. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import type { onnx as proto } from 'onnx-proto';
import { InputError } from '../lpcam/inputError';
import { elementTypes, elementTypeName } from './onnxModel';
import type { OnnxTensor } from './onnxModel';

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

function readRange(
  path: string,
  offset: number,
  length: number | null,
  name: string,
  file: string,
): Uint8Array {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch {
    throw new InputError(
      `${file}: its weights lie in '${path}', which cannot be read. Keep that file beside the model, or save the ` +
        'model with its weights inside.',
      { file, field: name },
    );
  }
  try {
    const size = fstatSync(handle).size;
    const wanted = length ?? size - offset;
    if (wanted < 0 || offset + wanted > size)
      throw new InputError(
        `${path}: weight '${name}' should end at byte ${offset + wanted}, but the file has ${size}. Is it complete?`,
        { file: path, field: name },
      );
    const bytes = new Uint8Array(wanted);
    for (let done = 0; done < wanted;) {
      const read = readSync(handle, bytes, done, wanted - done, offset + done);
      if (read === 0)
        throw new InputError(`${path}: ended while '${name}' was read.`, { file: path, field: name });
      done += read;
    }
    return bytes;
  } finally {
    closeSync(handle);
  }
}

function externalBytes(tensor: proto.ITensorProto, expected: number | null, file: string): Uint8Array {
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
  const length = entries.has('length') ? Number(entries.get('length')) : expected;
  if (
    !Number.isSafeInteger(offset) ||
    offset < 0 ||
    (length !== null && (!Number.isSafeInteger(length) || length < 0))
  )
    throw new InputError(`${file}: weight '${name}' has an offset or length that is not a number of bytes.`, {
      file,
      field: name,
    });
  return readRange(join(dirname(file), location), offset, length, name, file);
}

/**
 * Reads one tensor of an ONNX file.
 * @throws InputError when its elements do not fill its shape, or lie in a file that cannot be read
 */
export function readTensor(tensor: proto.ITensorProto, file: string): OnnxTensor {
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
  const raw =
    (tensor.dataLocation as number | null | undefined) === external
      ? externalBytes(tensor, expected, file)
      : tensor.rawData?.length
        ? tensor.rawData
        : typedBytes(tensor);
  if (expected !== null && raw.byteLength !== expected)
    throw new InputError(
      `${file}: weight '${name}' holds ${raw.byteLength} bytes where its shape [${dims.join(', ')}] of ` +
        `${elementTypeName(type)} needs ${expected}. Is the file complete?`,
      { file, field: name },
    );
  return { name, type, dims, raw, strings: null };
}
