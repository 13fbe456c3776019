/** Classifiers behind feature maps. */
import type { BuiltHead } from './architecture';
import type { FeatureMap, Layers } from './layers';
import type { StateDict } from './stateDict';

/** The first of some keys that the state dict has; else the first of them, which is then reported missing. */
export function firstPresent(dict: StateDict, keys: readonly string[]): string {
  return keys.find((key) => dict.tensors.has(`${key}.weight`)) ?? keys[0] ?? '';
}

/** A linear layer, or a 1x1 convolution, on the mean of the feature map; with or without bias, as the file has it. */
export function linearHead(layers: Layers, dict: StateDict, features: FeatureMap, key: string): BuiltHead {
  const convolution = dict.tensors.get(`${key}.weight`)?.shape.length === 4;
  const bias = layers.has(`${key}.bias`);
  const logits = layers.linear(layers.flat(layers.pooled(features)), key, { bias, convolution });
  return {
    classifier: `${key}.weight`,
    scoring: 'linear',
    classes: logits.channels,
    weight: `${key}.weight`,
    bias: bias ? `${key}.bias` : null,
    hidden: [],
    logits,
    classMaps: null,
  };
}

/** A kernel [N, C, k, k] summed over its positions, [N, C]. */
export function summedKernel(values: Float32Array, positions: number): Float32Array {
  return Float32Array.from({ length: values.length / positions }, (_, i) => {
    let sum = 0;
    for (let p = 0; p < positions; p++) sum += values[i * positions + p] ?? 0;
    return sum;
  });
}
