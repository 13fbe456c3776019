/** torchvision's MobileNetV2, of any width. */
import type { Architecture } from './architecture';
import { firstPresent, linearHead } from './heads';
import type { FeatureMap, Layers } from './layers';

/** Inverted residuals per group, and the stride of the group's first one. */
const groups = [
  { blocks: 1, stride: 1 },
  { blocks: 2, stride: 2 },
  { blocks: 3, stride: 2 },
  { blocks: 4, stride: 2 },
  { blocks: 3, stride: 1 },
  { blocks: 3, stride: 2 },
  { blocks: 1, stride: 1 },
] as const;

/** Expansion (but in the first one), depthwise 3x3, projection without activation. */
function invertedResidual(
  layers: Layers,
  x: FeatureMap,
  key: string,
  stride: number,
  first: boolean,
): FeatureMap {
  let y = x;
  if (!first) y = layers.relu6(layers.norm(layers.conv(y, `${key}.0.0`, { kernel: 1 }), `${key}.0.1`));
  const [depthwise, projection] = first ? [0, 1] : [1, 2];
  y = layers.conv(y, `${key}.${depthwise}.0`, { kernel: 3, stride, groups: 'depthwise' });
  y = layers.relu6(layers.norm(y, `${key}.${depthwise}.1`));
  y = layers.norm(layers.conv(y, `${key}.${projection}`, { kernel: 1 }), `${key}.${projection + 1}`);
  return stride === 1 && y.channels === x.channels ? layers.add(x, y) : y;
}

export const mobileNetV2: Architecture = {
  system: 'torchvision',
  name: "torchvision's MobileNetV2",
  strides: [32],
  marked: ({ tensors }) => tensors.has('features.1.conv.0.0.weight'),
  build: (layers, dict) => {
    const stem = layers.conv(layers.image(), 'features.0.0', { kernel: 3, stride: 2 });
    let x = layers.relu6(layers.norm(stem, 'features.0.1'));
    let place = 1;
    for (const { blocks, stride } of groups)
      for (let b = 0; b < blocks; b++, place++)
        x = invertedResidual(layers, x, `features.${place}.conv`, b === 0 ? stride : 1, place === 1);
    const last = layers.norm(layers.conv(x, `features.${place}.0`, { kernel: 1 }), `features.${place}.1`);
    const features = layers.relu6(last);
    return {
      architecture: 'MobileNetV2',
      features,
      stride: 32,
      head: linearHead(layers, dict, features, firstPresent(dict, ['classifier.1', 'classifier', 'fc'])),
      extras: [],
      fixedSize: null,
    };
  },
};
