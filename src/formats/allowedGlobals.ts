/**
 * The allow-list of globals that NumPy and PyTorch write into arrays, tensors and state dicts. Each entry builds plain
 * data of ours; nothing of Python is ever called.
 */
import { asBytes } from './pickleText';
import { NumpyArray, NumpyDtype } from './numpyValue';
import {
  PickleGlobal,
  PickleStub,
  PickleTuple,
  type AllowList,
  type GlobalHandler,
  type PickleValue,
} from './pickleValue';
import { TorchStorage, TorchTensor } from './torchValue';
import type { DType } from './numericArray';

type Fail = (problem: string) => never;

/** PyTorch's storage types. An untyped storage counts bytes. */
const storageTypes: Readonly<Record<string, DType>> = {
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  DoubleStorage: 'float64',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  UntypedStorage: 'uint8',
};

const storageDTypes = new Map<string, DType>();
for (const [name, dtype] of Object.entries(storageTypes))
  for (const module of ['torch', 'torch.storage', 'torch.cuda'])
    storageDTypes.set(`${module}.${name}`, dtype);

/** `torch.FloatStorage` and the like -> number type; null for other globals. */
export function storageDType(value: PickleValue | undefined): DType | null {
  return value instanceof PickleGlobal ? (storageDTypes.get(value.name) ?? null) : null;
}

const dictOf: GlobalHandler = (args, fail) => {
  const dict = new Map<PickleValue, PickleValue>();
  const [pairs] = args;
  if (pairs instanceof Map) return new Map(pairs);
  if (pairs === undefined) return dict;
  if (!Array.isArray(pairs)) return fail('an OrderedDict of something that is no list of pairs');
  for (const pair of pairs) {
    const items = pair instanceof PickleTuple ? pair.items : pair;
    if (!Array.isArray(items) || items.length !== 2)
      return fail('an OrderedDict of something that is no list of pairs');
    const [key, value] = items as readonly PickleValue[];
    dict.set(key ?? null, value ?? null);
  }
  return dict;
};

const setOf: GlobalHandler = ([items], fail) => {
  if (items === undefined) return new Set();
  if (items instanceof PickleTuple) return new Set(items.items);
  if (Array.isArray(items) || items instanceof Set) return new Set(items);
  return fail('a set of something that is no list');
};

/** `_codecs.encode(text, 'latin1')`: how protocol 2 stores bytes. */
const encode: GlobalHandler = ([text, encoding], fail) => {
  if (typeof text !== 'string' || typeof encoding !== 'string') return fail('text is expected to be encoded');
  if (!/^latin-?1$/i.test(encoding)) return fail(`the encoding "${encoding.slice(0, 40)}" is not read here`);
  return asBytes(text) ?? fail('text that is not latin-1');
};

const reconstructArray: GlobalHandler = ([type], fail) => {
  if (!(type instanceof PickleGlobal) || type.name !== 'numpy.ndarray')
    return fail('only plain numpy arrays are read');
  return new NumpyArray();
};

const numpyDtype: GlobalHandler = ([text], fail) =>
  typeof text === 'string' ? new NumpyDtype(text) : fail('a numpy dtype without a name');

const numpyScalar: GlobalHandler = ([dtype, data], fail) => {
  if (!(dtype instanceof NumpyDtype)) return fail('a numpy scalar without a type');
  if (dtype.isObject) return data ?? null;
  return dtype.scalar(asBytes(data) ?? fail('a numpy scalar without bytes'), fail);
};

const arrayFromBuffer: GlobalHandler = ([data, dtype, shape, order], fail) => {
  if (!(dtype instanceof NumpyDtype) || !(shape instanceof PickleTuple) || data === undefined)
    return fail('a numpy array whose type or shape is missing');
  const array = new NumpyArray();
  array.fill(shape, dtype, order === 'F', data, fail);
  return array;
};

/** A tuple (or torch.Size) of whole numbers. */
function integers(value: PickleValue | undefined, fail: Fail): number[] {
  if (!(value instanceof PickleTuple)) return fail('a tensor without shape or stride');
  return value.items.map((item) => (typeof item === 'number' ? item : -1));
}

const rebuildTensor: GlobalHandler = ([storage, offset, size, stride], fail) => {
  if (!(storage instanceof TorchStorage) || typeof offset !== 'number')
    return fail('a tensor without a storage');
  return new TorchTensor(storage, offset, integers(size, fail), integers(stride, fail), fail);
};

/** Number types without a storage type of their own keep their bytes in an untyped storage (PyTorch 2.3 and later). */
const unsignedTypes = new Map<string, DType>([
  ['torch.uint16', 'uint16'],
  ['torch.uint32', 'uint32'],
  ['torch.uint64', 'uint64'],
]);

/** (storage, offset, size, stride, requires_grad, hooks, dtype, metadata) */
const rebuildUnsignedTensor: GlobalHandler = ([storage, offset, size, stride, , , type], fail) => {
  const dtype = type instanceof PickleGlobal ? unsignedTypes.get(type.name) : undefined;
  if (!(storage instanceof TorchStorage) || dtype === undefined || typeof offset !== 'number')
    return fail('a tensor without a storage or of an unknown type');
  return new TorchTensor(storage.seenAs(dtype), offset, integers(size, fail), integers(stride, fail), fail);
};

const rebuildParameter: GlobalHandler = ([tensor], fail) =>
  tensor instanceof TorchTensor ? tensor : fail('a parameter without a tensor');

const size: GlobalHandler = ([sides], fail) => {
  if (sides instanceof PickleTuple) return sides;
  return Array.isArray(sides) ? new PickleTuple(sides) : fail('a torch.Size of something that is no tuple');
};

const stub =
  (name: string): GlobalHandler =>
  (args) =>
    new PickleStub(name, args);

/** Only ever an argument of another global, never called. */
const neverCalled: GlobalHandler = (_, fail) => fail('a type is called that never is');

/**
 * @param loadStorage what `torch.storage._load_from_bytes` does: reads the bytes of a storage saved inside the pickle
 */
export function allowedGlobals(loadStorage: (bytes: Uint8Array, fail: Fail) => PickleValue): AllowList {
  const allowed = new Map<string, GlobalHandler>([
    ['collections.OrderedDict', dictOf],
    ['_codecs.encode', encode],
    ['numpy.ndarray', neverCalled],
    ['numpy.dtype', numpyDtype],
    ['torch._utils._rebuild_tensor', rebuildTensor],
    ['torch._utils._rebuild_tensor_v2', rebuildTensor],
    ['torch._utils._rebuild_tensor_v3', rebuildUnsignedTensor],
    ['torch._utils._rebuild_parameter', rebuildParameter],
    ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
    ['torch.Size', size],
    ['torch.device', stub('torch.device')],
    ['argparse.Namespace', stub('argparse.Namespace')],
    [
      'torch.storage._load_from_bytes',
      ([bytes], fail) => loadStorage(asBytes(bytes) ?? fail('a storage without bytes'), fail),
    ],
  ]);
  for (const module of ['builtins', '__builtin__']) {
    allowed.set(`${module}.set`, setOf);
    allowed.set(`${module}.frozenset`, setOf);
  }
  for (const core of ['numpy.core', 'numpy._core']) {
    allowed.set(`${core}.multiarray._reconstruct`, reconstructArray);
    allowed.set(`${core}.multiarray.scalar`, numpyScalar);
    allowed.set(`${core}.numeric._frombuffer`, arrayFromBuffer);
  }
  for (const name of [...storageDTypes.keys(), ...unsignedTypes.keys()]) allowed.set(name, neverCalled);
  return allowed;
}
