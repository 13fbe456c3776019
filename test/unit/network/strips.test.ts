import { describe, expect, it } from 'vitest';
import type { OnnxModel } from '../../../src/formats/onnxModel';
import { GraphBuilder, int, ints } from '../../../src/network/graphBuilder';
import { withStrips } from '../../../src/network/strips';
import { numbers, run } from './syntheticModel';

/** A convolution with `numbers` for weights; sizes are of rows and columns alike. */
function conv(
  builder: GraphBuilder,
  from: string,
  [outputs, inputs, kernel]: readonly [number, number, number],
  { stride = 1, pads = Math.floor(kernel / 2), group = 1, dilation = 1 } = {},
): string {
  const count = outputs * (inputs / group) * kernel * kernel;
  const weight = numbers(count, builder.nodes.length + 3).map((value) => value / Math.sqrt(inputs));
  const dims = [outputs, inputs / group, kernel, kernel];
  return builder.node('Conv', [from, builder.floats(dims, weight)], {
    attributes: [
      ints('strides', stride, stride),
      ints('pads', pads, pads, pads, pads),
      ints('dilations', dilation, dilation),
      int('group', group),
    ],
  });
}

/** Many channels over the whole image, few where they end: what pays in strips. */
const networks: Readonly<Record<string, (builder: GraphBuilder) => string>> = {
  'of depthwise layers with a sum': (builder) => {
    const first = conv(builder, 'image', [16, 3, 3], { stride: 2 });
    const wide = builder.clip(conv(builder, first, [48, 16, 1]), 0, 6);
    const deep = conv(builder, wide, [48, 48, 3], { group: 48 });
    const sum = builder.node('Add', [conv(builder, deep, [16, 48, 1]), first]);
    const fewer = conv(builder, conv(builder, sum, [48, 16, 1]), [48, 48, 3], { group: 48, stride: 2 });
    return conv(builder, fewer, [4, 48, 1]);
  },
  'of a pooled seven by seven window': (builder) => {
    const first = builder.node('Relu', [conv(builder, 'image', [64, 3, 7], { stride: 2 })]);
    const attributes = [ints('kernel_shape', 3, 3), ints('strides', 2, 2), ints('pads', 1, 1, 1, 1)];
    const pooled = builder.node('MaxPool', [first], { attributes });
    return conv(builder, pooled, [8, 64, 3], { stride: 2 });
  },
  'with dilation': (builder) => {
    const first = conv(builder, 'image', [32, 3, 3], { dilation: 2, pads: 2 });
    return conv(builder, first, [8, 32, 3], { stride: 4 });
  },
};

function network(layers: (builder: GraphBuilder) => string, opset = 13): OnnxModel {
  const builder = new GraphBuilder(opset);
  builder.input('image', 'float', [1, 3, 'H', 'W']);
  builder.node('Identity', [layers(builder)], { to: 'features' });
  builder.output('features', 'float', null);
  return builder.model('strips', 7);
}

const inStrips = (model: OnnxModel): OnnxModel => ({
  ...model,
  graph: withStrips(model.graph, 'image', model.opsets.get('') ?? 0),
});

describe.each(Object.entries(networks))('a network %s', (_, layers) => {
  const whole = network(layers);
  const strips = inStrips(whole);

  it('has its first layers in strips', () => {
    expect(strips.graph.nodes.filter(({ op }) => op === 'Concat')).toHaveLength(1);
    const convolutions = ({ graph }: OnnxModel) => graph.nodes.filter(({ op }) => op === 'Conv').length;
    expect(convolutions(strips)).toBe(6 * convolutions(whole));
  });

  it.each([1, 2, 7, 16, 31, 32, 33, 64, 97, 150, 188])('gives the same features of %i rows', async (rows) => {
    const expected = await run(whole, 'image', [1, 3, rows, 21]);
    const found = await run(strips, 'image', [1, 3, rows, 21]);
    expect(found['features']?.dims).toEqual(expected['features']?.dims);
    const largest = Math.max(...(expected['features']?.data.map(Math.abs) ?? []));
    const off = expected['features']?.data.map((value, i) =>
      Math.abs(value - (found['features']?.data[i] ?? NaN)),
    );
    expect(largest).toBeGreaterThan(0);
    expect(Math.max(...(off ?? [NaN]))).toBeLessThan(1e-6 * largest);
  });
});

describe('a network stays as it is', () => {
  const untouched: Readonly<Record<string, OnnxModel>> = {
    'where what is joined again is as large as what is saved': network((builder) =>
      conv(builder, conv(builder, 'image', [16, 3, 3]), [16, 16, 3]),
    ),
    'where strips would overlap by many rows': network((builder) =>
      conv(builder, conv(builder, 'image', [64, 3, 37]), [2, 64, 1], { stride: 2 }),
    ),
    'where a layer shrinks the map at its borders': network((builder) =>
      conv(builder, conv(builder, 'image', [64, 3, 3], { pads: 0 }), [2, 64, 1], { stride: 2 }),
    ),
    'where something else reads one of the first layers': network((builder) => {
      const first = conv(builder, 'image', [64, 3, 3], { stride: 2 });
      const few = builder.node('GlobalAveragePool', [conv(builder, first, [2, 64, 1])]);
      return builder.node('Add', [builder.node('GlobalAveragePool', [first]), few]);
    }),
    'of an opset without computed slices': network(networks['with dilation'] ?? (() => ''), 9),
  };
  it.each(Object.entries(untouched))('%s', (_, model) => {
    expect(inStrips(model).graph).toBe(model.graph);
  });
});
