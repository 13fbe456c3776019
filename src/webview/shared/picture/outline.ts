/** Borders of labels, as line segments between pixels. */
import type { Labels } from '../../../lpcam/seeds';

/** Border of one label of a label map of this size. */
export interface Outline {
  readonly segments: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly style: 'seed' | 'mask';
}

/**
 * @param labels label ids, [height, width]
 * @returns four numbers per segment (x0, y0, x1, y1) in pixel corners; runs are joined. The image's border counts as
 *   an edge of the label. Hand-written: a contour library would interpolate, and seeds are exact to the pixel.
 */
export function outlineOf(labels: Labels, height: number, width: number, label: number): Float32Array {
  const segments: number[] = [];
  const at = (row: number, column: number) =>
    row >= 0 && column >= 0 && row < height && column < width && labels[row * width + column] === label;
  for (let row = 0; row <= height; row++) {
    let start = -1;
    for (let column = 0; column <= width; column++) {
      const edge = column < width && at(row - 1, column) !== at(row, column);
      if (edge && start < 0) start = column;
      if (!edge && start >= 0) {
        segments.push(start, row, column, row);
        start = -1;
      }
    }
  }
  for (let column = 0; column <= width; column++) {
    let start = -1;
    for (let row = 0; row <= height; row++) {
      const edge = row < height && at(row, column - 1) !== at(row, column);
      if (edge && start < 0) start = row;
      if (!edge && start >= 0) {
        segments.push(column, start, column, row);
        start = -1;
      }
    }
  }
  return Float32Array.from(segments);
}
