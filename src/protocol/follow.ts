/** Checkpoints of a training that runs, as they lie on disk. */
import * as z from 'zod';

/** A file that a study's `follow` names, or its `checkpoint`. */
export const followedCheckpointSchema = z.object({
  path: z.string(),
  /** Names this state of the file and of the data files beside it. */
  version: z.string(),
  bytes: z.number(),
  /** Milliseconds since 1970. */
  modified: z.number(),
  /** The number in its name that the pattern leaves open: the epoch, as a rule. */
  number: z.number().nullable(),
  /** By its own format; a file can still be growing behind its end, so look twice. */
  whole: z.boolean(),
  /** Why it is not whole. */
  problem: z.string().nullable(),
});
export type FollowedCheckpoint = z.infer<typeof followedCheckpointSchema>;

export const checkpointsOnDiskSchema = z.object({
  /** Absolute; without a wildcard where the study follows a single file. */
  pattern: z.string(),
  /** Whether the study names a pattern to follow. */
  follows: z.boolean(),
  /** By time, the newest last. */
  checkpoints: z.array(followedCheckpointSchema),
  /** SHA-256 of the file asked for, with its data files; null: none was asked for, or it is not as it was. */
  hash: z.string().nullable(),
});
export type CheckpointsOnDisk = z.infer<typeof checkpointsOnDiskSchema>;

/** The checkpoint that an answer was made with. */
export const usedCheckpointSchema = z.object({
  path: z.string(),
  /** SHA-256 as banks name it, hex: with its data files, and a predictor or graph it is read with. */
  hash: z.string(),
  /** SHA-256 of the file with its data files alone. */
  ownHash: z.string(),
  /** It is one of those that the study follows. */
  followed: z.boolean(),
  /** Milliseconds since 1970. */
  modified: z.number(),
});
export type UsedCheckpoint = z.infer<typeof usedCheckpointSchema>;
