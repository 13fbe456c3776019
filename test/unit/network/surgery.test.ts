import { describe, expect, it } from 'vitest';
import { buildMapsGraph } from '../../../src/network/mapsGraph';
import { GraphBuilder, float, int, ints } from '../../../src/network/graphBuilder';
import { loadCamNetwork } from '../../../src/network/loadNetwork';
import { decodeModel, encodeModel } from '../../../src/formats/onnx';
import {
  bias,
  channels,
  classes,
  flatten,
  gap,
  gemm,
  model,
  run,
  turnedWeight,
  weight,
} from './syntheticModel';
import type { Head, ModelOptions } from './syntheticModel';

const unnamed = { features: null, classifier: null };
const open = (bytes: Uint8Array, names: Parameters<typeof loadCamNetwork>[2] = unnamed) =>
  loadCamNetwork(bytes, 'net.onnx', names);

const chain =
  (...heads: readonly Head[]): Head =>
  (builder, name) =>
    heads.reduce((current, head) => head(builder, current), name);

const conv1x1 =
  (withBias: boolean): Head =>
  (builder, map) => {
    const inputs = [map, builder.floats([classes, channels, 1, 1], weight)];
    return builder.node('Conv', withBias ? [...inputs, builder.floats([classes], bias)] : inputs);
  };

const matMul: Head = (builder, pooled) =>
  builder.node('MatMul', [pooled, builder.floats([channels, classes], turnedWeight)]);

const mean =
  (axes: readonly number[], keepdims: number): Head =>
  (builder, map) =>
    builder.opset >= 18
      ? builder.node('ReduceMean', [map, builder.integers(axes)], { attributes: [int('keepdims', keepdims)] })
      : builder.node('ReduceMean', [map], { attributes: [ints('axes', ...axes), int('keepdims', keepdims)] });

const addBias: Head = (builder, logits) => builder.node('Add', [builder.floats([classes], bias), logits]);

const patterns: Record<string, { head: Head; options?: ModelOptions }> = {
  'global average pooling, flatten, Gemm': { head: chain(gap, flatten, gemm) },
  'mean over the spatial axes, MatMul, added bias': { head: chain(mean([2, 3], 0), matMul, addBias) },
  'mean over negative axes, no bias': { head: chain(mean([-1, -2], 0), matMul) },
  'mean with axes as an input (opset 18), squeeze, Gemm with alpha and beta': {
    options: { opset: 18 },
    head: chain(
      mean([2, 3], 1),
      (builder, pooled) => builder.node('Squeeze', [pooled, builder.integers([2, 3])]),
      (builder, pooled) =>
        builder.node(
          'Gemm',
          [pooled, builder.floats([channels, classes], turnedWeight), builder.floats([classes], bias)],
          {
            attributes: [float('alpha', 2), float('beta', 0.5)],
          },
        ),
    ),
  },
  'pooling, 1x1 convolution with bias, flatten': { head: chain(gap, conv1x1(true), flatten) },
  'the classifier before the pooling': { head: chain(conv1x1(true), gap, flatten) },
  'mean over the columns, then over the rows': { head: chain(mean([3], 0), mean([2], 0), matMul) },
  'positions flattened, then their mean': {
    head: chain(
      (builder, map) => builder.node('Reshape', [map, builder.integers([0, channels, -1])]),
      mean([2], 0),
      matMul,
    ),
  },
  'average pooling over the whole map of a fixed size': {
    options: { input: [1, 3, 16, 16] },
    head: chain(
      (builder, map) => builder.node('AveragePool', [map], { attributes: [ints('kernel_shape', 8, 8)] }),
      (builder, pooled) => builder.node('Reshape', [pooled, builder.integers([1, -1])]),
      gemm,
    ),
  },
  'weights through Identity and Transpose, dropout in between': {
    head: chain(gap, flatten, (builder, pooled) => {
      const kept = builder.node('Dropout', [pooled]);
      const same = builder.node('Identity', [builder.floats([classes, channels], weight)]);
      return builder.node('MatMul', [
        kept,
        builder.node('Transpose', [same], { attributes: [ints('perm', 1, 0)] }),
      ]);
    }),
  },
  'opset 7': { options: { opset: 7 }, head: chain(gap, flatten, gemm) },
  'opset 9 with squeeze by attribute': {
    options: { opset: 9 },
    head: chain(
      gap,
      (builder, pooled) => builder.node('Squeeze', [pooled], { attributes: [ints('axes', 2, 3)] }),
      matMul,
    ),
  },
};

