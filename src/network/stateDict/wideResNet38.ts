/** WRN-38 of PSA, SEAM and EDAM: stride 8, the last three stages dilated. */
import type { Architecture, BuiltHead } from './architecture';
import { linearHead, summedKernel } from './heads';
import type { FeatureMap, Layers } from './layers';
import type { StateDict } from './stateDict';

interface Block {
  readonly key: string;
  readonly stride: number;
  /** Of the first 3x3 convolution, and of the second. */
  readonly dilations: readonly [number, number];
  /** Has a convolution on the shortcut. */
  readonly changes: boolean;
}

/** Stage, its blocks, stride and dilation of its first block, dilation of the others. */
const stages = [
  { key: 'b2', blocks: 3, stride: 2, first: 1, dilation: 1 },
  { key: 'b3', blocks: 3, stride: 2, first: 1, dilation: 1 },
  { key: 'b4', blocks: 6, stride: 2, first: 1, dilation: 1 },
  { key: 'b5', blocks: 3, stride: 1, first: 1, dilation: 2 },
] as const;

/** Normalisation and ReLU come before each convolution; the shortcut starts behind the first ReLU. */
function wideBlock(layers: Layers, x: FeatureMap, { key, stride, dilations, changes }: Block): FeatureMap {
  const [first, second] = dilations;
  const a = layers.relu(layers.norm(x, `${key}.bn_branch2a`));
  const beside = changes ? layers.conv(a, `${key}.conv_branch1`, { kernel: 1, stride }) : x;
  const b = layers.conv(a, `${key}.conv_branch2a`, { kernel: 3, stride, dilation: first });
  const c = layers.relu(layers.norm(b, `${key}.bn_branch2b1`));
  return layers.add(beside, layers.conv(c, `${key}.conv_branch2b1`, { kernel: 3, dilation: second }));
}

function wideBottleneck(layers: Layers, x: FeatureMap, key: string): FeatureMap {
  const a = layers.relu(layers.norm(x, `${key}.bn_branch2a`));
  const beside = layers.conv(a, `${key}.conv_branch1`, { kernel: 1 });
  const b = layers.conv(a, `${key}.conv_branch2a`, { kernel: 1 });
  const c = layers.relu(layers.norm(b, `${key}.bn_branch2b1`));
  const d = layers.conv(c, `${key}.conv_branch2b1`, { kernel: 3, dilation: 4 });
  const e = layers.relu(layers.norm(d, `${key}.bn_branch2b2`));
  return layers.add(beside, layers.conv(e, `${key}.conv_branch2b2`, { kernel: 1 }));
}

/** Features behind the last normalisation, [N, 4096, h, w]; signed unless the caller adds a ReLU. */
function wideFeatures(layers: Layers): FeatureMap {
  let x = layers.conv(layers.image(), 'conv1a', { kernel: 3 });
  for (const { key, blocks, stride, first, dilation } of stages)
    for (let b = 0; b < blocks; b++)
      x = wideBlock(layers, x, {
        key: b === 0 ? key : `${key}_${b}`,
        stride: b === 0 ? stride : 1,
        dilations: [b === 0 ? first : dilation, dilation],
        changes: b === 0,
      });
  return layers.norm(wideBottleneck(layers, wideBottleneck(layers, x, 'b6'), 'b7'), 'bn7');
}

function isWide({ tensors }: StateDict): boolean {
  return tensors.has('conv1a.weight') && tensors.has('b2.conv_branch2a.weight');
}

/** The classes' rows of a classifier whose first row is the background. */
function withoutBackground(layers: Layers, features: FeatureMap): BuiltHead {
  const { shape, values } = layers.raw('fc8.weight', [null, features.channels, 1, 1]);
  const [rows] = shape;
  const classes = rows === null || rows === undefined ? null : rows - 1;
  const weight = layers.constant('fc8.weight[1:]', [classes, features.channels, 1, 1], () =>
    values().slice(features.channels ?? 0),
  );
  const scores = layers.convWith(layers.pooled(features), weight, classes, { kernel: 1 });
  return {
    classifier: 'fc8.weight',
    scoring: 'linear',
    classes,
    weight,
    bias: null,
    hidden: [],
    logits: layers.flat(scores),
    classMaps: null,
  };
}

const psa: Architecture = {
  system: 'psa',
  name: "PSA's classification network (WRN-38)",
  strides: [8],
  marked: (dict) => isWide(dict) && !dict.tensors.has('mask_layer.weight') && !dict.tensors.has('f9.weight'),
  build: (layers, dict) => {
    const features = layers.relu(wideFeatures(layers));
    return {
      architecture: 'WRN-38',
      features,
      stride: 8,
      head: linearHead(layers, dict, features, 'fc8'),
      extras: [],
      fixedSize: null,
    };
  },
};

const seam: Architecture = {
  system: 'seam',
  name: "SEAM's network (WRN-38, fc8 with a background row)",
  strides: [8],
  marked: (dict) => isWide(dict) && dict.tensors.has('f9.weight') && dict.tensors.has('fc8.weight'),
  build: (layers) => {
    const features = layers.relu(wideFeatures(layers));
    return {
      architecture: 'WRN-38',
      features,
      stride: 8,
      head: withoutBackground(layers, features),
      extras: [],
      fixedSize: null,
    };
  },
};

/** A 3x3 convolution to classes and, last, background; its class maps are |mask / its norm over all of them|. */
function maskHead(layers: Layers, features: FeatureMap): BuiltHead {
  const mask = layers.named(layers.conv(features, 'mask_layer', { kernel: 3 }), 'mask');
  const all = layers.named(layers.absolute(layers.unit(mask)), 'cam');
  const classes = mask.channels === null ? null : mask.channels - 1;
  const shape = [mask.channels, features.channels, 3, 3];
  const { values } = layers.raw('mask_layer.weight', shape);
  const weight = layers.constant('lpcam.head.weight', [classes, features.channels], () =>
    summedKernel(values(), 9).slice(0, (classes ?? 0) * (features.channels ?? 0)),
  );
  return {
    classifier: 'mask_layer.weight',
    scoring: 'summed-kernel',
    classes,
    weight,
    bias: null,
    hidden: [],
    logits: layers.flat(layers.pooled(layers.firstChannels(mask, classes))),
    classMaps: layers.firstChannels(all, classes),
  };
}

const edam: Architecture = {
  system: 'edam',
  name: "EDAM's network (WRN-38, 3x3 mask_layer)",
  strides: [8],
  marked: (dict) => isWide(dict) && dict.tensors.has('mask_layer.weight'),
  build: (layers) => {
    const features = wideFeatures(layers);
    const head = maskHead(layers, features);
    const channels = head.classes === null ? 'K' : head.classes + 1;
    return {
      architecture: 'WRN-38 without its last ReLU',
      features,
      stride: 8,
      head,
      extras: ['mask', 'cam'].map((name) => ({ name, shape: ['N', channels, 'h', 'w'] })),
      fixedSize: null,
    };
  },
};

export const wideResNets: readonly Architecture[] = [edam, seam, psa];
