/**
 * What the engine tells about one image, in the order it arrives: a header with the picture, then one block of small
 * maps per scale, then the timings. The maps are per class and per centre, so that a panel can switch prototypes,
 * move gates and thresholds without asking again.
 */
import * as z from 'zod';
import { marks } from '../lpcam/bank';
import { mctFormerRules } from '../lpcam/mctFormer';
import { bytes, floats, halves } from './arrays';
import { deviceReportSchema } from './device';
import { usedCheckpointSchema } from './follow';
import { noticeSchema } from './notice';
import { settingsSchema } from './settings';
import { bankSummarySchema } from './study';

export const patchSchema = z.object({
  image: z.string(),
  row: z.int(),
  column: z.int(),
  /** Null where only its being in the cluster is known. */
  cosine: z.number().nullable(),
});

/** A class of the image. */
export const imageClassSchema = z.object({
  index: z.int(),
  name: z.string(),
  /** `label`: the study's image-level labels; `asked`: named by the person; `predicted`: the network says so, nobody else. */
  source: z.enum(['label', 'asked', 'predicted']),
  /** The network's logit at scale 1 and its sigmoid. */
  logit: z.number(),
  probability: z.number(),
});
export type ImageClass = z.infer<typeof imageClassSchema>;

/** A centre of the bank, without its vector. */
export const centreInfoSchema = z.object({
  /** Index in the bank: what a person can quote. */
  id: z.int(),
  classIndex: z.int(),
  set: z.enum(['foreground', 'background']),
  /** p(class) of its own class, 0..1. */
  p: z.number(),
  /** The strongest other class. */
  runnerUp: z.object({ index: z.int(), name: z.string(), p: z.number() }).nullable(),
  /** Rows assigned; 0: the bank does not say. */
  size: z.int(),
  /** Mean cosine distance of its rows to it; null: the bank does not say. */
  spread: z.number().nullable(),
  /** Pinned or dropped by hand; null: the gates decide. */
  mark: z.enum(marks).nullable(),
  patches: z.array(patchSchema),
});
export type CentreInfo = z.infer<typeof centreInfoSchema>;

export const explanationHeaderSchema = z.object({
  image: z.object({
    path: z.string(),
    /** The id under which the study's lists and labels know it; null when they do not. */
    id: z.string().nullable(),
    width: z.int(),
    height: z.int(),
    /** The network's input at scale 1, RGB, height * width * 3: what must lie under every overlay. */
    rgb: bytes,
  }),
  /** Ground truth at the image's size, height * width class ids (0 background, index + 1, 255 ignored). */
  mask: z.object({ path: z.string(), labels: bytes }).nullable(),
  /** All class names of the study. */
  classNames: z.array(z.string()),
  classes: z.array(imageClassSchema),
  /** All centres of the image's classes, in the order of `ScaleMaps.similarity` but for `means`. */
  centres: z.array(centreInfoSchema),
  /**
   * True: `ScaleMaps.similarity` has, class by class, one map of the mean of its prototypes and one of the mean of its contexts,
   * where it has any.
   */
  means: z.boolean().optional(),
  alreadyGated: z.boolean(),
  settings: settingsSchema,
  stride: z.int().nullable(),
  /** The rule by which LPCAM takes part in the study's system, and its CAM is made; null: CAM and LPCAM as they are. */
  fusion: z
    .object({
      rule: z.enum(mctFormerRules),
      /** False: the patch attention is too large to be sent, so that LPCAM is not refined by it. */
      refined: z.boolean(),
    })
    .nullable(),
  checkpoint: usedCheckpointSchema,
  bank: bankSummarySchema.nullable(),
  /** What it was made of besides the image, the study's file, the checkpoint and the bank: labels, class names, mask... */
  otherFiles: z.array(z.string()),
  device: deviceReportSchema,
  notices: z.array(noticeSchema),
});
export type ExplanationHeader = z.infer<typeof explanationHeaderSchema>;

/**
 * What MCTformer's fusion needs of a scale (src/lpcam/mctFormer.ts). Views: the image, and its mirror, still mirrored.
 * Without a bank only `cam` is filled.
 */
const fusedMapsSchema = z.object({
  /** The system's own class maps, attention times patch CAM, refined; views turned back and summed, [classes of the image, height, width]. */
  cam: floats,
  /** Class-to-patch attention, [views, classes of the image, height, width]. */
  attention: floats,
  /** Cosine of each view's F with each centre, [views, centres, height, width]. */
  similarity: floats,
  /** Patch-to-patch attention, [views, height * width, height * width]; null where it is not refined by. */
  affinity: halves.nullable(),
});

/** One scale's maps, before any upsampling. */
export const scaleMapsSchema = z.object({
  scale: z.number(),
  /** Feature map size. */
  height: z.int(),
  width: z.int(),
  /** relu(W F) + mirror(relu(W F mirrored)), [classes of the image, height, width]. */
  cam: floats,
  /** Cosine of (F + mirror(F mirrored)) with each centre, [centres, height, width], -1..1. */
  similarity: floats,
  /** Null where the header says that there is no fusion. */
  fusion: fusedMapsSchema.nullable(),
});
export type ScaleMaps = z.infer<typeof scaleMapsSchema>;

/** Milliseconds per part, summed over the scales. */
export const timingsSchema = z.object({
  decode: z.number(),
  resize: z.number(),
  /** Backbone and similarity graph, which run as one. */
  network: z.number(),
  /** From the request to the first scale's maps leaving the engine. */
  firstMap: z.number(),
  total: z.number(),
});
export type Timings = z.infer<typeof timingsSchema>;
