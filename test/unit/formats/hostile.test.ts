/**
 * Damaged files: every outcome is a value or an InputError that names the file. Seeded, so that a failure can be run
 * again; each mutation flips, inserts, removes, repeats or cuts off a few bytes.
 */
import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../src/formats/labels';
import { readMask, writeLabelPng } from '../../../src/formats/mask';
import { readNpy } from '../../../src/formats/npy';
import { NumpyArray } from '../../../src/formats/numpyValue';
import { readPickle } from '../../../src/formats/pickle';
import type { PickleValue } from '../../../src/formats/pickleValue';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors';
import { readSeedFile } from '../../../src/formats/seedFile';
import { readTorchFile } from '../../../src/formats/torchFile';
import { TorchTensor } from '../../../src/formats/torchValue';
import { InputError } from '../../../src/lpcam/inputError';
import { loadCamNetwork } from '../../../src/network/loadNetwork';
import { fixture } from '../fixture';

const iterations = 400;

/** mulberry32: numbers 0..1 from a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const interesting = [0, 1, 127, 128, 255, 0x28, 0x2e, 0x51, 0x52, 0x62, 0x68, 0x6a, 0x72, 0x93];

function mutated(original: Uint8Array, seed: number): Uint8Array {
  const next = random(seed);
  const pick = (count: number) => Math.floor(next() * count);
  let bytes = [...original];
  for (let changes = 1 + pick(4); changes > 0; changes--) {
    const at = pick(bytes.length);
    const length = 1 + pick(8);
    switch (pick(6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
        break;
      case 1:
        bytes[at] = interesting[pick(interesting.length)] ?? 0;
        break;
      case 2:
        bytes.splice(at, length);
        break;
      case 3:
        bytes.splice(at, 0, ...bytes.slice(pick(bytes.length), pick(bytes.length)).slice(0, 64));
        break;
      case 4:
        for (let i = 0; i < length && at + i < bytes.length; i++) bytes[at + i] = 255;
        break;
      default:
        bytes = bytes.slice(0, at + 1);
    }
  }
  return Uint8Array.from(bytes);
}

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

/** A network out of a file, as everything that runs it needs it. */
function network(bytes: Uint8Array): unknown {
  return loadCamNetwork(bytes, 'dir/file', { features: null, classifier: null });
}

describe('damaged files are read or refused, and nothing else', () => {
  it.each<[string, Uint8Array, (bytes: Uint8Array) => unknown]>([
    ...[0, 2, 3, 4, 5].map((protocol): [string, Uint8Array, (bytes: Uint8Array) => unknown] => [
      `protocol${protocol}.pkl`,
      fixture(`formats/protocol${protocol}.pkl`),
      (bytes) => touch(readPickle(bytes, 'dir/file')),
    ]),
    ...['state.pth', 'state.legacy.pth', 'class_ceneters.pt', 'hostile.pth'].map(
      (name): [string, Uint8Array, (bytes: Uint8Array) => unknown] => [
        name,
        fixture(`formats/${name}`),
        (bytes) => touch(readTorchFile(bytes, 'dir/file')),
      ],
    ),
    ...['seed-irn.npy', 'seed-lpcam.npy', 'seed-dict.npy'].map(
      (name): [string, Uint8Array, (bytes: Uint8Array) => unknown] => [
        name,
        fixture(`formats/${name}`),
        (bytes) => readSeedFile(bytes, 'dir/file'),
      ],
    ),
    ['labels-int.npy', fixture('formats/labels-int.npy'), (bytes) => readLabels(bytes, 'dir/file', null)],
    ['fortran.npy', fixture('formats/fortran.npy'), (bytes) => readNpy(bytes, 'dir/file')],
    ['custom.onnx', fixture('networks/custom.onnx'), network],
    ['res50_cam.pth', fixture('networks/res50_cam.pth'), network],
    ['a mask', mask, (bytes) => readMask(bytes, 'dir/file')],
    ['a bank', bank, (bytes) => readSafetensors(bytes, 'dir/file')],
  ])('%s', (_, original, read) => {
    const outcomes = { read: 0, refused: 0 };
    for (let seed = 0; seed < iterations; seed++) {
      try {
        read(mutated(original, seed));
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof InputError)) throw new Error(`seed ${seed}`, { cause: error });
        expect(error.message).toMatch(/^dir\/file: /);
        outcomes.refused++;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(0);
  });
});
