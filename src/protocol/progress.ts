/** Progress of a long job. */
import * as z from 'zod';

export const progressSchema = z.object({
  /** What is being done, for the person: "Extracting features", "Clustering boat (3 of 6)". */
  stage: z.string(),
  done: z.number(),
  total: z.number(),
});
export type Progress = z.infer<typeof progressSchema>;
