import { describe, expect, it } from 'vitest';
import type { NumericArray } from '../../../src/formats/numericArray';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors';
import { InputError } from '../../../src/lpcam/inputError';

const tensors = new Map<string, NumericArray>([
  ['flags', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ['centres', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -2.5, 3, 4) }],
  ['sizes', { dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 60n) }],
  ['half', { dtype: 'float16', shape: [], data: Uint16Array.of(0x3c00) }],
  ['empty', { dtype: 'float32', shape: [0, 8], data: new Float32Array(0) }],
  ['__proto__', { dtype: 'uint8', shape: [1], data: Uint8Array.of(7) }],
]);

function file(header: unknown, data: number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return Uint8Array.from([...length, ...text, ...data]);
}

describe('safetensors', () => {
  it('that are written read back', () => {
    const found = readSafetensors(writeSafetensors(tensors, { writer: 'é "quoted"' }), 'a');
    expect(found.metadata).toEqual({ writer: 'é "quoted"' });
    expect([...found.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
    for (const [name, tensor] of tensors) expect(found.tensors.get(name)).toEqual(tensor);
  });

  it('start every tensor at a multiple of its width, for readers that map the file', () => {
    const bytes = writeSafetensors(tensors, {});
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      { data_offsets: [number, number] }
    >;
    expect((8 + length) % 8).toBe(0);
    for (const [name, { data }] of tensors)
      expect((header[name]?.data_offsets[0] ?? NaN) % data.BYTES_PER_ELEMENT).toBe(0);
  });

  it('read the layout of the reference implementation', () => {
    const header = { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, __metadata__: { k: 'v' } };
    const found = readSafetensors(file(header, [0, 0, 128, 63]), 'a');
    expect(found.tensors.get('a')?.data[0]).toBe(1);
    expect(found.metadata).toEqual({ k: 'v' });
  });

  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /no safetensors file/],
    ['a header longer than the file', Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 1), /truncated/],
    ['no JSON', file('{"a":'), /no JSON object/],
    ['a JSON list', file([]), /no JSON object/],
    ['a cut-off tensor', file({ a: entry }, [0, 0]), /"a" should lie at 0 to 4.*2 bytes/],
    [
      'bytes that do not fill the shape',
      file({ a: { ...entry, shape: [2] } }, [0, 0, 0, 0]),
      /shape \(2\) of F32/,
    ],
    ['an impossible shape', file({ a: { ...entry, shape: [1e300, 1e300] } }, [0, 0, 0, 0]), /shape/],
    ['a negative shape', file({ a: { ...entry, shape: [-1] } }, [0, 0, 0, 0]), /shape/],
    [
      'offsets the wrong way round',
      file({ a: { ...entry, data_offsets: [4, 0] } }, [0, 0, 0, 0]),
      /should lie/,
    ],
    ['tensors that share bytes', file({ a: entry, b: entry }, [0, 0, 0, 0]), /"b" overlaps/],
    ['an unknown type', file({ a: { ...entry, dtype: 'F8_E4M3' } }, [0, 0, 0, 0]), /F8_E4M3/],
    [
      'a type that is an inside of JavaScript',
      file({ a: { ...entry, dtype: 'constructor' } }),
      /constructor/,
    ],
    ['no description', file({ a: null }), /description/],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }), /metadata "a"/],
  ])('say what is wrong: %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'dir/bank')).toThrow(message);
    expect(() => readSafetensors(bytes, 'dir/bank')).toThrow(/^dir\/bank: /);
    expect(() => readSafetensors(bytes, 'dir/bank')).toThrow(InputError);
  });
});
