/**
 * One scoring of seeds, kept in the study's folder so that later ones, and the lines of code that set the values, can
 * be compared with it: `<study folder>/.lpcam/scores/<time>-<random>.json`, one file each.
 */
import * as z from 'zod';

const scoreRecordVersion = 1;

/** What the seeds are, as far as anything says so. */
const scoredKinds = ['cam', 'lpcam', 'unknown'] as const;

/** A share 0..1. */
const share = z.number().min(0).max(1);

const sweepEntrySchema = z.object({
  threshold: z.number(),
  miou: share.nullable(),
  fp: share.nullable(),
  fn: share.nullable(),
});

export const scoreRecordSchema = z.object({
  version: z.literal(scoreRecordVersion),
  /** ISO 8601, UTC. */
  when: z.iso.datetime(),
  /** Folder of the seeds, relative to the study's folder with forward slashes; null: maps were computed for it. */
  seeds: z.string().nullable(),
  kind: z.enum(scoredKinds),
  list: z.object({
    name: z.string(),
    /** Null: every seed of the folder was scored. */
    path: z.string().nullable(),
    /** Images scored. */
    images: z.int().min(0),
    /** Listed images that could not be scored. */
    missing: z.int().min(0),
  }),
  /** The study's checkpoint; the hash (SHA-256, hex) is null where nothing says which one made the seeds. */
  checkpoint: z.object({ path: z.string(), hash: z.string().nullable() }),
  /**
   * Hyper-parameters by the names the field's code gives them (`num_cluster`, `cam_eval_thres`, ...), as far as they are
   * known to be those of the seeds.
   */
  settings: z.record(z.string(), z.union([z.number(), z.string(), z.array(z.number())])),
  /** Scores as fractions 0..1 per threshold, ascending; empty without ground truth and for label maps. */
  sweep: z.array(sweepEntrySchema),
  /** Entry of the largest mIoU; null where `sweep` is empty. */
  best: z.object({ threshold: z.number(), miou: share }).nullable(),
  /** Whether ground truth was there; without it `sweep` is empty. */
  withMasks: z.boolean(),
  /** Scores of label maps, which have no threshold. */
  labelMaps: sweepEntrySchema.omit({ threshold: true }).nullable().optional(),
});
export type ScoreRecord = z.infer<typeof scoreRecordSchema>;
