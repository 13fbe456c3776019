import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBank, encodeBank, readBank, writeBank } from '../../../src/engine/bankFile';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors';
import type { PrototypeBank } from '../../../src/lpcam/bank';
import { presets } from '../../../src/lpcam/presets';
import { hasShared, sharedPath } from '../../golden/support/shared';

const bank: PrototypeBank = {
  classes: ['cat', 'dog'],
  channels: 3,
  alreadyGated: false,
  centres: [
    {
      classIndex: 1,
      set: 'foreground',
      vector: Float32Array.of(1, 2, 3),
      scores: Float32Array.of(0.25, 0.75),
      size: 40,
      spread: 0.1875,
      mark: 'pinned',
      patches: [{ image: '2007_000032', row: 3, column: 4, cosine: 0.5 }],
    },
    {
      classIndex: 1,
      set: 'background',
      vector: Float32Array.of(0, 0.1, 0),
      scores: Float32Array.of(0.5, 0.5),
      size: 2,
      spread: null,
      mark: null,
      patches: [],
    },
  ],
  traces: [
    {
      classIndex: 1,
      set: 'foreground',
      rows: 40,
      k: 1,
      initialRows: [7],
      summedShift: [3.5, 0.1],
      settled: true,
      reseeded: [0],
    },
  ],
  provenance: {
    checkpointHash: 'abc',
    checkpoint: 'net.onnx',
    clustering: presets.voc.clustering,
    inference: presets.voc.inference,
    device: 'cpu',
    writer: '0.1.0',
    created: '2024-01-01T00:00:00.000Z',
  },
};

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lpcam-bank-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('a prototype bank', () => {
  it('comes back as it was written, and nothing else is left', async () => {
    const path = join(folder, 'new', 'bank.safetensors');
    await writeBank(path, bank);
    expect(await readBank(path, [])).toEqual(bank);
    expect(await readdir(join(folder, 'new'))).toEqual(['bank.safetensors']);
  });

  it('that is missing is said to be', async () => {
    await expect(readBank(join(folder, 'none.safetensors'), [])).rejects.toThrow(
      /none\.safetensors does not exist.*Cluster/,
    );
  });

  it('of the published format needs both its files', async () => {
    const path = join(folder, 'class_ceneters.pt');
    await writeFile(path, 'x');
    await expect(readBank(path, [])).rejects.toThrow(/class_context\.pt does not exist.*same folder/);
  });

  /** The file with its description changed. */
  function spoiled(change: (header: Record<string, unknown>) => void): Uint8Array {
    const { tensors, metadata } = readSafetensors(encodeBank(bank), 'bank');
    const header = JSON.parse(metadata['bank'] ?? '') as Record<string, unknown>;
    change(header);
    return writeSafetensors(tensors, { ...metadata, bank: JSON.stringify(header) });
  }

  /** Gives the first centre other fields. */
  function change(header: Record<string, unknown>, fields: Record<string, unknown>): void {
    const [first, ...others] = header['centres'] as Record<string, unknown>[];
    header['centres'] = [{ ...first, ...fields }, ...others];
  }

  it('from before spreads and marks opens without them', () => {
    const old = spoiled((header) => {
      for (const centre of header['centres'] as Record<string, unknown>[]) {
        delete centre['spread'];
        delete centre['mark'];
      }
    });
    const { centres } = decodeBank(old, 'old.safetensors');
    expect(centres.map(({ spread, mark }) => [spread, mark])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it.each([
    ['of a newer version', spoiled((header) => (header['version'] = 2)), /newer version/],
    [
      'with a class that does not exist',
      spoiled((header) => (header['classes'] = ['cat'])),
      /scores.*2 columns for 1 classes/,
    ],
    [
      'with more centres than vectors',
      spoiled((header) => (header['centres'] = [])),
      /'centres' should be float32 \[0/,
    ],
    [
      'with a mark that nobody can make',
      spoiled((header) => change(header, { mark: 'kept' })),
      /mark|"pinned"\|"dropped"/,
    ],
    ['with an impossible spread', spoiled((header) => change(header, { spread: -1 })), /spread|>=0/],
    ['with a spread that is text', spoiled((header) => change(header, { spread: '0.5' })), /expected number/],
    ['without a provenance', spoiled((header) => delete header['provenance']), /provenance/],
    ['of something else', writeSafetensors(new Map(), {}), /something else/],
    ['of no format at all', new TextEncoder().encode('hello'), /evil/],
    ['cut short', encodeBank(bank).slice(0, -5), /evil/],
    [
      'of numbers that are none',
      encodeBank({
        ...bank,
        centres: bank.centres.map((centre) => ({ ...centre, vector: Float32Array.of(NaN, 0, 0) })),
      }),
      /not finite/,
    ],
  ])('%s is refused by name', (_, bytes, message) => {
    expect(() => decodeBank(bytes, 'evil.safetensors')).toThrow(message);
    expect(() => decodeBank(bytes, 'evil.safetensors')).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  });

  it.skipIf(!hasShared)('of the published format opens', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `class ${index}`);
    const published = await readBank(sharedPath('golden', 'lpcam', 'class_ceneters.pt'), names);
    expect(published).toMatchObject({ alreadyGated: true, channels: 1280 });
    expect(new Set(published.centres.map(({ set }) => set))).toEqual(new Set(['foreground', 'background']));
    const path = join(folder, 'copy.safetensors');
    await writeBank(path, published);
    expect(await readBank(path, names)).toEqual(published);
  });
});
