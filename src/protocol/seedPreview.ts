/** One image with its seeds, small: what the triage panel shows of the row that is looked at. */
import * as z from 'zod';
import { bytes, floats } from './arrays';

const previewSeedSchema = z.object({
  /** Label id of the winning class per pixel, whatever the threshold; 0: none. */
  labels: z.instanceof(Uint16Array),
  /** Its value, 0..1; 1 where a label map has a class. */
  values: floats,
});
export type PreviewSeed = z.infer<typeof previewSeedSchema>;

/** All maps are [height, width]. */
export const seedPreviewSchema = z.object({
  id: z.string(),
  width: z.int().min(1),
  height: z.int().min(1),
  /** RGBA; null: the image cannot be found or read. */
  image: bytes.nullable(),
  /** One per folder; null: it cannot be read. */
  seeds: z.array(previewSeedSchema.nullable()),
  mask: bytes.nullable(),
  /** What is not there, and why. */
  problems: z.array(z.string()),
});
export type SeedPreview = z.infer<typeof seedPreviewSchema>;
