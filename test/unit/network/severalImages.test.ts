import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { imageFeeds } from '../../../src/engine/imageFeeds';
import { openSession } from '../../../src/engine/session';
import { ints, nth } from '../../../src/network/graphBuilder';
import { loadCamNetwork } from '../../../src/network/loadNetwork';
import { buildMapsGraph } from '../../../src/network/mapsGraph';
import {
  channels,
  classes,
  flatten,
  gap,
  gemm,
  model,
  numbers,
  weight,
  type Head,
  type ModelOptions,
} from './syntheticModel';

const linear: Head = (builder, features) => gemm(builder, flatten(builder, gap(builder, features)));
const networks: readonly { name: string; head: Head; options: ModelOptions }[] = [
  { name: 'any network', head: linear, options: {} },
  {
    name: 'a network that ends in convolutions of one pixel',
    head: linear,
    options: {
      middle: (builder, map) => {
        const few = builder.node(
          'Conv',
          [map, builder.floats([2, channels, 1, 1], numbers(2 * channels, 5))],
          {
            attributes: [ints('strides', 2, 2)],
          },
        );
        return builder.node('Conv', [few, builder.floats([channels, 2, 1, 1], numbers(channels * 2, 6))]);
      },
    },
  },
  {
    name: 'a network with class maps of its own',
    head: (builder, features) => {
      const maps = builder.node('Conv', [features, builder.floats([classes, channels, 1, 1], weight)]);
      return flatten(builder, gap(builder, maps));
    },
    options: {},
  },
];
const cases = networks.flatMap((network) =>
  [7, 11, 18].flatMap((opset) => [true, false].map((mirror) => ({ ...network, opset, mirror }))),
);
const size = { height: 14, width: 22 };
const asked = { similarity: true, feature: true, rows: 'float32' } as const;

describe.each(cases)('three images through $name at opset $opset, mirror: $mirror', (the) => {
  const network = loadCamNetwork(model(the.head, { opset: the.opset, ...the.options }), 'net.onnx', {
    features: null,
    classifier: null,
  });
  const views = the.mirror ? 2 : 1;
  const images = [4, 5, 6].map((seed) => numbers(views * 3 * size.height * size.width, seed));
  // Each image has prototypes of its own, and another number of them.
  const centres = images.map((_, i) => {
    const rows = i + 2;
    return new ort.Tensor('float32', numbers(rows * channels, i), [rows, channels]);
  });

  it('have the maps that each has by itself', async () => {
    const options = { mirror: the.mirror, ...asked };
    const alone = await openSession(buildMapsGraph(network, options), 'cpu');
    const together = await openSession(buildMapsGraph(network, { ...options, images: 3 }), 'cpu');
    const named = centres.map((tensor, place) => [nth('centres', place, images.length), tensor] as const);
    const found = await together.run({ ...imageFeeds(together, images, size), ...Object.fromEntries(named) });
    expect(Object.keys(found)).toHaveLength(3 * alone.outputNames.length);
    for (const [place, floats] of images.entries()) {
      const feeds = imageFeeds(alone, [floats], size);
      const expected = await alone.run({ ...feeds, ...(centres[place] && { centres: centres[place] }) });
      for (const [output, { dims, data }] of Object.entries(expected)) {
        const mine = found[nth(output, place, images.length)];
        expect(mine?.dims, output).toEqual(dims);
        expect(mine?.data, output).toEqual(data);
      }
    }
    await Promise.all([alone.release(), together.release()]);
  });

  it('share one set of weights', () => {
    const weights = (count: number) =>
      buildMapsGraph(network, { mirror: the.mirror, ...asked, images: count }).graph.initialisers.filter(
        ({ dims }) => dims.length === 4,
      ).length;
    expect(weights(3)).toBe(weights(1));
  });
});