describe('surgery', () => {
  it.each(Object.entries(patterns))('finds the classifier behind %s', async (_, { head, options }) => {
    const bytes = model(head, options);
    const network = open(bytes);
    expect(network).toMatchObject({
      features: 'features',
      channels,
      classes,
      fixedSize: null,
      fixedBatch: null,
    });
    const graph = buildMapsGraph(network, { mirror: false, similarity: false, feature: true });
    const [whole, ours] = [
      await run(bytes, 'image', [1, 3, 16, 16]),
      await run(graph, 'image', [1, 3, 16, 16]),
    ];
    expect(ours['feature']?.dims).toEqual([channels, 8, 8]);
    ours['logits']?.data.forEach((value, i) => expect(value).toBeCloseTo(whole['logits']?.data[i] ?? NaN, 4));
    // Sizes that the graph does not bind are free, whatever its input declares.
    const mirrored = buildMapsGraph(network, { mirror: true, similarity: false, feature: false });
    expect((await run(mirrored, 'image', [2, 3, 21, 34]))['cam']?.dims).toEqual([classes, 11, 17]);
  });

  it('takes probabilities as an output: the classifier is before the softmax', () => {
    const softmax: Head = (builder, logits) => builder.node('Softmax', [logits]);
    const network = open(model(chain(gap, flatten, gemm, softmax)));
    expect(Array.from(network.weight)).toEqual(Array.from(weight));
    expect(Array.from(network.bias ?? [])).toEqual(Array.from(bias));
  });

  it('takes class maps as an output, before any pooling', () => {
    expect(open(model(conv1x1(false)))).toMatchObject({ features: 'features', classes, bias: null });
  });

  it('keeps a size that constants in the graph bind, and the batch of a shape with a leading 1', () => {
    const shuffle = (builder: GraphBuilder, map: string) => {
      const groups = builder.node('Reshape', [map, builder.integers([1, 2, 2, 8, 8])]);
      const swapped = builder.node('Transpose', [groups], { attributes: [ints('perm', 0, 2, 1, 3, 4)] });
      return builder.node('Reshape', [swapped, builder.integers([1, 4, 8, 8])]);
    };
    const network = open(model(chain(gap, flatten, gemm), { input: [1, 3, 16, 16], middle: shuffle }));
    expect(network).toMatchObject({ fixedSize: [16, 16], fixedBatch: 1 });
  });

  it('runs a network bound to a batch of one on image and mirror', async () => {
    const fold = (builder: GraphBuilder, map: string) =>
      builder.node('Reshape', [map, builder.integers([1, 4, 8, 8])]);
    const free = buildMapsGraph(open(model(chain(gap, flatten, gemm))), {
      mirror: true,
      similarity: false,
      feature: false,
    });
    const network = open(model(chain(gap, flatten, gemm), { input: [1, 3, 16, 16], middle: fold }));
    const bound = buildMapsGraph(network, { mirror: true, similarity: false, feature: false });
    const [a, b] = [await run(free, 'image', [2, 3, 16, 16]), await run(bound, 'image', [2, 3, 16, 16])];
    expect(b['cam']).toEqual(a['cam']);
  });

  it('keeps a size when a map is resized to stated sizes and added to one that grows', () => {
    const pyramid = (builder: GraphBuilder, map: string) => {
      const half = builder.node('MaxPool', [map], {
        attributes: [ints('kernel_shape', 2, 2), ints('strides', 2, 2)],
      });
      const resized = builder.node('Resize', [half, '', '', builder.integers([1, channels, 8, 8])]);
      return builder.node('Add', [map, resized]);
    };
    const network = open(model(chain(gap, flatten, gemm), { input: [1, 3, 16, 16], middle: pyramid }));
    expect(network).toMatchObject({ fixedSize: [16, 16], fixedBatch: null });
  });

  it('sees that a shape computed from the input binds nothing', () => {
    const shuffle = (builder: GraphBuilder, map: string) => {
      const shape = builder.node('Shape', [map]);
      const side = (place: number) =>
        builder.node('Gather', [shape, builder.integers([place])], { attributes: [int('axis', 0)] });
      const target = builder.node('Concat', [side(0), builder.integers([2, 2]), side(2), side(3)], {
        attributes: [int('axis', 0)],
      });
      const groups = builder.node('Reshape', [map, target]);
      const back = builder.node('Concat', [side(0), builder.integers([4]), side(2), side(3)], {
        attributes: [int('axis', 0)],
      });
      return builder.node('Reshape', [groups, back]);
    };
    const network = open(model(chain(gap, flatten, gemm), { input: [1, 3, 16, 16], middle: shuffle }));
    expect(network).toMatchObject({ fixedSize: null, fixedBatch: null });
  });

  it('drops what does not lead to the feature map', () => {
    const network = open(
      model(chain(gap, flatten, gemm), {
        more: (builder) => {
          builder.input('temperature', 'float', [1]);
          builder.node('Mul', ['logits', 'temperature'], { to: 'scaled' });
          builder.output('scaled', 'float', null);
        },
      }),
    );
    const { graph } = network.backbone;
    expect(graph.nodes.map((node) => node.op)).toEqual(['Conv', 'Relu']);
    expect(graph.inputs.map((value) => value.name)).toEqual(['image']);
    expect(graph.initialisers).toHaveLength(1);
  });

  it('takes the tensors a study names', () => {
    const relu: Head = (builder, map) => builder.node('Relu', [map]);
    const bytes = model(chain(conv1x1(true), relu, gap, flatten));
    expect(() => open(bytes)).toThrow(/averages Relu/);
    const classifier = decodeModel(bytes, 'net.onnx').graph.initialisers.find(
      (tensor) => tensor.dims[0] === classes,
    )?.name;
    expect(open(bytes, { features: 'features', classifier: classifier ?? '' })).toMatchObject({
      classes,
      channels,
    });
    expect(open(bytes, { features: null, classifier: classifier ?? '' })).toMatchObject({
      features: 'features',
    });
  });
});

