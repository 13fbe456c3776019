import { mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PickleWriter } from '../../../src/formats/pickleWriter';
import { bytesSource, FileSource } from '../../../src/formats/rangeSource';
import { readTorchFile, tensorsOf } from '../../../src/formats/torchFile';
import { TorchTensor } from '../../../src/formats/torchValue';
import { InputError } from '../../../src/lpcam/inputError';
import { fixture, fixturePath } from '../fixture';
import { expectedDict, expectNumbers, numbersOf } from './expected';

const folder = mkdtempSync(join(tmpdir(), 'lpcam-torch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A legacy file of one storage, whose object `write` leaves on the stack. */
function legacyFile(
  write: (writer: PickleWriter) => void,
  numbers: number,
  data: readonly number[],
): Uint8Array {
  const object = new PickleWriter(2);
  write(object);
  const machine = new PickleWriter(2);
  machine.dict(() => machine.text('little_endian').bool(true));
  const keys = new PickleWriter(2);
  keys.list(() => keys.text('0'));
  const parts = [
    new PickleWriter(2).long(0x1950a86a20f9469cfc6cn, 10).finish(),
    new PickleWriter(2).int(1001).finish(),
    machine.finish(),
    object.finish(),
    keys.finish(),
    [numbers, 0, 0, 0, 0, 0, 0, 0],
    data,
  ];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A tensor of one axis; `view`: (key, offset, size) of a part of the storage. */
function vector(
  writer: PickleWriter,
  rebuild: string,
  storage: string,
  numbers: number,
  length: number,
  view: readonly [number, number] | null,
  more: () => void,
): void {
  writer
    .global('torch._utils', rebuild)
    .tuple(() => {
      writer
        .tuple(() => {
          writer.text('storage').global('torch', storage).text('0').text('cpu').int(numbers);
          if (view === null) writer.none();
          else writer.tuple(() => writer.text('part').int(view[0]).int(view[1]));
        })
        .persistentId();
      writer.int(0).integers([length]).integers([1]).bool(false);
      writer.global('collections', 'OrderedDict').integers([]).reduce();
      more();
    })
    .reduce();
}

describe('files of torch.save', () => {
  it.each(['state.pth', 'state.legacy.pth', 'class_ceneters.pt', 'class_context.pt'])(
    '%s holds what was saved',
    (name) => {
      const tensors = tensorsOf(readTorchFile(fixture(`formats/${name}`), name), name);
      const expected = expectedDict(name);
      expect([...tensors.keys()]).toEqual(expected.map(([key]) => key));
      for (const [key, array] of expected) expectNumbers(numbersOf(tensors.get(key)), array);
    },
  );

  it.each(['state.pth', 'state.legacy.pth'])('%s keeps tensors that share a storage together', (name) => {
    const tensors = tensorsOf(readTorchFile(fixture(`formats/${name}`), name), name);
    expect(tensors.get('alias')?.storage).toBe(tensors.get('weight')?.storage);
    expect(tensors.get('transposed')?.storage).toBe(tensors.get('slice')?.storage);
    expect(tensors.get('half')?.storage).not.toBe(tensors.get('weight')?.storage);
  });

  it.each(['state.pth', 'state.legacy.pth'])(
    '%s is read by ranges: no tensor before it is asked for',
    (name) => {
      const bytes = fixture(`formats/${name}`);
      let read: [number, number][] = [];
      const source = {
        size: bytes.length,
        read: (offset: number, length: number) => {
          read.push([offset, length]);
          return bytes.slice(offset, offset + length);
        },
      };
      const tensors = tensorsOf(readTorchFile(source, name), name);
      read = [];
      tensors.get('slice')?.numbers();
      // Elements 2 to 5 of 12 numbers, 8 bytes apart from their start.
      expect(read).toHaveLength(1);
      expect(read[0]?.[1]).toBe(4 * 4);
    },
  );

  it('are read from a file on disk, and the file may be cut off anywhere', () => {
    for (const name of ['state.pth', 'state.legacy.pth']) {
      const whole = fixture(`formats/${name}`);
      const path = join(folder, name);
      writeFileSync(path, whole);
      const source = new FileSource(path);
      const tensor = tensorsOf(readTorchFile(source, path), path).get('weight');
      expect(tensor).toBeInstanceOf(TorchTensor);
      const expected = expectedDict(name).find(([key]) => key === 'weight')?.[1];
      if (expected !== undefined) expectNumbers(numbersOf(tensor), expected);
      source[Symbol.dispose]();
      for (let length = 0; length < whole.length; length += 7)
        expect(() => readTorchFile(whole.subarray(0, length), name)).toThrow(InputError);
    }
  });

  it('may hold unsigned numbers that have no storage type of their own', () => {
    const bytes = legacyFile(
      (writer) =>
        vector(writer, '_rebuild_tensor_v3', 'UntypedStorage', 4, 2, null, () =>
          writer.global('torch', 'uint16'),
        ),
      4,
      [1, 0, 255, 255],
    );
    const tensor = tensorsOf(readTorchFile(bytes, 'a.pt'), 'a.pt').get('');
    expect(numbersOf(tensor)).toEqual({ dtype: 'uint16', shape: [2], data: Uint16Array.of(1, 65535) });
  });

  it('may share a part of a storage under a name of its own, as old files do', () => {
    const file = (offset: number, size: number, length: number) =>
      legacyFile(
        (writer) =>
          vector(writer, '_rebuild_tensor_v2', 'ByteStorage', 4, length, [offset, size], () => writer.none()),
        4,
        [5, 6, 7, 8],
      );
    const read = (bytes: Uint8Array) => numbersOf(tensorsOf(readTorchFile(bytes, 'a.pt'), 'a.pt').get(''));
    expect([...read(file(1, 2, 2)).data]).toEqual([6, 7]);
    expect(() => read(file(1, 2, 3))).toThrow(/reaches beyond its storage of 2/);
    expect(() => read(file(3, 2, 2))).toThrow(/view reaches beyond/);
  });

  it('that are hostile are refused by name and not executed', () => {
    for (const name of ['hostile.pth', 'hostile.legacy.pth'])
      expect(() => readTorchFile(bytesSource(fixture(`formats/${name}`)), name)).toThrow(
        /refused: .*"posix\.system"/,
      );
    expect(existsSync('hostile-was-executed')).toBe(false);
    expect(existsSync(fixturePath('formats/hostile-was-executed'))).toBe(false);
  });

  it('that are something else say what to do', () => {
    const tar = new Uint8Array(1024);
    tar.set(new TextEncoder().encode('ustar'), 257);
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /a\.pth: this is no file of torch\.save/],
      [new TextEncoder().encode('<html>'), /no file of torch\.save/],
      [tar, /tar format/],
      [fixture('formats/deflated.pth'), /compressed/],
      [fixture('formats/protocol2.pkl'), /no file of torch\.save/],
      [Uint8Array.of(0x50, 0x4b, 3, 4), /directory is missing/],
    ];
    for (const [bytes, message] of cases) {
      expect(() => readTorchFile(bytes, 'a.pth')).toThrow(message);
      expect(() => readTorchFile(bytes, 'a.pth')).toThrow(InputError);
    }
  });
});
