/** Validator of the settings a preset fixes and a study may change (types in `src/lpcam/presets.ts`). */
import * as z from 'zod';

export const clusteringSchema = z.object({
  k: z.int(),
  split: z.number(),
  tolerance: z.number(),
  maxIterations: z.int(),
  seed: z.int(),
  imagesPerClass: z.int().nullable(),
});

export const settingsSchema = z.object({
  clustering: clusteringSchema,
  gates: z.object({ class: z.number(), context: z.tuple([z.number(), z.number()]) }),
  inference: z.object({ scales: z.array(z.number()), mirror: z.boolean() }),
  seeds: z.object({ threshold: z.number() }),
});
