/** Files of `torch.save` (`.pt`, `.pth`): the zip format since 1.6 and the legacy one, never executing anything. */
import { ByteCursor } from './byteCursor';
import { fileError } from './fileError';
import { itemSizes } from './numericArray';
import { runPickle } from './pickleMachine';
import { kindOf, type PickleValue } from './pickleValue';
import { bytesSource, type RangeSource } from './rangeSource';
import { isLegacy, readLegacy, storageOf, torchAllowList } from './torchLegacy';
import { TorchTensor, type TorchStorage } from './torchValue';
import { entryOffset, isZip, readZipDirectory, type ZipEntry } from './zipDirectory';

/**
 * Reads what was saved. Tensors know where their numbers are and read them when asked (`numbers()`): the source has to
 * stay readable until then.
 * @throws InputError when it is no torch file, is truncated, is TorchScript, or asks for a global that is not harmless
 */
export function readTorchFile(source: RangeSource | Uint8Array, file: string): PickleValue {
  const ranges = source instanceof Uint8Array ? bytesSource(source) : source;
  if (isZip(ranges)) return readZip(ranges, file);
  if (!isLegacy(ranges)) throw noTorchFile(ranges, file);
  return readLegacy(ranges, file);
}

function noTorchFile(source: RangeSource, file: string): Error {
  const tar = source.size > 262 && new TextDecoder('latin1').decode(source.read(257, 5)) === 'ustar';
  return fileError(
    file,
    tar
      ? 'it is in the tar format of PyTorch before 0.2; load it in Python and save it again.'
      : 'this is no file of torch.save (neither its zip format nor the legacy one).',
  );
}

function readZip(source: RangeSource, file: string): PickleValue {
  const entries = readZipDirectory(source, file);
  const pickle = [...entries.values()].find((entry) => entry.name.endsWith('/data.pkl'));
  if (pickle === undefined)
    throw fileError(file, 'this zip file holds no data.pkl: torch.save did not write it.');
  const root = pickle.name.slice(0, -'data.pkl'.length);
  refuseTorchScript(entries, root, file);
  refuseBigEndian(source, entries.get(`${root}byteorder`), file);

  const storages = new Map<string, TorchStorage>();
  const start = entryOffset(source, pickle, file);
  return runPickle(new ByteCursor(source, file, start, start + pickle.size), {
    allowed: torchAllowList(file),
    persistent: (id, fail) => {
      const { storage } = storageOf(id, fail);
      const known = storages.get(storage.key);
      if (known !== undefined) return known.dtype === storage.dtype ? known : fail('a storage has two types');
      const entry = entries.get(`${root}data/${storage.key}`);
      if (entry === undefined) return fail(`the bytes of storage ${storage.key.slice(0, 80)} are missing`);
      if (storage.elements * itemSizes[storage.dtype] > entry.size)
        return fail(
          `storage ${storage.key} should hold ${storage.elements} numbers, but has ${entry.size} bytes`,
        );
      storage.bind(source, entryOffset(source, entry, file));
      storages.set(storage.key, storage);
      return storage;
    },
  });
}

function refuseTorchScript(entries: ReadonlyMap<string, ZipEntry>, root: string, file: string): void {
  const script =
    entries.has(`${root}constants.pkl`) ||
    [...entries.keys()].some((name) => name.startsWith(`${root}code/`));
  if (script)
    throw fileError(
      file,
      'it is a TorchScript program, which would have to be executed. Save the weights instead, ' +
        'torch.save(model.state_dict(), "weights.pth"), or export the model with torch.onnx.export.',
    );
}

function refuseBigEndian(source: RangeSource, entry: ZipEntry | undefined, file: string): void {
  if (entry === undefined || entry.size > 16) return;
  const order = new TextDecoder().decode(source.read(entryOffset(source, entry, file), entry.size));
  if (order.trim() === 'big')
    throw fileError(file, 'it was written on a big-endian machine, which is not read here.');
}

/** The tensors of a saved dict (or of a single tensor, under ''), by key. @throws InputError when there is another thing */
export function tensorsOf(value: PickleValue, file: string): Map<string, TorchTensor> {
  if (value instanceof TorchTensor) return new Map([['', value]]);
  if (!(value instanceof Map))
    throw fileError(file, `it holds ${kindOf(value)}; a dict of tensors is expected.`);
  const tensors = new Map<string, TorchTensor>();
  for (const [key, tensor] of value) {
    const name = typeof key === 'string' || typeof key === 'number' ? String(key) : kindOf(key);
    if (!(tensor instanceof TorchTensor))
      throw fileError(file, `its entry ${name} is ${kindOf(tensor)}; a tensor is expected.`, name);
    tensors.set(name, tensor);
  }
  return tensors;
}
