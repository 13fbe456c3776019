/** torchvision's VGGs, with and without normalisation: three linear layers behind an adaptive pooling to 7 x 7. */
import { int, ints } from '../graphBuilder';
import type { Architecture, BuiltHead } from './architecture';
import { summedKernel } from './heads';
import type { FeatureMap, Layers } from './layers';
import type { StateDict } from './stateDict';

/** Side of the grid that the first linear layer reads. */
const grid = 7;
const positions = grid * grid;

/** The places of convolutions in `features`: what stands between them holds no weights. */
function convolutions({ tensors }: StateDict): number[] {
  const places = [...tensors].flatMap(([key, { shape }]) => {
    const place = /^features\.(\d{1,2})\.weight$/.exec(key)?.[1];
    return place !== undefined && shape.length === 4 ? [Number(place)] : [];
  });
  return places.length > 0 ? places.sort((a, b) => a - b) : [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28];
}

/** Convolution, perhaps normalisation, ReLU; one place more before the next convolution is a pooling. */
function addFeatures(layers: Layers, dict: StateDict): { features: FeatureMap; count: number } {
  const places = convolutions(dict);
  let x = layers.image();
  for (const [i, place] of places.entries()) {
    const normed = layers.has(`features.${place + 1}.running_mean`);
    x = layers.conv(x, `features.${place}`, { kernel: 3, bias: true });
    if (normed) x = layers.norm(x, `features.${place + 1}`);
    x = layers.relu(x);
    const used = normed ? 3 : 2;
    const next = places[i + 1];
    if (next === undefined || next === place + used + 1) x = layers.maxPool(x, 2, 2, 0);
    else if (next !== place + used)
      layers.problems.push({
        key: `features.${place + used}.weight`,
        expected: [null, x.channels, 3, 3],
        found: null,
      });
  }
  return { features: x, count: places.length };
}

/**
 * Adaptive average pooling of one axis as a matrix [grid, size]: row i averages positions floor(i size / grid) to
 * ceil((i + 1) size / grid).
 */
function poolingMatrix(layers: Layers, map: string, axis: number): string {
  const { builder } = layers;
  const node = (op: string, inputs: readonly string[], ...attributes: ReturnType<typeof int>[]) =>
    builder.node(op, inputs, { attributes });
  const size = builder.pick(node('Shape', [map]), axis);
  const places = node('Range', [builder.integers(0), size, builder.integers(1)]);
  const row = (from: number) => Array.from({ length: grid }, (_, i) => i + from);
  const column = (values: readonly number[]) =>
    node('Unsqueeze', [builder.integers(values), builder.integers([1])]);
  const count = builder.integers([grid]);
  const starts = node('Div', [node('Mul', [column(row(0)), size]), count]);
  const rounded = node('Add', [node('Mul', [column(row(1)), size]), builder.integers([grid - 1])]);
  const ends = node('Div', [rounded, count]);
  const behind = node('Not', [node('Less', [places, starts])]);
  const inside = node('Cast', [node('And', [behind, node('Less', [places, ends])])], int('to', 1));
  const sums = node('ReduceSum', [inside, builder.integers([1])], int('keepdims', 1));
  return node('Div', [inside, sums]);
}

/** [N, C, h, w] -> [N, C * grid * grid] */
function pooledRows(layers: Layers, features: FeatureMap): FeatureMap {
  const { builder } = layers;
  const rows = builder.node('MatMul', [poolingMatrix(layers, features.name, 2), features.name]);
  const columns = builder.node('Transpose', [poolingMatrix(layers, features.name, 3)], {
    attributes: [ints('perm', 1, 0)],
  });
  const pooled = builder.node('MatMul', [rows, columns]);
  const channels = features.channels === null ? null : features.channels * positions;
  return layers.flat({ name: pooled, channels });
}

/** The head on a field of the same feature everywhere: the first layer's weights summed over the grid. */
function fieldMaps(layers: Layers, features: FeatureMap, sides: readonly (number | null)[]): FeatureMap {
  const [first = null, second = null, classes = null] = sides;
  const convolved = (x: FeatureMap, weight: string, bias: string, outputs: number | null) => {
    const kernel = layers.builder.node('Unsqueeze', [weight, layers.builder.integers([2, 3])]);
    return layers.relu(layers.convWith(x, kernel, outputs, { kernel: 1, bias }));
  };
  const a = convolved(features, 'lpcam.head.hidden', 'classifier.0.bias', first);
  const b = convolved(a, 'classifier.3.weight', 'classifier.3.bias', second);
  return convolved(b, 'classifier.6.weight', 'classifier.6.bias', classes);
}

function threeLayers(layers: Layers, features: FeatureMap): BuiltHead {
  const first = layers.relu(layers.linear(pooledRows(layers, features), 'classifier.0', { bias: true }));
  const second = layers.relu(layers.linear(first, 'classifier.3', { bias: true }));
  const logits = layers.linear(second, 'classifier.6', { bias: true });
  const inputs = features.channels === null ? null : features.channels * positions;
  const { values } = layers.raw('classifier.0.weight', [first.channels, inputs]);
  const hidden = layers.constant('lpcam.head.hidden', [first.channels, features.channels], () =>
    summedKernel(values(), positions),
  );
  return {
    classifier: 'classifier.6.weight',
    scoring: 'constant-field',
    classes: logits.channels,
    weight: 'classifier.6.weight',
    bias: 'classifier.6.bias',
    hidden: [
      { weight: hidden, bias: 'classifier.0.bias' },
      { weight: 'classifier.3.weight', bias: 'classifier.3.bias' },
    ],
    logits,
    classMaps: fieldMaps(layers, features, [first.channels, second.channels, logits.channels]),
  };
}

export const vgg: Architecture = {
  system: 'torchvision',
  name: "torchvision's VGG",
  strides: [32],
  marked: ({ tensors }) => tensors.has('features.0.weight') && tensors.has('classifier.6.weight'),
  build: (layers, dict) => {
    const { features, count } = addFeatures(layers, dict);
    return {
      architecture: `VGG-${count + 3}`,
      features,
      stride: 32,
      head: threeLayers(layers, features),
      extras: [],
      fixedSize: null,
    };
  },
};
