/** torchvision's DenseNets of any depth and growth, in its present and its first spelling of keys. */
import type { Architecture } from './architecture';
import { firstPresent, linearHead } from './heads';
import type { FeatureMap, Layers } from './layers';
import { countOf, renamedKeys, type StateDict } from './stateDict';

/** The downloadable files still say `norm.1` where the module says `norm1`. */
function presentKey(key: string): string {
  return key.replace(/(denselayer\d+\.(?:norm|conv))\.(\d)\./, '$1$2.');
}

/** 1x1 then 3x3, each behind normalisation and ReLU; joined to everything before. */
function denseBlock(layers: Layers, x: FeatureMap, key: string, count: number): FeatureMap {
  const maps = [x];
  for (let i = 1; i <= count; i++) {
    const layer = `${key}.denselayer${i}`;
    const a = layers.relu(layers.norm(layers.joined(maps), `${layer}.norm1`));
    const b = layers.relu(layers.norm(layers.conv(a, `${layer}.conv1`, { kernel: 1 }), `${layer}.norm2`));
    maps.push(layers.conv(b, `${layer}.conv2`, { kernel: 3 }));
  }
  return layers.joined(maps);
}

function transition(layers: Layers, x: FeatureMap, key: string): FeatureMap {
  const a = layers.relu(layers.norm(x, `${key}.norm`));
  return layers.averagePool(layers.conv(a, `${key}.conv`, { kernel: 1 }), 2);
}

function depths(dict: StateDict): number[] {
  const counted = [1, 2, 3, 4].map(
    (i) => countOf(dict, `features.denseblock${i}.denselayer*.conv1.weight`) - 1,
  );
  return counted.every((count) => count > 0) ? counted : [6, 12, 24, 16];
}

export const denseNet: Architecture = {
  system: 'torchvision',
  name: "torchvision's DenseNet",
  strides: [32],
  canonical: (dict) => renamedKeys(dict, presentKey),
  marked: ({ tensors }) => tensors.has('features.conv0.weight'),
  build: (layers, dict) => {
    const stem = layers.conv(layers.image(), 'features.conv0', { kernel: 7, stride: 2 });
    let x = layers.maxPool(layers.relu(layers.norm(stem, 'features.norm0')), 3, 2, 1);
    const counts = depths(dict);
    for (const [i, count] of counts.entries()) {
      x = denseBlock(layers, x, `features.denseblock${i + 1}`, count);
      if (i + 1 < counts.length) x = transition(layers, x, `features.transition${i + 1}`);
    }
    const features = layers.relu(layers.norm(x, 'features.norm5'));
    // Two convolutions in each layer, one in each transition, the stem and the classifier.
    const depth = 2 * counts.reduce((sum, count) => sum + count, 0) + counts.length + 1;
    return {
      architecture: `DenseNet-${depth}`,
      features,
      stride: 32,
      head: linearHead(layers, dict, features, firstPresent(dict, ['classifier', 'classifier.1', 'fc'])),
      extras: [],
      fixedSize: null,
    };
  },
};
