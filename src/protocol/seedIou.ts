/** How well the seed file that a study has of an image covers its mask. */
import * as z from 'zod';

export const seedIouSchema = z.object({
  /** Path of the seed file. */
  path: z.string(),
  /** Its folder, relative to the study's with forward slashes where it lies inside. */
  folder: z.string(),
  /** Background score; null for a label map, which has none. */
  threshold: z.number().nullable(),
  /** `best`: of the last score of this folder; `study`: the study's own; null for a label map. */
  thresholdFrom: z.enum(['best', 'study']).nullable(),
  /** When that score was made, ISO 8601; null: nothing tells. */
  scored: z.string().nullable(),
  classes: z.array(
    z.object({
      name: z.string(),
      /** 0..1; null where neither seed nor mask has a pixel of the class. */
      iou: z.number().nullable(),
      /** The file's map of the class is zero everywhere. */
      dead: z.boolean(),
    }),
  ),
  /** Why the file or the mask could not be read; null: both were. */
  problem: z.string().nullable(),
});
export type SeedIou = z.infer<typeof seedIouSchema>;
