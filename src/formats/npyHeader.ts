/** The header of a `.npy` file (numpy.lib.format, versions 1.0 to 3.0). */
import { fileError } from './fileError';
import type { DType } from './numericArray';

/** What stands before the values. */
export interface NpyHeader {
  /** As written: `<f4`, `|O`, ... */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the values start. */
  readonly dataOffset: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Does it start like a `.npy` file? */
export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** @throws InputError when it is no `.npy` file, or one of a version, or of a type, that is not read here */
export function readNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (!isNpy(bytes)) throw fileError(file, 'this is no .npy file (it does not start with "\\x93NUMPY").');
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) throw fileError(file, `.npy version ${major} is unknown; 1 to 3 can be read.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw truncated(file);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (bytes.length < start + length) throw truncated(file);
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(
    bytes.subarray(start, start + length),
  );
  return { ...parseHeader(text, file), dataOffset: start + length };
}

function truncated(file: string): Error {
  return fileError(file, 'the file ends inside its .npy header: it is truncated.');
}

function parseHeader(text: string, file: string): Omit<NpyHeader, 'dataOffset'> {
  const descr = /['"]descr['"]\s*:\s*['"]([^'"]*)['"]/.exec(text)?.[1];
  const fortran = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /['"]shape['"]\s*:\s*\(([\dL,\s]*)\)/.exec(text)?.[1];
  if (descr === undefined && /['"]descr['"]\s*:\s*\[/.test(text))
    throw fileError(
      file,
      'it holds records (a structured dtype); plain numbers or a pickled dict are expected.',
    );
  if (descr === undefined || fortran === undefined || shape === undefined)
    throw fileError(file, 'its .npy header is not what NumPy writes (descr, fortran_order, shape).');
  const sides = shape
    .split(',')
    .map((side) => side.trim().replace(/L$/, ''))
    .filter((side) => side !== '')
    .map(Number);
  if (sides.some((side) => !Number.isSafeInteger(side)) || sides.length > 64)
    throw fileError(file, `its shape (${shape.trim().slice(0, 80)}) is impossible.`);
  return { descr, fortranOrder: fortran === 'True', shape: sides };
}

const numberTypes: ReadonlyMap<string, DType> = new Map([
  ['f8', 'float64'],
  ['f4', 'float32'],
  ['f2', 'float16'],
  ['i8', 'int64'],
  ['i4', 'int32'],
  ['i2', 'int16'],
  ['i1', 'int8'],
  ['u8', 'uint64'],
  ['u4', 'uint32'],
  ['u2', 'uint16'],
  ['u1', 'uint8'],
  ['b1', 'bool'],
  ['?', 'bool'],
]);

/** NumPy's name of a number type (`f4`, without the byte order) -> ours; null for others. */
export function dtypeOfNumpy(name: string): DType | null {
  return numberTypes.get(name) ?? null;
}

/** Ours -> NumPy's, with the byte order: `<f4`, `|u1`; null for bfloat16, which NumPy lacks. */
export function numpyOfDtype(dtype: DType): string | null {
  for (const [name, ours] of numberTypes) if (ours === dtype) return (name.endsWith('1') ? '|' : '<') + name;
  return null;
}
