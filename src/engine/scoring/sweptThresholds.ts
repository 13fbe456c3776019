/** Which thresholds a folder of seeds is counted at. */
import type { ResolvedStudy } from '../study/resolvedStudy';

export interface SweptThresholds {
  /** Ascending; a slider has all of them. */
  readonly thresholds: number[];
  /** Places of those whose scores are reported. */
  readonly sweep: number[];
  /** The study's own and who says so; null: nothing to threshold. */
  readonly own: { place: number; from: string } | null;
}

/** .05 to .95; divided, because a running sum of .05 misses .15 and others by a rounding. */
export const sweepThresholds: readonly number[] = Array.from({ length: 19 }, (_, index) => (index + 1) / 20);

const hundredths: readonly number[] = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

/** Longer lists are counted in steps of .05 alone: counts of every hundredth would take hundreds of megabytes. */
const mostForHundredths = 20_000;

export interface ThresholdQuestion {
  readonly labelMaps: boolean;
  /** What the person asked for; null: the sweep. */
  readonly wanted: readonly number[] | null;
  readonly study: ResolvedStudy | null;
  readonly images: number;
  /** Two folders: counts of every pair of thresholds are kept, so steps are .05. */
  readonly compared: boolean;
}

export function thresholdsOf(question: ThresholdQuestion): SweptThresholds {
  const { labelMaps, wanted, study, images, compared } = question;
  if (labelMaps) return { thresholds: [0], sweep: [0], own: null };
  const own = study?.settings.seeds.threshold ?? null;
  const reported = wanted ?? [...sweepThresholds, ...(own === null ? [] : [own])];
  const fine = wanted === null && !compared && images <= mostForHundredths ? hundredths : [];
  const thresholds = [...new Set([...reported, ...fine])].sort((one, other) => one - other);
  const place = own === null ? -1 : thresholds.indexOf(own);
  return {
    thresholds,
    sweep: [...new Set(reported)]
      .map((threshold) => thresholds.indexOf(threshold))
      .sort((one, other) => one - other),
    own:
      place < 0 || study === null
        ? null
        : { place, from: study.file === null ? 'the preset' : `the study ${study.name}` },
  };
}
