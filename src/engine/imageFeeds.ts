/** The image inputs of a maps graph (`buildMapsGraph`). */
import * as ort from 'onnxruntime-node';

/**
 * What is fed for a network's input: the whole batch, or each of its views where the graph takes them apart.
 * @param floats [B, 3, height, width]
 */
export function imageFeeds(
  session: Pick<ort.InferenceSession, 'inputNames'>,
  floats: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
): Record<string, ort.Tensor> {
  const view = 3 * height * width;
  const tensor = (values: Float32Array) =>
    new ort.Tensor('float32', values, [values.length / view, 3, height, width]);
  if (!session.inputNames.includes('mirrored')) return { image: tensor(floats) };
  return { image: tensor(floats.subarray(0, view)), mirrored: tensor(floats.subarray(view)) };
}
