/** AMN's label-conditioned network: stage 4 times an embedding of the image's labels, then four dilated 3x3 convolutions. */
import type { Architecture, BuiltHead } from './architecture';
import { summedKernel } from './heads';
import type { FeatureMap, Layers } from './layers';
import { irnFeatures, irnKey, isIrnFamily } from './resNet';
import { renamedKeys } from './stateDict';

const dilations = [6, 12, 18, 24] as const;

interface Embedding {
  readonly classes: number | null;
  /** [C, classes] and [C]. */
  readonly weight: () => Float32Array;
  readonly bias: () => Float32Array;
}

/** Scores [N, classes + 1, h, w] for the labels [N, classes] that are fed: background first. */
function addScores(layers: Layers, features: FeatureMap, classes: number | null): FeatureMap {
  const labels = layers.labels(classes);
  const embedding = layers.asMap(layers.linear(labels, 'label_enc', { bias: true }));
  const conditioned = layers.times(features, embedding);
  const [first, ...others] = dilations.map((dilation, i) =>
    layers.conv(conditioned, `classifier.1.c${i}`, { kernel: 3, dilation, bias: true }),
  );
  return others.reduce((sum, scores) => layers.add(sum, scores), first ?? conditioned);
}

/**
 * Rows of a kernel [classes + 1, C, k, k] without the background's, each times its own class's embedding: what the head
 * makes of an image that has this one label.
 */
function underOwnLabel(values: Float32Array, { weight, bias, classes }: Embedding): Float32Array {
  const count = classes ?? 0;
  const channelBias = bias();
  const channels = channelBias.length;
  const embedding = weight();
  const perRow = values.length / (count + 1);
  const positions = perRow / channels;
  const result = values.slice(perRow);
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++) {
      const factor = (embedding[c * count + n] ?? 0) + (channelBias[c] ?? 0);
      const start = n * perRow + c * positions;
      for (let p = 0; p < positions; p++) result[start + p] = (result[start + p] ?? 0) * factor;
    }
  return result;
}

function summed(arrays: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(), ...others] = arrays;
  return first.map((value, i) => others.reduce((sum, other) => sum + (other[i] ?? 0), value));
}

/** Each class's map and score under its own label alone. */
function ownLabelHead(layers: Layers, features: FeatureMap, classes: number | null): BuiltHead {
  const { channels } = features;
  const rows = classes === null ? null : classes + 1;
  const embedding = {
    classes,
    weight: layers.raw('label_enc.weight', [channels, classes]).values,
    bias: layers.raw('label_enc.bias', [channels]).values,
  };
  const parts = dilations.map((dilation, i) => {
    const { values } = layers.raw(`classifier.1.c${i}.weight`, [rows, channels, 3, 3]);
    const kernel = layers.constant(`lpcam.own.c${i}`, [classes, channels, 3, 3], () =>
      underOwnLabel(values(), embedding),
    );
    return { values, bias: layers.raw(`classifier.1.c${i}.bias`, [rows]).values, kernel, dilation };
  });
  const bias = layers.constant('lpcam.head.bias', [classes], () =>
    summed(parts.map((part) => part.bias())).slice(1),
  );
  const weight = layers.constant('lpcam.head.weight', [classes, channels], () =>
    summed(parts.map((part) => summedKernel(underOwnLabel(part.values(), embedding), 9))),
  );
  const [first, ...others] = parts.map(({ kernel, dilation }, i) =>
    layers.convWith(features, kernel, classes, { kernel: 3, dilation, bias: i === 0 ? bias : null }),
  );
  const scores = others.reduce((sum, part) => layers.add(sum, part), first ?? features);
  return {
    classifier: 'classifier.1',
    scoring: 'own-label',
    classes,
    weight,
    bias,
    hidden: [],
    logits: layers.flat(layers.pooled(scores)),
    classMaps: layers.relu(scores),
  };
}

export const amn: Architecture = {
  system: 'amn',
  name: "AMN's label-conditioned network (ResNet-50)",
  strides: [16, 8],
  canonical: (dict) => renamedKeys(dict, irnKey),
  marked: (dict) =>
    dict.tensors.has('label_enc.weight') && (isIrnFamily(dict) || dict.tensors.has('conv1.weight')),
  build: (layers, dict, { stride }) => {
    const { features, name } = irnFeatures(layers, dict, stride);
    const [, classes = null] = layers.raw('label_enc.weight', [features.channels, null]).shape;
    layers.named(addScores(layers, features, classes), 'scores');
    return {
      architecture: `${name} of AMN`,
      features,
      stride,
      head: ownLabelHead(layers, features, classes),
      extras: [{ name: 'scores', shape: ['N', classes === null ? 'K' : classes + 1, 'h', 'w'] }],
      fixedSize: null,
    };
  },
};
