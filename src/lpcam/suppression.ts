/** What the context prototypes took away from a class's map. */

/** Values of `Suppression.kinds`. */
export const suppressionKinds = {
  nothing: 0,
  falsePositiveRemoved: 1,
  truePositiveLost: 2,
  /** Removed where there is no ground truth: no mask, or ignored (255) in it. */
  removed: 3,
} as const;

export interface Suppression {
  /** One of `suppressionKinds` per pixel. */
  readonly kinds: Uint8Array;
  /** Pixels. `removed` is the sum of the other three. */
  readonly counts: {
    readonly removed: number;
    readonly falsePositivesRemoved: number;
    readonly truePositivesLost: number;
    readonly withoutGroundTruth: number;
  };
}

/**
 * A pixel is removed when the class-only map exceeds the threshold and LPCAM does not; each map is first divided by
 * its own max, as for a seed.
 * @param classOnly map of the class prototypes alone, [area]; @param lpcam the same with context subtracted
 * @param mask ground truth label ids, [area], or null; @param label the class's id in the mask (index + 1)
 */
export function suppressionOf(
  classOnly: Float32Array,
  lpcam: Float32Array,
  threshold: number,
  mask: Uint8Array | null,
  label: number,
): Suppression {
  const bound = Math.fround(threshold);
  const classMax = positiveMaximum(classOnly);
  const lpcamMax = positiveMaximum(lpcam);
  const kinds = new Uint8Array(classOnly.length);
  const perKind = [0, 0, 0, 0];
  for (let i = 0; i < kinds.length; i++) {
    const before = Math.fround((classOnly[i] as number) / classMax) > bound;
    if (!before || Math.fround((lpcam[i] as number) / lpcamMax) > bound) continue;
    const truth = mask === null ? 255 : (mask[i] as number);
    const kind = truth === 255 ? 3 : truth === label ? 2 : 1;
    kinds[i] = kind;
    perKind[kind] = (perKind[kind] as number) + 1;
  }
  const [, falsePositivesRemoved = 0, truePositivesLost = 0, withoutGroundTruth = 0] = perKind;
  const removed = falsePositivesRemoved + truePositivesLost + withoutGroundTruth;
  return { kinds, counts: { removed, falsePositivesRemoved, truePositivesLost, withoutGroundTruth } };
}

/** A dead map has no positive value and must stay zero: 1 instead of its max. */
function positiveMaximum(map: Float32Array): number {
  let max = 0;
  for (const value of map) if (value > max) max = value;
  return max > 0 ? max : 1;
}
