/** The label map that a stage's soft maps stand for. */
import type { SeedDialect } from './seedDialects';
import { seedOf, type Labels } from './seeds';

/** Soft maps of one size, as a seed file holds them. */
export interface SoftMaps {
  readonly dialect: SeedDialect;
  readonly height: number;
  readonly width: number;
  /** Class indices, from 0. */
  readonly keys: readonly number[];
  /** One per key, [height * width]. */
  readonly maps: readonly Float32Array[];
  /** The background's own map, where the file has one. */
  readonly background: Float32Array | null;
}

/**
 * Whether a threshold stands for the background. It does in AMN's files although they hold a background: its own
 * evaluation leaves that out (eval_amn_cam.py). Elsewhere a background map competes with the classes.
 */
export function takesThreshold({ background, dialect }: Pick<SoftMaps, 'background' | 'dialect'>): boolean {
  return background === null || dialect === 'amn';
}

/**
 * @param threshold the background's score; plays no part where the file has a background of its own
 * @returns label ids, [height * width]: 0 background, class index + 1
 */
export function softLabels(soft: SoftMaps, threshold: number): Labels {
  const { keys, maps, background, height, width } = soft;
  const area = height * width;
  const classMaps = keys.map((classIndex, i) => ({ classIndex, map: maps[i] ?? new Float32Array(area) }));
  if (takesThreshold(soft) || background === null) return seedOf(classMaps, threshold, area);
  const labels = seedOf(classMaps, -Infinity, area);
  for (let i = 0; i < area; i++) {
    const own = maps[keys.indexOf((labels[i] as number) - 1)]?.[i];
    // Ties go to the background, as NumPy's argmax gives them to the first.
    if (own === undefined || !(own > (background[i] as number))) labels[i] = 0;
  }
  return labels;
}