describe('a checkpoint that cannot be used', () => {
  const good = chain(gap, flatten, gemm);
  const maximum: Head = (builder, map) => builder.node('GlobalMaxPool', [map]);
  const hidden: Head = (builder, pooled) => builder.node('Relu', [pooled]);
  it.each([
    [
      'a maximum over positions',
      model(chain(maximum, flatten, gemm)),
      /GlobalMaxPool[^]*the maximum over positions/,
    ],
    [
      'a layer between pooling and classifier',
      model(chain(gap, flatten, hidden, gemm)),
      /before it stands Relu[^]*'features' \[N, 4, h, w\]/,
    ],
    ['four channels', model(good, { input: ['N', 4, 'H', 'W'] }), /has 4 channels.*RGB/],
    ['channels last', model(good, { input: ['N', 'H', 'W', 3] }), /channels last.*NCHW/],
    ['channels last with sizes', model(good, { input: [1, 224, 224, 3] }), /channels last.*NCHW/],
    ['an empty file', new Uint8Array(), /empty/],
    ['a file that is no ONNX', new TextEncoder().encode('<html>not a model</html>'), /not a.* ONNX model/],
    ['a cut file', model(good).slice(0, 300), /net\.onnx: /],
    [
      'a cut PyTorch checkpoint',
      Uint8Array.of(0x50, 0x4b, 3, 4, 0),
      /directory is missing: the file is truncated/,
    ],
    ['a pickle of something else', Uint8Array.of(0x80, 2, 0x4b, 1, 0x2e), /no file of torch\.save/],
  ])('%s', (_, bytes, message) => {
    expect(() => open(bytes)).toThrow(message);
    expect(() => open(bytes)).toThrow(expect.objectContaining({ name: 'InputError' }));
  });

  it('two classifiers', () => {
    const bytes = model(good, {
      more: (builder) => {
        const second = builder.node('MatMul', [
          flatten(builder, gap(builder, 'features')),
          builder.floats([channels, 2], new Float32Array(channels * 2)),
        ]);
        builder.node('Identity', [second], { to: 'second' });
        builder.output('second', 'float', null);
      },
    });
    expect(() => open(bytes)).toThrow(/found 2 classifiers/);
  });

  it('names that the graph does not have, or that do not belong together', () => {
    const bytes = model(good);
    expect(() => open(bytes, { features: 'nowhere', classifier: null })).toThrow(
      /network\.features names 'nowhere'[^]*'features'/,
    );
    expect(() => open(bytes, { features: null, classifier: 'nowhere' })).toThrow(
      /network\.classifier names 'nowhere'/,
    );
  });

  it.each([
    [6, 8],
    [27, 8],
  ])('opset %i', (opset, irVersion) => {
    const builder = new GraphBuilder(opset);
    builder.input('image', 'float', null);
    builder.node('Relu', ['image'], { to: 'out' });
    expect(() => open(encodeModel(builder.model('x', irVersion)))).toThrow(/opset.*7 to 26/);
  });
});
