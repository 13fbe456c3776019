/** Settings of a study that a value in the code stands in for while it is tried. */
import * as z from 'zod';

export const studyTrialSchema = z.object({
  /** `cam_scales`. */
  scales: z.array(z.number().min(0.1).max(4)).min(1).max(16).optional(),
  /** `num_cluster`. */
  k: z.int().min(1).max(1000).optional(),
  /** `select_thres`. */
  split: z.number().min(0).max(1).optional(),
});
export type StudyTrial = z.infer<typeof studyTrialSchema>;

/** The settings of a study that can be tried, by their names in it. */
export const studyTrialSettings = ['scales', 'k', 'split'] as const;
export type StudyTrialSetting = (typeof studyTrialSettings)[number];
