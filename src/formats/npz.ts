/** Arrays in `.npz` files: what `np.savez` and `np.savez_compressed` write, `.npy` files in a zip, read one by one. */
import { crc32, inflateRawSync } from 'node:zlib';
import { InputError } from '../lpcam/inputError';
import { fileError } from './fileError';
import { dtypeOfNumpy, readNpyHeader, type NpyHeader } from './npyHeader';
import { elementCount, itemSizes } from './numericArray';
import { readNpyObject } from './npyObject';
import { NumpyArray, NumpyDtype } from './numpyValue';
import { PickleStub, PickleTuple, type PickleValue } from './pickleValue';
import { bytesSource, type RangeSource } from './rangeSource';
import { isZip, packedOffset, readZipDirectory, type ZipEntry } from './zipDirectory';

/** Bytes that the compressed members of a file may have together: maps of 80 classes at 900 x 900 pixels. */
const mostInflated = 1 << 28;
/** Deflate makes at most 1032 bytes of one: a member that promises more lies about its size. */
const largestRatio = 1032;
const suffix = '.npy';

/** Does it start like a `.npz` file, which is a zip? */
export function isNpz(bytes: Uint8Array): boolean {
  return isZip(bytesSource(bytes));
}

/** The members of a file by name. Only the directory is read at once; a member is read when it is asked for. */
export class NpzFile {
  readonly #source: RangeSource;
  readonly #entries: ReadonlyMap<string, ZipEntry>;

  /** @throws InputError when it is no zip file, its directory is damaged, or members lie over one another */
  constructor(
    source: RangeSource | Uint8Array,
    readonly file: string,
  ) {
    this.#source = source instanceof Uint8Array ? bytesSource(source) : source;
    if (!isZip(this.#source))
      throw fileError(file, 'this is no .npz file (it is no zip as np.savez writes it).');
    const entries = [...readZipDirectory(this.#source, file).values()].filter(({ name }) =>
      name.endsWith(suffix),
    );
    if (entries.length === 0)
      throw fileError(file, 'this zip file holds no .npy file: np.savez did not write it.');
    this.#entries = new Map(entries.map((entry) => [entry.name.slice(0, -suffix.length), entry]));
    this.#checkSizes(entries);
  }

  /** As `np.savez` was given them; `arr_0`, `arr_1`, ... where it was not. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** A few bytes must not stand for many: neither by members that share them nor by what they inflate to. */
  #checkSizes(entries: readonly ZipEntry[]): void {
    let end = 0;
    let inflated = 0;
    for (const entry of [...entries].sort((a, b) => a.headerOffset - b.headerOffset)) {
      const { name, size, packedSize, headerOffset, packing } = entry;
      if (headerOffset < end)
        throw fileError(this.file, `its member ${name} lies over another one: the file is damaged.`, name);
      end = headerOffset + 30 + packedSize;
      if (packing !== 'deflated') continue;
      if (size > packedSize * largestRatio)
        throw fileError(
          this.file,
          `its member ${name} should have ${size} bytes, which ${packedSize} compressed ones cannot hold: the file is damaged.`,
          name,
        );
      inflated += size;
    }
    if (inflated > mostInflated)
      throw fileError(
        this.file,
        `its compressed members have ${inflated} bytes; at most ${mostInflated} are read. Save it with np.savez, which does not compress.`,
      );
  }

  /**
   * A member: an array of numbers, or the object that was saved (`np.savez` of a dict). Arrays of other things (text,
   * records) are stubs that say so, since files carry what nobody here asks for.
   * @throws InputError naming file and member when it is missing, damaged or not harmless
   */
  value(name: string): PickleValue {
    const entry = this.#entries.get(name);
    if (entry === undefined)
      throw fileError(
        this.file,
        `it has no member "${name}", only ${this.names.slice(0, 20).join(', ')}.`,
        name,
      );
    try {
      const bytes = this.#content(entry);
      const label = `${this.file}: ${entry.name}`;
      return valueOf(bytes, label);
    } catch (error) {
      // Readers of a member name it with the file; where to look is the file itself.
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.message, { file: this.file, field: entry.name });
    }
  }

  #content(entry: ZipEntry): Uint8Array {
    const { name, size, packedSize, packing } = entry;
    const damaged = (how: string) =>
      fileError(this.file, `its member ${name} is damaged (${how}). Copy or save the file again.`, name);
    if (packing === 'other')
      throw fileError(
        this.file,
        `its member ${name} is encrypted, or compressed in another way than np.savez_compressed does.`,
        name,
      );
    const packed = this.#source.read(packedOffset(this.#source, entry, this.file), packedSize);
    const bytes = packing === 'stored' ? packed : inflated(packed, size, damaged);
    if (crc32(bytes) !== entry.crc) throw damaged('its checksum is another');
    return bytes;
  }
}

/** Exactly `size` bytes, into one block of memory: sizes were checked, and what does not fit is an error. */
function inflated(packed: Uint8Array, size: number, damaged: (how: string) => InputError): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size + 1) });
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error));
  }
  if (bytes.length !== size) throw damaged(`it has ${bytes.length} bytes where ${size} are promised`);
  return bytes;
}

function valueOf(bytes: Uint8Array, label: string): PickleValue {
  const header = readNpyHeader(bytes, label);
  if (/^\|?O/.test(header.descr)) return readNpyObject(bytes, label);
  const dtype = dtypeOfNumpy(header.descr.replace(/^[<>|=]/, ''));
  return dtype === null
    ? new PickleStub(`a numpy array of type "${header.descr.slice(0, 20)}"`, [])
    : arrayOf(bytes, header, itemSizes[dtype], label);
}

function arrayOf(bytes: Uint8Array, header: NpyHeader, itemSize: number, label: string): NumpyArray {
  const { descr, shape, fortranOrder, dataOffset } = header;
  const length = (elementCount(shape) ?? Infinity) * itemSize;
  const available = bytes.length - dataOffset;
  if (length > available)
    throw fileError(
      label,
      `its header promises values of shape (${shape.join(', ')}), but only ${available} bytes follow.`,
    );
  const array = new NumpyArray();
  const values = bytes.subarray(dataOffset, dataOffset + length);
  array.fill(new PickleTuple(shape), new NumpyDtype(descr), fortranOrder, values, (problem) => {
    throw fileError(label, `${problem}.`);
  });
  return array;
}

/**
 * All members as one dict, as if it had been saved with `np.save`; a dict that `np.savez` was given as its only argument
 * is that dict.
 * @throws InputError naming file and member
 */
export function readNpzDict(bytes: Uint8Array, file: string): Map<PickleValue, PickleValue> {
  const npz = new NpzFile(bytes, file);
  const [only, ...others] = npz.names;
  if (only === 'arr_0' && others.length === 0) {
    const value = npz.value(only);
    if (value instanceof Map) return value;
    throw fileError(file, 'it holds one array without a name; members with names, or a dict, are expected.');
  }
  return new Map(npz.names.map((name) => [name, npz.value(name)]));
}
