/** The size that the page draws maps at, so that a step of a slider takes no longer than a frame. */
import type { ReducedSize } from '../../../lpcam/aggregate';

/**
 * Pixels of a map that are made within a frame beside all that a page does in one. On the processor every map is made
 * pixel by pixel, for each scale of each class (`npm run bench -- --only panel`).
 */
const quickPixels = { processor: 50_000, gpu: 1_500_000 };

/** The image's size, or the largest reduced one that is quick; a worker makes the exact pictures then (`../exact`). */
export function shownSize(
  { width, height }: { readonly width: number; readonly height: number },
  by: keyof typeof quickPixels,
): ReducedSize {
  const stride = Math.ceil(Math.sqrt((width * height) / quickPixels[by]));
  return stride <= 1 ? 'highRes' : stride;
}
