/** Seeds that are made: what is asked for, what becomes of it, and the manifest beside them. */
import * as z from 'zod';
import { mctFormerRules } from '../lpcam/mctFormer';
import { seedMethods, seedSchemas } from '../lpcam/seedSchemas';
import { noticeSchema } from './notice';
import { shardSchema } from './shard';

export const manifestName = 'lpcam-seeds.json';

export const failedSchema = z.object({ id: z.string(), message: z.string() });
export const deadSchema = z.object({ id: z.string(), className: z.string() });

/**
 * The manifest beside the seeds, `lpcam-seeds.json`. The settings have the names that the field's code uses; null where
 * they play no part, or nobody knows.
 */
export const seedsManifestSchema = z.object({
  format: z.literal('lpcam-lens seeds'),
  version: z.literal(1),
  method: z.enum(seedMethods),
  schema: z.enum(seedSchemas),
  checkpoint: z.object({
    path: z.string(),
    /** SHA-256, hex. */
    hash: z.string(),
    /** When it was last changed before the seeds were made; ISO 8601. */
    modified: z.string().nullable(),
  }),
  bank: z.object({ path: z.string(), hash: z.string() }).nullable(),
  settings: z.object({
    /** Centres per class and set. */
    num_cluster: z.number().nullable(),
    /** CAM value that parts foreground from background positions. */
    select_thres: z.number().nullable(),
    class_thres: z.number().nullable(),
    context_thres: z.number().nullable(),
    context_thres_low: z.number().nullable(),
    cam_scales: z.array(z.number()),
    mirror: z.boolean(),
    /** Background score of label maps; null for soft maps, which leave it open. */
    cam_eval_thres: z.number().nullable(),
    /** The rule of the study's system that the maps follow; null: none. Absent from manifests written before it was. */
    fusion: z.enum(mctFormerRules).nullable().default(null),
  }),
  classes: z.array(z.string()),
  study: z.string().nullable(),
  list: z.string().nullable(),
  /** With its precision where that is half. */
  device: z.string().nullable(),
  versions: z.object({ lpcam: z.string(), runtime: z.string() }),
  /** ISO 8601. Not written: the same seeds are the same bytes, so the file's own time tells; earlier versions wrote both. */
  created: z.string().optional(),
  updated: z.string().optional(),
  /** Whether every listed image was tried. */
  complete: z.boolean(),
  counts: z.object({
    listed: z.int(),
    /** Seeds there are, of this run and of those before. */
    seeds: z.int(),
    failed: z.int(),
    dead: z.int(),
  }),
  /** Images without a seed, and why. */
  failed: z.array(failedSchema),
  /** Seeds whose map of a class is zero everywhere. */
  dead: z.array(deadSchema),
});
export type SeedsManifest = z.infer<typeof seedsManifestSchema>;

/** @param folder null: the study's own for this kind */
const askedOutputSchema = z.object({
  method: z.enum(seedMethods),
  /** Null: the one that the study's system reads. */
  schema: z.enum(seedSchemas).nullable(),
  folder: z.string().nullable(),
});
export type AskedOutput = z.infer<typeof askedOutputSchema>;

const madeOutputSchema = z.object({
  method: z.enum(seedMethods),
  schema: z.enum(seedSchemas),
  folder: z.string(),
});

export const seedsRequestSchema = z.object({
  outputs: z.array(askedOutputSchema).min(1).max(6),
  /** A list file instead of the study's; null: the study's. */
  list: z.string().nullable(),
  /** Make anew what is there, also where it was made in another way. */
  force: z.boolean(),
  /** Leave the rule of the study's system out: CAM and LPCAM as they are. Absent: do not. */
  plain: z.boolean().optional(),
  /** Only a share of the images; absent: all of them. */
  shard: shardSchema.optional(),
  /** Make nothing: only write the manifest of what shares made. */
  merge: z.boolean().optional(),
});

export const seedsResultSchema = z.object({
  outputs: z.array(madeOutputSchema),
  /** The rule of the study's system that they follow; null: none. */
  fusion: z.enum(mctFormerRules).nullable(),
  /** Images whose seeds were written now. */
  written: z.int(),
  /** Images whose seeds were there. */
  skipped: z.int(),
  failed: z.array(failedSchema),
  dead: z.array(deadSchema),
  /** Why it ended before every image was tried, in a sentence; null: it did not. */
  stopped: z.string().nullable(),
  /** Whether the manifest speaks of the whole list: false while other shares are not done. */
  whole: z.boolean(),
  /** One per class and kind, however many images repeat it. */
  notices: z.array(noticeSchema),
});
export type SeedsResult = z.infer<typeof seedsResultSchema>;

/** Field of the failure of a folder whose seeds were made in another way: `force` gets past it. */
export const otherSeedsField = 'seeds.settings';
