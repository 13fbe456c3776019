/** A checkpoint that is still being written is not taken for a whole one, whatever part of it is there. */
import { describe, expect, it } from 'vitest';
import { completeness } from '../../../src/formats/completeness';
import { ProtoCursor } from '../../../src/formats/protoCursor';
import { bytesSource } from '../../../src/formats/rangeSource';
import { writeSafetensors } from '../../../src/formats/safetensors';
import { fixture } from '../fixture';

const noFiles = () => null;
const look = (bytes: Uint8Array, file: string) => completeness(bytesSource(bytes), file, noFiles);
const prefix = (bytes: Uint8Array, length: number) => look(bytes.slice(0, length), 'x');

/** Lengths at which the beginning of a file is taken for a whole one. */
function wholeLengths(bytes: Uint8Array, file: string, step = 1): number[] {
  const lengths: number[] = [];
  for (let length = 0; length <= bytes.length; length += step)
    if (look(bytes.slice(0, length), file).whole) lengths.push(length);
  return lengths;
}

const tensors = writeSafetensors(
  new Map([
    ['weight', { dtype: 'float32' as const, shape: [2, 3], data: new Float32Array(6) }],
    ['steps', { dtype: 'int64' as const, shape: [1], data: BigInt64Array.of(4n) }],
  ]),
  { format: 'pt' },
);

describe('the beginning of a file', () => {
  it.each([
    ['a zip of torch.save', 'state.pth', fixture('formats/state.pth')],
    ['a legacy file of torch.save', 'state.legacy.pth', fixture('formats/state.legacy.pth')],
    ['a safetensors file', 'state.safetensors', tensors],
  ])('of %s is whole only where it is all of it', (_, name, bytes) => {
    expect(wholeLengths(bytes, name)).toEqual([bytes.length]);
  });

  it.each(['networks/res50_cam.pth', 'networks/wrapped-half.legacy.pth'])('of %s, a network', (name) => {
    const bytes = fixture(name);
    expect(wholeLengths(bytes, name, 997)).toEqual([]);
    expect(look(bytes.slice(0, bytes.length - 1), name).whole).toBe(false);
    expect(look(bytes, name)).toEqual({ format: 'torch', whole: true, problem: null, dataFiles: [] });
  });

  it('of an ONNX file is whole only where it is a model of its own: between two fields behind the operator sets', () => {
    const bytes = fixture('networks/custom.onnx');
    const fields = [...new ProtoCursor(bytesSource(bytes), '').fields(0, bytes.length)];
    const first = fields.findIndex(({ number }) => number === 8);
    const ends = fields.slice(first).map(({ end }) => end);
    expect(wholeLengths(bytes, 'custom.onnx')).toEqual(ends);
    expect(ends.at(-1)).toBe(bytes.length);
  });

  it('says what is missing, with the name of the file', () => {
    expect(look(new Uint8Array(), 'a.pth').problem).toBe('a.pth: the file is empty so far.');
    expect(look(fixture('formats/state.pth').slice(0, 900), 'a.pth').problem).toMatch(/^a\.pth: .*truncated/);
    expect(look(tensors.slice(0, -3), 'a.safetensors').problem).toMatch(/^a\.safetensors: .*truncated/);
  });
});

describe('a file of its full length that is not filled', () => {
  it('lacks the entries that are not there', () => {
    const bytes = fixture('formats/state.pth').slice();
    bytes.fill(0, 64, bytes.length >> 1);
    expect(look(bytes, 'a.pth')).toMatchObject({ whole: false });
  });

  it('has no beginning', () => {
    for (const name of ['a.pth', 'a.safetensors', 'a.onnx'])
      expect(look(new Uint8Array(5000), name), name).toMatchObject({ whole: false });
  });

  it('has more than its tensors fill', () => {
    const longer = new Uint8Array(tensors.length + 8);
    longer.set(tensors);
    expect(look(longer, 'a.safetensors').problem).toContain(`end at byte ${tensors.length}`);
  });
});

it('a file of another kind is none of a checkpoint', () => {
  expect(prefix(new TextEncoder().encode('epoch 1: 0.9'), 12)).toMatchObject({ format: null, whole: false });
});
