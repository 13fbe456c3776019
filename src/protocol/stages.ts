/** The stages of one image from CAM to ground truth, and every message between the host and the stage strip. */
import * as z from 'zod';
import { seedDialects } from '../lpcam/seedDialects';
import { stageNames } from '../lpcam/stages';
import { bytes, floats } from './arrays';
import { failureSchema } from './failure';
import { studyReferenceSchema } from './study';

const common = {
  dialect: z.enum(seedDialects),
  height: z.int(),
  width: z.int(),
  /** What was taken for granted because the file does not say it. */
  assumption: z.string().nullable(),
};

const stageContentSchema = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('maps'),
    /** Class indices, from 0. */
    keys: z.array(z.int()),
    /** One per key, [height * width]. */
    maps: z.array(floats),
    background: floats.nullable(),
  }),
  /** [height * width]: 0 background, class index + 1, 255 left open. */
  z.object({ ...common, kind: z.literal('labels'), labels: bytes }),
]);
export type StageContent = z.infer<typeof stageContentSchema>;

const stageReadingSchema = z.object({
  name: z.enum(stageNames),
  /** Where the stage's files lie; null: there is no such folder. */
  folder: z.string().nullable(),
  /** `study`: the study names it. */
  from: z.enum(['study', 'found']).nullable(),
  /** Folders that were looked for. */
  lookedIn: z.array(z.string()),
  /** Files that were looked for in the folder. */
  lookedFor: z.array(z.string()),
  /** The image's file in the folder. */
  file: z.string().nullable(),
  content: stageContentSchema.nullable(),
  /** Why the file cannot be shown. */
  fault: z.string().nullable(),
  /** What makes the stage, as a sentence. */
  maker: z.string(),
});
export type StageReading = z.infer<typeof stageReadingSchema>;

export const stageStripSchema = z.object({
  place: z.object({
    /** Path. */
    image: z.string(),
    id: z.string(),
    /** From 0; null: nowhere. */
    index: z.int().nullable(),
    count: z.int(),
    of: z.enum(['list', 'folder']),
    /** Paths. */
    previous: z.string().nullable(),
    next: z.string().nullable(),
  }),
  /** The image file's bytes. */
  encoded: bytes,
  study: z.object({ file: z.string().nullable(), name: z.string(), folder: z.string() }),
  /** For people; null: none is known. */
  system: z.string().nullable(),
  classNames: z.array(z.string()),
  /** Class indices the image is labelled with; null: nobody says. */
  labels: z.array(z.int()).nullable(),
  /** The study's background score. */
  threshold: z.number(),
  stages: z.array(stageReadingSchema),
});
export type StageStrip = z.infer<typeof stageStripSchema>;

/** CAM and LPCAM made now, at the image's size. */
export const computedStagesSchema = z.object({
  height: z.int(),
  width: z.int(),
  /** Class indices, from 0. */
  keys: z.array(z.int()),
  /** The network's predictions stand in for labels. */
  predicted: z.boolean(),
  cam: z.array(floats),
  lpcam: z.array(floats).nullable(),
  /** Why there is no LPCAM. */
  lpcamFault: z.string().nullable(),
});
export type ComputedStages = z.infer<typeof computedStagesSchema>;

/** Host to page. `request` counts up; the page forgets everything that belongs to an older one. */
export const toStagesPanelSchema = z.discriminatedUnion('type', [
  /** Stages are on their way; what was shown stays until they are there. */
  z.object({
    type: z.literal('opening'),
    request: z.int(),
    /** Path; null: the study's first. */
    image: z.string().nullable(),
    reference: studyReferenceSchema,
  }),
  z.object({ type: z.literal('strip'), request: z.int(), strip: stageStripSchema }),
  /** The engine computes what no folder holds. */
  z.object({ type: z.literal('computing'), request: z.int() }),
  z.object({ type: z.literal('computed'), request: z.int(), computed: computedStagesSchema }),
  z.object({
    type: z.literal('notComputed'),
    request: z.int(),
    failure: failureSchema,
    /** Trusting the workspace would change it. */
    untrusted: z.boolean(),
  }),
  z.object({ type: z.literal('failed'), request: z.int(), failure: failureSchema }),
]);
export type ToStagesPanel = z.infer<typeof toStagesPanelSchema>;

const stagesPanelCommands = [
  'retry',
  'showLog',
  'openStudyFile',
  'showMaps',
  'manageTrust',
  'cluster',
] as const;

/** Page to host. */
export const fromStagesPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.int() }),
  z.object({ type: z.literal('step'), to: z.enum(['previous', 'next']) }),
  /** To a place of the study's list, from 0. */
  z.object({ type: z.literal('go'), place: z.int().min(0) }),
  /** Open the file of a stage. */
  z.object({ type: z.literal('openStage'), stage: z.enum(stageNames) }),
  z.object({ type: z.literal('command'), command: z.enum(stagesPanelCommands) }),
  z.object({ type: z.literal('fault'), message: z.string() }),
]);
export type FromStagesPanel = z.infer<typeof fromStagesPanelSchema>;
export type StagesPanelCommand = (typeof stagesPanelCommands)[number];

export const stagesPanelVersion = 1;
export const stagesPanelViewType = 'lpcam.stagesPanel';

/** What a page keeps over a reload so that the host can open it again; the rest is the page's own. */
export const stagesPanelStateSchema = z.looseObject({
  version: z.literal(stagesPanelVersion),
  image: z.string(),
  reference: studyReferenceSchema,
});
