/** Scored seeds: what the triage table shows, and what was scored. */
import * as z from 'zod';
import { noticeSchema } from './notice';

const words8 = z.instanceof(Uint8Array);
const words16 = z.instanceof(Uint16Array);
const words32 = z.instanceof(Uint32Array);

/** `ScoreColumns` of src/lpcam/triage/scoreColumns.ts. */
const scoreColumnsSchema = z.object({
  images: z.int().min(0),
  thresholds: z.int().min(1),
  withMasks: z.boolean(),
  pixels: words32,
  background: words32,
  first: words32,
  label: words16,
  flags: words8,
  truth: words32,
  predicted: words32,
  hit: words32,
  onBackground: words32,
});

/** What a folder of seeds may be the outcome of. */
export const seedStages = ['cam', 'lpcam', 'irLabel', 'pseudoMask', 'unknown'] as const;
export type SeedStage = (typeof seedStages)[number];

/** One line of the score card. */
export const scoreFactSchema = z.object({
  name: z.string(),
  text: z.string(),
  /** `warning`: the score may not be what it is taken for. */
  tone: z.enum(['plain', 'warning']),
});
export type ScoreFact = z.infer<typeof scoreFactSchema>;

const scoredSeedsSchema = z.object({
  /** Absolute. */
  path: z.string(),
  stage: z.enum(seedStages),
  /** Label maps (PNG) instead of class maps: there is nothing to threshold. */
  labelMaps: z.boolean(),
  /** Ascending; [0] for label maps. */
  thresholds: z.array(z.number()).min(1),
  /** Places of those whose scores are reported: the best of them is the sweep's. */
  sweep: z.array(z.int()).min(1),
  /** Place of the threshold that the study (or its preset) sets, and who says so; null: nothing to threshold. */
  own: z.object({ place: z.int(), from: z.string() }).nullable(),
  facts: z.array(scoreFactSchema),
  columns: scoreColumnsSchema,
});
export type ScoredSeeds = z.infer<typeof scoredSeedsSchema>;

const listChoiceSchema = z.object({
  /** Null: every seed of the folder. */
  path: z.string().nullable(),
  name: z.string(),
  /** Images listed, and how many of them have a seed. */
  listed: z.int(),
  found: z.int(),
});
export type ListChoice = z.infer<typeof listChoiceSchema>;

export const seedScoresSchema = z.object({
  /** Names, in the order of their label ids (1, 2, ...). */
  classes: z.array(z.string()),
  /** Images scored, in the order of the columns. */
  ids: z.array(z.string()),
  masks: z.string().nullable(),
  list: listChoiceSchema,
  /** Other lists beside it that these seeds may belong to. */
  lists: z.array(listChoiceSchema),
  first: scoredSeedsSchema,
  /** The folder that the first one is compared with. */
  second: scoredSeedsSchema.nullable(),
  /**
   * How far the two agree, 0..65535: [image * thresholds of the first * thresholds of the second]
   * (`agreement` of src/lpcam/triage/imageCounts.ts).
   */
  agreement: words16.nullable(),
  /** Listed images without a seed. */
  missing: z.array(z.string()),
  /** Images that could not be scored, and why. */
  problems: z.array(z.object({ id: z.string(), message: z.string() })),
  /** Path of the record that was kept of this scoring; null: none. */
  record: z.string().nullable(),
  notices: z.array(noticeSchema),
});
export type SeedScores = z.infer<typeof seedScoresSchema>;
