/**
 * PyTorch's format before 1.6, which every tensor inside a NumPy pickle still uses: five pickles in a row (a magic
 * number, the protocol, the machine, the object, the storages' keys), then each storage's length and bytes.
 */
import { allowedGlobals, storageDType } from './allowedGlobals';
import { ByteCursor } from './byteCursor';
import { fileError } from './fileError';
import { itemSizes } from './numericArray';
import { runPickle, type PickleRules } from './pickleMachine';
import { kindOf, PickleTuple, type AllowList, type PickleValue } from './pickleValue';
import { bytesSource, type RangeSource } from './rangeSource';
import { TorchStorage } from './torchValue';

type Fail = (problem: string) => never;

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;

/** Storages inside storages: real files have one level. */
const deepest = 2;

/**
 * The allow-list for pickles of `file`, whose storages may be saved inside the pickle (`_load_from_bytes`).
 * @param depth how many storages the pickle is inside of
 */
export function torchAllowList(file: string, depth = 0): AllowList {
  // The same bytes may be asked for any number of times; they are read once.
  const loaded = new WeakMap<Uint8Array, { value: PickleValue }>();
  return allowedGlobals((bytes, fail) => {
    if (depth >= deepest) return fail('storages are nested too deeply');
    const known = loaded.get(bytes);
    if (known !== undefined) return known.value;
    const value = readLegacy(bytesSource(bytes), file, depth + 1);
    loaded.set(bytes, { value });
    return value;
  });
}

/** The parts of a storage's persistent id: ('storage', type, key, location, elements, view). */
export function storageOf(
  id: PickleValue,
  fail: Fail,
): { readonly storage: TorchStorage; readonly view: PickleValue } {
  const items = id instanceof PickleTuple ? id.items : [];
  const [kind, type, key, , elements, view] = items;
  const dtype = storageDType(type);
  if (kind !== 'storage' || dtype === null || (typeof key !== 'string' && typeof key !== 'number'))
    return fail(`a persistent id that is no storage's (${kindOf(type)})`);
  if (typeof elements !== 'number' || !Number.isSafeInteger(elements) || elements < 0)
    return fail('a storage without a size');
  return { storage: new TorchStorage(String(key), dtype, elements), view: view ?? null };
}

/** Does it start with the magic number, in whatever pickle protocol (the number itself is the same in 2 to 5)? */
export function isLegacy(source: RangeSource): boolean {
  const head = Array.from(source.read(0, Math.min(source.size, 32)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return head.join(' ').includes('8a 0a 6c fc 9c 46 f9 20 6a a8 50 19');
}

/** Reads the object of a legacy file; storages are bound to `source` and read when asked for. @throws InputError */
export function readLegacy(source: RangeSource, file: string, depth = 0): PickleValue {
  const cursor = new ByteCursor(source, file);
  const plain: PickleRules = { allowed: new Map() };
  if (runPickle(cursor, plain) !== magicNumber)
    throw fileError(file, 'this is no torch file (its magic number is another).');
  if (runPickle(cursor, plain) !== protocolVersion)
    throw fileError(file, 'its torch protocol is unknown; save it again with a newer PyTorch.');
  const machine = runPickle(cursor, plain);
  if (machine instanceof Map && machine.get('little_endian') === false)
    throw fileError(file, 'it was written on a big-endian machine, which is not read here.');

  const storages = new Map<string, TorchStorage>();
  const views = new Map<string, TorchStorage>();
  const object = runPickle(cursor, {
    allowed: torchAllowList(file, depth),
    persistent: (id, fail) => {
      const { storage, view } = storageOf(id, fail);
      const known = storages.get(storage.key) ?? storage;
      if (known.dtype !== storage.dtype) return fail(`storage ${storage.key} has two types`);
      storages.set(storage.key, known);
      return view === null ? known : viewOf(known, view, views, fail);
    },
  });
  bindStorages(runPickle(cursor, plain), storages, cursor, source);
  return object;
}

/** Old files share a part of a storage under a name of its own: (key, offset, size). */
function viewOf(
  root: TorchStorage,
  view: PickleValue,
  views: Map<string, TorchStorage>,
  fail: Fail,
): TorchStorage {
  const [key, offset, size] = view instanceof PickleTuple ? view.items : [];
  if (
    typeof offset !== 'number' ||
    typeof size !== 'number' ||
    offset < 0 ||
    size < 0 ||
    offset + size > root.elements
  )
    return fail(`a view reaches beyond its storage ${root.key}`);
  const name = `${root.key}/${String(typeof key === 'object' ? '' : key)}/${offset}/${size}`;
  const known = views.get(name) ?? root.part(name, offset, size);
  views.set(name, known);
  return known;
}

function bindStorages(
  keys: PickleValue,
  storages: ReadonlyMap<string, TorchStorage>,
  cursor: ByteCursor,
  source: RangeSource,
): void {
  const { file } = cursor;
  if (!Array.isArray(keys)) throw fileError(file, 'its list of storages is damaged.');
  for (const key of keys) {
    const storage =
      typeof key === 'string' || typeof key === 'number' ? storages.get(String(key)) : undefined;
    if (storage === undefined) throw fileError(file, 'its list of storages names one that no tensor uses.');
    const elements = cursor.u64();
    const bytes = elements * itemSizes[storage.dtype];
    if (elements !== storage.elements || bytes > cursor.remaining)
      throw fileError(
        file,
        `storage ${storage.key} should hold ${storage.elements} numbers; ${cursor.remaining} bytes are left. The file is truncated or damaged.`,
        storage.key,
      );
    storage.bind(source, cursor.position);
    cursor.position += bytes;
  }
  for (const storage of storages.values())
    if (!storage.bound)
      throw fileError(file, `the bytes of storage ${storage.key} are missing.`, storage.key);
}
