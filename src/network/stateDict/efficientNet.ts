/** torchvision's EfficientNets B0 to B7. */
import type { Architecture } from './architecture';
import { firstPresent, linearHead } from './heads';
import type { FeatureMap, Layers } from './layers';
import { countOf, type StateDict } from './stateDict';

/** Kernel of a stage's depthwise convolutions, and its first block's stride. */
const stages = [
  { kernel: 3, stride: 1 },
  { kernel: 3, stride: 2 },
  { kernel: 5, stride: 2 },
  { kernel: 3, stride: 2 },
  { kernel: 5, stride: 1 },
  { kernel: 5, stride: 2 },
  { kernel: 3, stride: 1 },
] as const;

/** Channels of the last feature map tell the size of the network. */
const sizes = new Map([
  [1280, 'B0 or B1'],
  [1408, 'B2'],
  [1536, 'B3'],
  [1792, 'B4'],
  [2048, 'B5'],
  [2304, 'B6'],
  [2560, 'B7'],
]);

/** B5 and larger were trained with another constant in their normalisation. */
function epsilonFor(dict: StateDict): number {
  const channels = dict.tensors.get('features.8.0.weight')?.shape[0] ?? 0;
  return channels >= 2048 ? 1e-3 : 1e-5;
}

/** The mean over all positions through two 1x1 convolutions makes a factor for each channel. */
function squeezed(layers: Layers, x: FeatureMap, key: string): FeatureMap {
  const inner = layers.silu(layers.conv(layers.pooled(x), `${key}.fc1`, { kernel: 1, bias: true }));
  const outer = layers.conv(inner, `${key}.fc2`, { kernel: 1, bias: true, outputs: x.channels });
  return layers.times(x, layers.sigmoid(outer));
}

interface Block {
  readonly key: string;
  readonly kernel: number;
  readonly stride: number;
  readonly expands: boolean;
  readonly epsilon: number;
}

function block(layers: Layers, x: FeatureMap, { key, kernel, stride, expands, epsilon }: Block): FeatureMap {
  let y = x;
  let part = 0;
  const normed = (map: FeatureMap) => layers.norm(map, `${key}.block.${part}.1`, epsilon);
  if (expands) {
    y = layers.silu(normed(layers.conv(y, `${key}.block.0.0`, { kernel: 1 })));
    part = 1;
  }
  y = layers.silu(normed(layers.conv(y, `${key}.block.${part}.0`, { kernel, stride, groups: 'depthwise' })));
  y = squeezed(layers, y, `${key}.block.${part + 1}`);
  part += 2;
  y = normed(layers.conv(y, `${key}.block.${part}.0`, { kernel: 1 }));
  return stride === 1 && y.channels === x.channels ? layers.add(x, y) : y;
}

export const efficientNet: Architecture = {
  system: 'torchvision',
  name: "torchvision's EfficientNet",
  strides: [32],
  marked: ({ tensors }) => tensors.has('features.1.0.block.0.0.weight'),
  build: (layers, dict) => {
    const epsilon = epsilonFor(dict);
    const stem = layers.conv(layers.image(), 'features.0.0', { kernel: 3, stride: 2 });
    let x = layers.silu(layers.norm(stem, 'features.0.1', epsilon));
    for (const [i, { kernel, stride }] of stages.entries()) {
      const count = Math.max(countOf(dict, `features.${i + 1}.*.block.0.0.weight`), 1);
      for (let b = 0; b < count; b++)
        x = block(layers, x, {
          key: `features.${i + 1}.${b}`,
          kernel,
          stride: b === 0 ? stride : 1,
          expands: i > 0,
          epsilon,
        });
    }
    const last = layers.conv(x, 'features.8.0', { kernel: 1 });
    const features = layers.silu(layers.norm(last, 'features.8.1', epsilon));
    const size = sizes.get(features.channels ?? 0);
    return {
      architecture: size === undefined ? 'EfficientNet' : `EfficientNet ${size}`,
      features,
      stride: 32,
      head: linearHead(layers, dict, features, firstPresent(dict, ['classifier.1', 'classifier', 'fc'])),
      extras: [],
      fixedSize: null,
    };
  },
};
