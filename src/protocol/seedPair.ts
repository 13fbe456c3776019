/** The seeds that two folders have of one image, to be compared. */
import * as z from 'zod';
import { imageSeedSchema } from './seed';

const share = z.number().min(0).max(1);

/** Which folders are compared, and the background scores that their maps are compared at. */
export const comparedFoldersSchema = z.object({
  first: z.string(),
  second: z.string(),
  thresholds: z.tuple([share, share]),
});
export type ComparedFolders = z.infer<typeof comparedFoldersSchema>;

const sideSchema = z.object({
  seed: imageSeedSchema.nullable(),
  /** Why there is none. */
  problem: z.string().nullable(),
});
export const seedPairSchema = z.object({ first: sideSchema, second: sideSchema });
export type SeedPair = z.infer<typeof seedPairSchema>;
