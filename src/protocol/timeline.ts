/** The timeline of a training: figures per checkpoint for a few probe images. */
import * as z from 'zod';
import { noticeSchema } from './notice';
import { precisionNames } from './deviceNames';

/** Which images every checkpoint is tried on. */
export const probeSchema = z.object({
  /** Path of a list file; null: the study's list. */
  list: z.string().nullable(),
  /** The first so many of it; null: all. */
  images: z.int().min(1).max(100_000).nullable(),
});
export type Probe = z.infer<typeof probeSchema>;

/** Few, so that a checkpoint takes a minute on a processor; enough for a dozen classes to be seen. */
export const defaultProbe: Probe = { list: null, images: 16 };

const share = z.number().min(0).max(1);
const best = z.object({ threshold: share, miou: share });

/** Seeds of one method over the probe images that have masks. */
const seedFiguresSchema = z.object({
  /** At the study's threshold, 0..1; null where nothing could be scored. */
  miou: share.nullable(),
  /** Of the thresholds tried; chosen on ground truth. */
  best: best.nullable(),
});

export const timelinePointSchema = z.object({
  version: z.literal(1),
  /** SHA-256 of the checkpoint as banks name it, hex. */
  hash: z.string(),
  /** All that the figures depend on besides the checkpoint, in one word. */
  settings: z.string(),
  /** The files that held it: paths relative to the study's folder with forward slashes. */
  files: z
    .array(
      z.object({
        path: z.string(),
        version: z.string(),
        modified: z.number(),
        number: z.number().nullable(),
      }),
    )
    .min(1),
  /** ISO 8601, UTC. */
  computed: z.iso.datetime(),
  device: z.string(),
  /** Figures of the two do not compare: they are no points of one curve. */
  precision: z.enum(precisionNames),
  /** Probe images that were used, and those of them that have a mask. */
  images: z.int().min(0),
  scored: z.int().min(0),
  /** Centres of all classes, by the study's gates. */
  counts: z.object({ class: z.int(), context: z.int(), rejected: z.int() }),
  /** Maps that are zero everywhere. */
  dead: z.int().min(0),
  /** The study's seed threshold. */
  threshold: share,
  lpcam: seedFiguresSchema,
  cam: seedFiguresSchema,
  /** File name of the bank that was clustered on the probe images, in the folder of the timeline. */
  bank: z.string(),
  notices: z.array(noticeSchema),
});
export type TimelinePoint = z.infer<typeof timelinePointSchema>;

const driftSchema = z.object({
  pairs: z.int(),
  median: z.number().nullable(),
  low: z.number().nullable(),
  matched: z.int(),
  drifted: z.int(),
  born: z.int(),
  died: z.int(),
});

/** A checkpoint of the timeline. */
export const timelineEntrySchema = z.object({
  /** Path of the file; where several held the same, one that still does. */
  path: z.string(),
  modified: z.number(),
  number: z.number().nullable(),
  /** The file is there in the state that the point was computed from, or waits to be. */
  onDisk: z.boolean(),
  /** Null: it is whole; else why it cannot be computed yet. */
  problem: z.string().nullable(),
  /** Null: not computed yet. */
  point: timelinePointSchema.nullable(),
  /** Path of the point's bank; null where there is none. */
  bank: z.string().nullable(),
  /** From the computed checkpoint before this one; null: there is none, or the two cannot be compared. */
  drift: driftSchema.nullable(),
  /** Why two banks cannot be compared. */
  driftProblem: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const timelineSchema = z.object({
  /** Name for the person. */
  study: z.string(),
  /** Absolute. */
  pattern: z.string(),
  follows: z.boolean(),
  probe: z.object({
    /** Path of the list the images are of; null: those that have labels. */
    list: z.string().nullable(),
    images: z.array(z.string()),
    /** Images of that list. */
    listed: z.int(),
    /** Path of the first image; null where there is none. */
    first: z.string().nullable(),
    /** Classes of the study that no probe image is labelled with. */
    without: z.array(z.string()),
    masked: z.int(),
  }),
  threshold: z.number(),
  /** Of all points. */
  precision: z.enum(precisionNames),
  /** Points that were computed in the other one, and are left out. */
  otherPrecision: z.int().min(0),
  /** In the order of training: by number where every name has one, else by time. */
  entries: z.array(timelineEntrySchema),
  notices: z.array(noticeSchema),
});
export type Timeline = z.infer<typeof timelineSchema>;

/** A checkpoint whose point could not be computed. */
export const failedPointSchema = z.object({ path: z.string(), message: z.string() });
