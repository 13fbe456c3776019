/** What the person chose in the stage strip; kept over a reload, and from one image to the next. */
import * as z from 'zod';
import { stageNames, type StageName } from '../../../lpcam/stages';
import { fitZoom } from '../../shared/picture/viewport';

export const leastPane = 150;
export const mostPane = 800;

const unit = z.number().min(0).max(1);

const viewSchema = z.object({
  /** Soft maps as thresholded labels, or as a heat map of one class. */
  show: z.enum(['labels', 'heat']),
  /** Class of heat maps and of the outline; null, or not the image's: its first. */
  className: z.string().nullable(),
  /** Of all soft stages; null: the study's. */
  threshold: unit.nullable(),
  /** Whether each soft stage has a threshold of its own. */
  perStage: z.boolean(),
  ownThresholds: z.partialRecord(z.enum(stageNames), unit),
  opacity: unit,
  /** Least width of a pane, CSS pixels: how many lie beside each other. */
  paneWidth: z.number().min(leastPane).max(mostPane),
  /** Whether the ground truth of the class is outlined everywhere. */
  outline: z.boolean(),
  zoom: z.object({ scale: z.number().positive().nullable(), x: z.number(), y: z.number() }),
});
export type StagesView = Readonly<z.infer<typeof viewSchema>>;

const first: StagesView = {
  show: 'labels',
  className: null,
  threshold: null,
  perStage: false,
  ownThresholds: {},
  opacity: 0.6,
  paneWidth: 210,
  outline: false,
  zoom: fitZoom,
};

/** What cannot be read is as if nothing had been chosen. */
export function restoreStagesView(kept: unknown): StagesView {
  const parsed = viewSchema.safeParse(kept);
  return parsed.success ? parsed.data : first;
}

/** @param ofStudy the study's background score */
export function thresholdOf(view: StagesView, stage: StageName, ofStudy: number): number {
  const shared = view.threshold ?? ofStudy;
  return view.perStage ? (view.ownThresholds[stage] ?? shared) : shared;
}

/** Moves the threshold of one stage, or of all of them while they share it. */
export function moveThreshold(view: StagesView, stage: StageName | null, value: number): Partial<StagesView> {
  const threshold = Math.min(Math.max(value, 0), 1);
  return view.perStage && stage !== null
    ? { ownThresholds: { ...view.ownThresholds, [stage]: threshold } }
    : { threshold };
}
