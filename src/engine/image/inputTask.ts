/** What one input of the network is made from: an image and a size. */
import { networkInput } from './input';
import { resizeBicubic } from './resize';

export interface InputTask {
  /** [height, width, 3], 0..255. */
  readonly rgb: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** The input's size. */
  readonly outHeight: number;
  readonly outWidth: number;
  /** RGB, 0..1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** With the mirror image as the second of the batch. */
  readonly mirror: boolean;
}

/**
 * Resized as Pillow does, normalised, with its mirror.
 * @param floats where to write, of `inputLength` values
 */
export function makeInput(task: InputTask, floats: Float32Array<ArrayBuffer>): void {
  const { rgb, height, width, outHeight, outWidth, mean, std, mirror } = task;
  const same = height === outHeight && width === outWidth;
  const resized = same ? rgb : resizeBicubic(rgb, height, width, outHeight, outWidth);
  networkInput(resized, outHeight, outWidth, mean, std, mirror, floats);
}
