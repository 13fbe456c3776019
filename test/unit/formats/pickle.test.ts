import { describe, expect, it } from 'vitest';
import { readPickle } from '../../../src/formats/pickle';
import { PickleTuple, type PickleValue } from '../../../src/formats/pickleValue';
import { InputError } from '../../../src/lpcam/inputError';
import { fixture } from '../fixture';
import { numbersOf } from './expected';

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const tuple = (...items: PickleValue[]) => new PickleTuple(items);

describe('pickles', () => {
  it.each([0, 1, 2, 3, 4, 5])('of protocol %i hold what Python stored', (protocol) => {
    const dict = readPickle(fixture(`formats/protocol${protocol}.pkl`), 'a.pkl');
    if (!(dict instanceof Map)) throw new Error('not a dict');
    expect(dict.get('text')).toBe('café ∃');
    expect(dict.get('bytes')).toEqual(Uint8Array.of(0, 255));
    expect(dict.get('int')).toEqual([0, 255, 256, 65536, -1, 2 ** 31, -(2 ** 40), 2n ** 70n]);
    expect(dict.get('float')).toEqual([0.1, -1e300]);
    expect(dict.get('none')).toBeNull();
    expect(dict.get('bool')).toEqual(tuple(true, false));
    expect(dict.get('nested')).toEqual([tuple(), tuple(1), tuple(1, 2), tuple(1, 2, 3), tuple(1, 2, 3, 4)]);
    expect(dict.get('set')).toEqual(new Set([1]));
    expect(dict.get('scalar')).toBe(2.5);
    expect(dict.get('name')).toBe('x1');
    expect(dict.get('repeated')).toEqual([['a'], ['a'], ['a']]);
    expect(dict.get('many')).toEqual(Array.from({ length: 1100 }, (_, i) => i));
    const array = numbersOf(dict.get('array'));
    expect([array.dtype, array.shape, [...array.data]]).toEqual(['int32', [2, 3], [0, 1, 2, 3, 4, 5]]);
  });

  it('may have keys that mean something to JavaScript', () => {
    const dict = readPickle(fixture('formats/protocol4.pkl'), 'a.pkl') as Map<PickleValue, PickleValue>;
    expect(dict.get('__proto__')).toBe('a key');
    expect(dict.get('constructor')).toBe(1);
    expect(({} as Record<string, unknown>)['a key']).toBeUndefined();
  });

  it.each([
    ['cos\nsystem\n(S"id"\ntR.', 'os.system'],
    ['cposix\nsystem\n.', 'posix.system'],
    ['\x80\x04\x8c\x08builtins\x8c\x04eval\x93.', 'builtins.eval'],
    ['(S"x"\nios\nsystem\n.', 'os.system'],
    ['c__builtin__\ngetattr\n.', '__builtin__.getattr'],
    ['cnumpy\nload\n.', 'numpy.load'],
    ['ctorch\nload\n.', 'torch.load'],
    ['cconstructor\nconstructor\n.', 'constructor.constructor'],
  ])('that ask for more than data are refused by name: %j', (text, name) => {
    expect(() => readPickle(ascii(text), 'dir/a.pkl')).toThrow(InputError);
    expect(() => readPickle(ascii(text), 'dir/a.pkl')).toThrow(
      `dir/a.pkl: refused: the pickle in it asks for "${name}"`,
    );
  });

  it.each([
    ['', /truncated/],
    ['.', /stack is empty/],
    ['\x80\x09N.', /protocol 9/],
    ['\xff.', /unknown instruction \(instruction 0xff/],
    ['R.', /stack is empty/],
    ['NNR.', /a call of None/],
    ['N(a.', /stack is empty/],
    ['NNa.', /items for a list, but None/],
    ['NNNs.', /items for a dict, but None/],
    ['](NNu.', /items for a dict, but a list/],
    ['}(Nu.', /key without a value/],
    ['t.', /MARK is missing/],
    ['h\x05.', /memo entry 5 is missing/],
    ['Nr\xff\xff\xff\x7f.', /memo entry 2147483647 is out of bounds/],
    ['g-1\n.', /memo entry -1 is missing/],
    ['X\xff\xff\xff\xffabc', /truncated/],
    ['B\xff\xff\xff\xffabc', /truncated/],
    ['\x8e\xff\xff\xff\xff\xff\xff\xff\xff', /damaged/],
    ['\x8b\x00\x10\x00\x00', /integer of 4096 bytes/],
    ['Iabc\n.', /number that is none/],
    ['Fconstructor\n.', /number that is none/],
    ['Sabc\n.', /string without quotes/],
    ['I1', /truncated/],
    ['NQ.', /persistent id outside/],
    ['NNb.', /a state for None/],
    ['cnumpy\nndarray\n)R.', /never is/],
    ['cnumpy\ndtype\n(S"V4"\ntR(I3\nS"|"\nN(S"a"\ntN\x4b\x04tb.', /structured/],
    ['cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\ntR.', /plain numpy arrays/],
    ['(((((((((('.repeat(101), /nested too deeply/],
  ])('that are damaged say so: %j', (text, message) => {
    expect(() => readPickle(ascii(text), 'a.pkl')).toThrow(message);
    expect(() => readPickle(ascii(text), 'a.pkl')).toThrow(InputError);
  });

  it('of arrays must hold as many bytes as the shape says, before anything is allocated', () => {
    const array = (shape: string, bytes: string) =>
      ascii(
        `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS"b"\ntR(I1\n${shape}` +
          `cnumpy\ndtype\n(S"f4"\ntRI00\nS"${bytes}"\ntb.`,
      );
    expect([...numbersOf(readPickle(array('(I1\nt', '\\x00\\x00\\x80?'), 'a')).data]).toEqual([1]);
    for (const shape of ['(I2\nt', '(I-1\nt', '(L4611686018427387904L\nL4L\nt', '(F1.5\nt', 'N'])
      expect(() => readPickle(array(shape, '\\x00\\x00\\x80?'), 'a.npy')).toThrow(InputError);
  });

  it('that hand the same bytes over again and again are refused before memory runs out', () => {
    const start = ascii(`c_codecs\nencode\nq\x00S"${'a'.repeat(100_000)}"\nq\x01S"latin1"\nq\x02\x86R`);
    const again = Array.from({ length: 500 }, () => [...ascii('h\x00h\x01h\x02\x86R')]).flat();
    expect(readPickle(Uint8Array.from([...start, 0x2e]), 'a.npy')).toHaveLength(100_000);
    expect(() => readPickle(Uint8Array.from([...start, ...again, 0x2e]), 'a.npy')).toThrow(/beyond measure/);
  });

  it('that refer to themselves are read without running away', () => {
    const list = readPickle(ascii(']q\x00h\x00a.'), 'a') as PickleValue[];
    expect(list[0]).toBe(list);
  });
});
