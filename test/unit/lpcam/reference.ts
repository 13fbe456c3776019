/** Upsampling, nearest resizing and scores that PyTorch and NumPy computed (test/fixtures/lpcam/make.py). */
import { fixtureJson } from '../fixture';

interface ReferenceScores {
  readonly threshold: number;
  readonly miou: number;
  readonly fp: number;
  readonly fn: number;
  readonly fpShare: number | null;
  readonly iou: readonly (number | null)[];
  readonly precision: readonly (number | null)[];
  readonly recall: readonly (number | null)[];
}

interface ReferenceImage {
  readonly keys: readonly number[];
  readonly maps: readonly (readonly number[])[];
  readonly mask: readonly number[];
  /** One seed per threshold. */
  readonly seeds: readonly (readonly number[])[];
}

export const reference = fixtureJson('lpcam/reference.json') as {
  readonly bilinear: readonly {
    readonly from: readonly [number, number];
    readonly to: readonly [number, number];
    readonly source: readonly number[];
    readonly target: readonly number[];
  }[];
  readonly nearest: readonly {
    readonly from: number;
    readonly to: number;
    readonly positions: readonly number[];
  }[];
  readonly sizes: readonly (readonly [size: number, scale: number, rounded: number])[];
  readonly scores: readonly ReferenceScores[];
  readonly images: readonly ReferenceImage[];
};

/** Maps of one reference image as `seedOf` takes them. */
export function mapsOf(image: ReferenceImage) {
  return image.keys.map((classIndex, i) => ({ classIndex, map: Float32Array.from(image.maps[i] ?? []) }));
}
