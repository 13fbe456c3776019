/** On which side of a threshold the CAM of each position lies (lpcam.md, section 3, step 2). */
import type { CentreSet } from '../../lpcam/bank';

/** Side of the split by byte; a position exactly at the threshold is in neither set. */
export const splitCodes = { background: 0, foreground: 1, dropped: 2 } as const satisfies Record<
  CentreSet | 'dropped',
  number
>;

/** Sides of the positions of one class: CAM above the threshold, below it, or exactly at it (in float32). */
export function splitByCam(cam: Float32Array, threshold: number): Uint8Array {
  const limit = Math.fround(threshold);
  return Uint8Array.from(cam, (value) =>
    value > limit ? splitCodes.foreground : value < limit ? splitCodes.background : splitCodes.dropped,
  );
}
