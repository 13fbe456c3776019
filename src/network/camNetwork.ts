/** A checkpoint as the method needs it: a graph from image to feature map, and a linear classifier behind it. */
import type { OnnxModel } from '../formats/onnxModel';

/**
 * How a prototype F [C] becomes class scores; p is their softmax.
 * - `linear`: W F, no bias, as published.
 * - `summed-kernel`: the head is a convolution larger than 1x1; the prototype is taken for a field of the same feature
 *   everywhere, so that W is the kernel summed over its positions; the head's bias is added.
 * - `own-label`: AMN's head is conditioned on the image's labels; each class is scored under its own label alone, the
 *   kernel summed as above, with bias.
 * - `patch-token`: the classifier reads the class token; it is applied to the patch tokens: W F, no bias.
 * - `constant-field`: the head has hidden layers; all of it works on a field of the same feature everywhere.
 */
export const scorings = ['linear', 'summed-kernel', 'own-label', 'patch-token', 'constant-field'] as const;
export type Scoring = (typeof scorings)[number];

/** A layer between features and classifier: relu(W x + b). */
export interface HiddenLayer {
  /** Row-major [outputs, inputs]. */
  readonly weight: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/** Attention maps of a network of tokens, averaged over the heads: tensors of the backbone. */
export interface NetworkAttention {
  /** From the class tokens to the patches, [N, blocks, classes, h, w]. */
  readonly toPatches: string;
  /** Between the patches, summed over the blocks, [N, h * w, h * w], a row per query. */
  readonly betweenPatches: string;
}

/** Where a network came from, when it was recognised by its weights' names. */
export interface NetworkOrigin {
  /** The WSSS system, or `torchvision`. */
  readonly system: string;
  /** E.g. `ResNet-50`. */
  readonly architecture: string;
  /** Input pixels per feature position. */
  readonly stride: number;
  /** Other strides that the same weights are used with: the file does not tell, `network.stride` of the study does. */
  readonly otherStrides: readonly number[];
}

export interface CamNetwork {
  /**
   * The backbone alone: input `input`, output `features` [N, C, h, w], and what else is named below. Not as ONNX bytes,
   * which would hold its weights a second time.
   */
  readonly backbone: OnnxModel;
  /** Name of the image input, [N, 3, H, W]. */
  readonly input: string;
  /** Name of the feature map's tensor. */
  readonly features: string;
  /** Name of the classifier's weight tensor. */
  readonly classifier: string;
  /** Feature channels, C. */
  readonly channels: number;
  /** Classifier outputs, N. */
  readonly classes: number;
  /** Classifier weights, row-major [N, C]; behind hidden layers [N, outputs of the last one]. */
  readonly weight: Float32Array;
  /** Classifier bias [N]; null when it has none. Logits use it; CAM does not; prototype scores as `scoring` says. */
  readonly bias: Float32Array | null;
  readonly scoring: Scoring;
  /** Between features and classifier; none but with `constant-field`. */
  readonly hidden: readonly HiddenLayer[];
  /** Tensor of the backbone with the class maps [N, classes, h, w], not negative; null where they are relu(W F). */
  readonly classMaps: string | null;
  /** Tensor of the backbone with the logits [N, classes]; null where they are W mean(F) + b. */
  readonly logits: string | null;
  /** Null where the network has none, or none that is known. */
  readonly attention: NetworkAttention | null;
  readonly origin: NetworkOrigin | null;
  /** Input size that the graph is bound to; null when it takes any. */
  readonly fixedSize: readonly [height: number, width: number] | null;
  /** Batch size that the graph is bound to; null when it takes any. */
  readonly fixedBatch: number | null;
  readonly opset: number;
  readonly irVersion: number;
  readonly producer: string;
  /** Numbers held in the original graph's initialisers. */
  readonly parameters: number;
}
