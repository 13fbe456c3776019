/** What is damaged, and how what is left of it is read: as the product reads it. */
import { deflateRawSync, crc32 } from 'node:zlib';
import { readLabels } from '../../../../src/formats/labels';
import { readMask, writeLabelPng } from '../../../../src/formats/mask';
import { readNpy, writeNpy } from '../../../../src/formats/npy';
import { NpzFile } from '../../../../src/formats/npz';
import { NumpyArray } from '../../../../src/formats/numpyValue';
import { encodeModel } from '../../../../src/formats/onnx';
import { readPickle } from '../../../../src/formats/pickle';
import type { PickleValue } from '../../../../src/formats/pickleValue';
import { readSafetensors, writeSafetensors } from '../../../../src/formats/safetensors';
import { readSeed } from '../../../../src/formats/readSeed';
import { readTorchFile } from '../../../../src/formats/torchFile';
import { TorchTensor } from '../../../../src/formats/torchValue';
import { loadCamNetwork } from '../../../../src/network/loadNetwork';
import { zipOf } from '../zipOf';

export interface FuzzCase {
  readonly name: string;
  /** A file of the fixtures, or bytes made here. */
  readonly original: string | Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

/** What every error has to name. */
export const fuzzedFile = 'dir/file';

/** Reads every number that was found, as somebody who opens the file would. */
function touch(value: PickleValue | undefined, depth = 0): void {
  if (depth > 4 || value === null || typeof value !== 'object') return;
  if (value instanceof NumpyArray || value instanceof TorchTensor) value.numbers();
  else if (value instanceof Map) for (const item of value.values()) touch(item, depth + 1);
}

const mask = writeLabelPng(
  Uint8Array.from({ length: 12 * 9 }, (_, i) => i % 21),
  12,
  9,
);
const bank = writeSafetensors(
  new Map([['centres', { dtype: 'float32', shape: [2, 4], data: new Float32Array(8) }]]),
  { writer: '0.1.0' },
);

/** A network out of a file, with all its weights, as everything that runs it needs it. */
function network(bytes: Uint8Array): unknown {
  return encodeModel(loadCamNetwork(bytes, fuzzedFile, { features: null, classifier: null }).backbone);
}

function arrays(bytes: Uint8Array): void {
  const npz = new NpzFile(bytes, fuzzedFile);
  for (const name of npz.names) touch(npz.value(name));
}

/** A damaged member of a sound archive, which the checksum would keep from its readers. */
function seedsWith(keys: Uint8Array): void {
  const map = writeNpy({ dtype: 'float32', shape: [1, 2, 3], data: new Float32Array(6) });
  const members = [
    ['keys.npy', keys],
    ['high_res.npy', map],
  ] as const;
  const zip = zipOf(
    members.map(([name, content]) => ({
      name,
      packed: deflateRawSync(content),
      size: content.length,
      crc: crc32(content),
      method: 8,
    })),
  );
  readSeed(zip, fuzzedFile);
}

const seeds = (bytes: Uint8Array): unknown => readSeed(bytes, fuzzedFile);
const labels = (bytes: Uint8Array): unknown => readLabels(bytes, fuzzedFile, null);
const torch = (bytes: Uint8Array): void => touch(readTorchFile(bytes, fuzzedFile));
const pickle = (bytes: Uint8Array): void => touch(readPickle(bytes, fuzzedFile));

function fixtures(read: FuzzCase['read'], ...names: readonly string[]): FuzzCase[] {
  return names.map((name) => ({ name, original: name, read }));
}

/** One of each dialect, where it differs from the others. */
const seedFixtures = [
  'amn.npy',
  'sipe.npy',
  'clip-es.npy',
  'list-empty.npy',
  'dict-with-background.npy',
  'crf.npy',
  'labels-f4.npy',
  'labels-minus.npy',
  'soft-f4.npy',
  'stack-softmax.npy',
  'stack-last.npy',
  'palette.png',
  'saliency-16.png',
  'saliency-rgb.png',
].map((name) => `seeds/${name}`);

export const fuzzCases: readonly FuzzCase[] = [
  ...fixtures(pickle, ...[0, 1, 2, 3, 4, 5].map((protocol) => `formats/protocol${protocol}.pkl`)),
  ...fixtures(
    torch,
    'formats/state.pth',
    'formats/state.legacy.pth',
    'formats/class_ceneters.pt',
    'formats/hostile.pth',
    'formats/deflated.pth',
  ),
  ...fixtures(seeds, 'formats/seed-irn.npy', 'formats/seed-lpcam.npy', 'formats/seed-dict.npy'),
  ...fixtures(seeds, ...seedFixtures),
  ...fixtures(seeds, 'formats/seed-irn.npz', 'formats/seed-dict.npz', 'formats/hostile.npz'),
  ...fixtures(arrays, 'formats/arrays.npz', 'formats/arrays-deflated.npz', 'formats/arrays-zip64.npz'),
  ...fixtures(labels, 'formats/labels-int.npy', 'formats/labels.npz', 'formats/labels-dict.npz'),
  ...fixtures((bytes) => readNpy(bytes, fuzzedFile), 'formats/fortran.npy'),
  ...fixtures(network, 'networks/custom.onnx', 'networks/res50_cam.pth'),
  {
    name: 'the classes of seeds in a .npz',
    original: writeNpy({ dtype: 'int64', shape: [1], data: BigInt64Array.from([3n]) }),
    read: seedsWith,
  },
  { name: 'a mask', original: mask, read: (bytes) => readMask(bytes, fuzzedFile) },
  { name: 'a bank', original: bank, read: (bytes) => readSafetensors(bytes, fuzzedFile) },
];
