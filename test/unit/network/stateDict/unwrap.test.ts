import { describe, expect, it } from 'vitest';
import { PickleTuple, type PickleValue } from '../../../../src/formats/pickleValue';
import { TorchStorage, TorchTensor } from '../../../../src/formats/torchValue';
import { unwrapped, withoutPrefix } from '../../../../src/network/stateDict/unwrap';

function tensor(...shape: number[]): TorchTensor {
  const count = shape.reduce((product, side) => product * side, 1);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  return new TorchTensor(new TorchStorage('0', 'float32', count), 0, shape, strides, (problem) => {
    throw new Error(problem);
  });
}

const dict = (entries: Record<string, PickleValue>) =>
  new Map<PickleValue, PickleValue>(Object.entries(entries));
const weights = dict({ 'a.weight': tensor(2, 3), 'a.bias': tensor(2) });
const keys = (value: PickleValue) => [...unwrapped(value, 'x.pth').keys()];

describe('a state dict', () => {
  it.each<[string, PickleValue]>([
    ['as it is', weights],
    ['in "state_dict"', dict({ epoch: 3, state_dict: weights, optimizer: dict({ state: dict({}) }) })],
    ['in "model", beside its average', dict({ model: weights, model_ema: dict({ b: tensor(1) }) })],
    ['in "net"', dict({ net: weights })],
    ['beside a single tensor', dict({ state_dict: weights, best: tensor() })],
    ['under a name of its own', dict({ generator: weights, epoch: 1 })],
    ['in a list', [3, weights]],
    ['in a tuple', new PickleTuple([weights, dict({ lr: 0.1 })])],
    ['twice wrapped', dict({ model: dict({ state_dict: weights }) })],
  ])('is found %s', (_, value) => {
    expect(keys(value)).toEqual(['a.weight', 'a.bias']);
  });

  it('keeps keys that would be special in JavaScript', () => {
    expect(keys(dict({ ['__proto__']: 1 }).set('__proto__', tensor(1)))).toEqual(['__proto__']);
  });

  it.each<[string, PickleValue, RegExp]>([
    ['a tensor alone', tensor(4, 2), /x\.pth: it holds one tensor \[4, 2\]/],
    ['a number', 7, /it holds number, no state dict.*torch\.save\(model\.state_dict\(\)/],
    ['an empty dict', dict({}), /its entries: none/],
    ['a dict of settings', dict({ lr: 0.1, name: 'x' }), /its entries: "lr", "name"/],
    ['several', dict({ encoder: weights, decoder: weights }), /several state dicts \("encoder", "decoder"\)/],
  ])('is not found in %s', (_, value, message) => {
    expect(() => keys(value)).toThrow(message);
  });

  it('does not unfold a view that repeats few numbers many times', () => {
    const storage = new TorchStorage('0', 'float32', 4);
    const huge = new TorchTensor(storage, 0, [1 << 24, 4], [0, 1], (problem) => {
      throw new Error(problem);
    });
    const found = unwrapped(dict({ 'fc.weight': huge }), 'x.pth').get('fc.weight');
    expect(found?.shape).toEqual([1 << 24, 4]);
    expect(() => found?.numbers()).toThrow(
      /x\.pth: tensor 'fc\.weight' \[16777216, 4\] repeats its 4 numbers/,
    );
  });

  it('is not looked for without end', () => {
    const loop = dict({});
    loop.set('model', loop);
    expect(() => keys(loop)).toThrow(/no tensors by name/);
  });
});

describe('prefixes', () => {
  const strip = (...names: string[]) =>
    [...withoutPrefix(new Map(names.map((name) => [name, tensor(1)]))).keys()].join(' ');

  it('of wrapping modules are taken away when all keys have them', () => {
    expect(strip('module.a', 'module.b.c')).toBe('a b.c');
    expect(strip('module._orig_mod.a', 'module._orig_mod.b')).toBe('a b');
    expect(strip('module.a', 'b')).toBe('module.a b');
    expect(strip('layer.a', 'layer.b')).toBe('layer.a layer.b');
  });
});
