/** A checkpoint as the method needs it: a graph from image to feature map, and a linear classifier behind it. */

export interface CamNetwork {
  /** ONNX bytes of the backbone alone: input `input`, one output `features` [N, C, h, w]; the rest is dropped. */
  readonly backbone: Uint8Array;
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
  /** Classifier weights, row-major [N, C]. */
  readonly weight: Float32Array;
  /** Classifier bias [N]; null when it has none. CAM and prototype scores never use it, logits do. */
  readonly bias: Float32Array | null;
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
