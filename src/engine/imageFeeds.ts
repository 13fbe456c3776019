/** The image inputs of a maps graph (`buildMapsGraph`). */
import * as ort from 'onnxruntime-node';
import { nth } from '../network/graphBuilder';

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Numbers of a view, and the tensor of some. */
function views({ height, width }: Size): { view: number; tensor: (values: Float32Array) => ort.Tensor } {
  const view = 3 * height * width;
  return {
    view,
    tensor: (values) => new ort.Tensor('float32', values, [values.length / view, 3, height, width]),
  };
}

/**
 * What is fed for a network's input: the whole batch, or each of its views where the graph takes them apart.
 * @param floats [B, 3, height, width]
 */
export function imageFeeds(
  session: Pick<ort.InferenceSession, 'inputNames'>,
  floats: Float32Array,
  size: Size,
): Record<string, ort.Tensor> {
  const { view, tensor } = views(size);
  if (!session.inputNames.includes('mirrored')) return { image: tensor(floats) };
  return { image: tensor(floats.subarray(0, view)), mirrored: tensor(floats.subarray(view)) };
}

/**
 * What is fed for several images that take the network together.
 * @param images [B, 3, height, width] each
 */
export function severalFeeds(images: readonly Float32Array[], size: Size): Record<string, ort.Tensor> {
  const { view, tensor } = views(size);
  const feeds: Record<string, ort.Tensor> = {};
  for (const [place, floats] of images.entries()) {
    feeds[nth('image', place)] = tensor(floats.subarray(0, view));
    if (floats.length > view) feeds[nth('mirrored', place)] = tensor(floats.subarray(view));
  }
  return feeds;
}
