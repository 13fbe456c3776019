/** How far each stage of one image agrees with the ground truth. */
import { classCounts, ignored } from './metrics';
import type { Labels } from './seeds';

export interface ClassIou {
  /** 0 background, class index + 1. */
  readonly label: number;
  /** 0..1; null where neither the stage nor the ground truth has the class. */
  readonly iou: number | null;
}

export interface StageScore {
  /** Mean IoU over the image's classes, without the background; null where there is none of them. */
  readonly mean: number | null;
  /** The background, then the image's classes. */
  readonly classes: readonly ClassIou[];
  /** Classes that the stage has and the image has not: their IoU is 0, and they are not part of the mean. */
  readonly strangers: readonly number[];
  /**
   * A stage with pixels of 255 leaves them open. `mean` counts them as missed; `onSure` leaves them out; `sure` is the
   * share of pixels with ground truth that are not open. Null for a stage that leaves nothing open.
   */
  readonly open: { readonly sure: number; readonly onSure: number | null } | null;
}

/** Labels that occur, ascending, without 255. */
function present(labels: Labels): number[] {
  const seen = new Set<number>();
  for (const label of labels) seen.add(label);
  seen.delete(ignored);
  return [...seen].sort((one, other) => one - other);
}

/**
 * The labels that an image is scored by: those it is labelled with and those of its ground truth. The same for every
 * stage, so that stages can be compared.
 * @param labelled class indices; null: nobody labelled the image
 * @returns label ids (class index + 1), ascending, without the background
 */
export function scoredLabels(labelled: readonly number[] | null, mask: Uint8Array): readonly number[] {
  const all = new Set([...(labelled ?? []).map((index) => index + 1), ...present(mask)]);
  all.delete(0);
  return [...all].sort((one, other) => one - other);
}

function meanIou(stage: Labels, mask: Uint8Array, wanted: readonly number[]): number | null {
  const ious = wanted.flatMap((label) => classCounts(stage, mask, label).iou ?? []);
  return ious.length === 0 ? null : ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}

/**
 * Scores a stage's label map. Pixels whose ground truth is 255 are left out.
 * @param stage label ids, of the mask's size; @param wanted from `scoredLabels`
 */
export function stageScore(stage: Labels, mask: Uint8Array, wanted: readonly number[]): StageScore {
  const classes = [0, ...wanted].map((label) => ({ label, iou: classCounts(stage, mask, label).iou }));
  const ious = classes.slice(1).flatMap(({ iou }) => iou ?? []);
  const mean = ious.length === 0 ? null : ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
  const strangers = present(stage).filter((label) => label !== 0 && !wanted.includes(label));
  return { mean, classes, strangers, open: openOf(stage, mask, wanted) };
}

function openOf(stage: Labels, mask: Uint8Array, wanted: readonly number[]): StageScore['open'] {
  let known = 0;
  let open = 0;
  const sureMask = mask.slice();
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === ignored) continue;
    known++;
    if (stage[i] !== ignored) continue;
    open++;
    sureMask[i] = ignored;
  }
  if (open === 0) return null;
  return { sure: (known - open) / known, onSure: meanIou(stage, sureMask, wanted) };
}

/**
 * The change of each stage's mean from the last stage before it that has one.
 * @returns points (fractions) and the place of the stage it is measured from; null for the first
 */
export function stageChanges(
  means: readonly (number | null)[],
): readonly ({ readonly from: number; readonly by: number } | null)[] {
  let from = -1;
  return means.map((mean, place) => {
    if (mean === null) return null;
    const before = means[from] ?? null;
    const change = before === null ? null : { from, by: mean - before };
    from = place;
    return change;
  });
}
