/** The image inputs of a maps graph (`buildMapsGraph`). */
import * as ort from 'onnxruntime-node';
import { nth } from '../network/graphBuilder';

/**
 * What is fed for images of one size: an image's batch, or each of its views where the graph takes them apart; for several each
 * view of each.
 * @param images [B, 3, height, width] each
 */
export function imageFeeds(
  session: Pick<ort.InferenceSession, 'inputNames'>,
  images: readonly Float32Array[],
  { height, width }: { readonly height: number; readonly width: number },
): Record<string, ort.Tensor> {
  const view = 3 * height * width;
  const tensor = (values: Float32Array) =>
    new ort.Tensor('float32', values, [values.length / view, 3, height, width]);
  const feeds: Record<string, ort.Tensor> = {};
  for (const [place, floats] of images.entries()) {
    const [image, mirrored] = [nth('image', place, images.length), nth('mirrored', place, images.length)];
    if (session.inputNames.includes(mirrored)) {
      feeds[image] = tensor(floats.subarray(0, view));
      feeds[mirrored] = tensor(floats.subarray(view));
    } else feeds[image] = tensor(floats);
  }
  return feeds;
}
