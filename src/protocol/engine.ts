/**
 * Every message between the extension host and the engine process, version 1. The host sends requests and cancels;
 * the engine answers each request with any number of events and exactly one response. Both sides validate what
 * they receive with `parse` of these schemas.
 */
import * as z from 'zod';
import { bytes } from './arrays';
import {
  checkpointIdentitySchema,
  checkpointTableSchema,
  checkpointWarningSchema,
  classifierMatrixSchema,
  tensorStatisticsSchema,
} from './checkpoint';
import { bankComparisonSchema } from './comparison';
import { deviceReportSchema, deviceProbeSchema } from './device';
import { explanationHeaderSchema, patchSchema, scaleMapsSchema, timingsSchema } from './explanation';
import { failureSchema } from './failure';
import { checkpointsOnDiskSchema } from './follow';
import { centreMapSchema, galleryBankSchema, markedCentreSchema, markSchema } from './gallery';
import { noticeSchema } from './notice';
import { bankGeometrySchema } from './overview';
import { progressSchema } from './progress';
import { seedScoresSchema } from './score';
import { mostReferences, overlaySchema, referredImageSchema } from './reference';
import { scoreRecordSchema } from './scoreRecord';
import { imageSeedSchema, readAsSchema, shownSeedSchema } from './seed';
import { seedPairSchema } from './seedPair';
import { seedIouSchema } from './seedIou';
import { seedsRequestSchema, seedsResultSchema } from './seeds';
import { seedPreviewSchema } from './seedPreview';
import { slurmMethods } from './slurmMethods';
import { computedStagesSchema, stageStripSchema } from './stages';
import { bankSummarySchema, networkSummarySchema, studyReferenceSchema, studySummarySchema } from './study';
import { deviceChoices, precisionChoices } from './deviceNames';
import { studyFileSchema } from './studyFile';
import { failedPointSchema, probeSchema, timelineSchema } from './timeline';

export const protocolVersion = 1;

const nothing = z.object({});

/** A state of a checkpoint file that was opened before: another state of it is refused. */
const openedCheckpoint = { checkpoint: z.string(), version: z.string() };

/** What a person set in place of the study's device and precision; null: nothing. */
const choices = {
  deviceChoice: z.enum(deviceChoices).nullable(),
  precisionChoice: z.enum(precisionChoices).nullable().optional(),
};

/** Parameters, events and result of each request. */
export const engineMethods = {
  /** First request after the start: are both sides of one version? */
  hello: {
    params: z.object({ version: z.int() }),
    event: z.never(),
    result: z.object({ version: z.int(), pid: z.int(), runtime: z.string() }),
  },
  /** Reads and resolves a study; nothing is computed. */
  openStudy: {
    params: z.object({ study: studyReferenceSchema }),
    event: z.never(),
    result: studySummarySchema,
  },
  /** What can be found around a checkpoint, as the study file one would write; paths relative to `folder`. */
  draftStudy: {
    params: z.object({ checkpoint: z.string(), folder: z.string() }),
    event: z.never(),
    result: z.object({ study: studyFileSchema, notices: z.array(noticeSchema) }),
  },
  inspect: {
    params: z.object({ checkpoint: z.string(), study: studyReferenceSchema.nullable() }),
    event: z.never(),
    result: networkSummarySchema,
  },
  /** One image's maps; scale 1 first. `classes`: names, instead of the image's own. `deviceChoice` overrides the study's. */
  explain: {
    params: z.object({
      study: studyReferenceSchema,
      image: z.string(),
      classes: z.array(z.string()).nullable(),
      ...choices,
      /** Most bytes of patch attention to send, of all scales together; absent: all there is. */
      affinityLimit: z.number().optional(),
      /** No map of each centre, only of the mean of each class's prototypes and contexts, where the classes are known. */
      means: z.boolean().optional(),
    }),
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('header'), header: explanationHeaderSchema }),
      z.object({ type: z.literal('scale'), maps: scaleMapsSchema }),
    ]),
    result: z.object({ timings: timingsSchema, notices: z.array(noticeSchema) }),
  },
  /** Clusters every class of the study and writes the bank. Finished classes of an interrupted run are kept. */
  cluster: {
    params: z.object({ study: studyReferenceSchema, ...choices }),
    event: z.object({ type: z.literal('progress'), progress: progressSchema }),
    result: z.object({ bank: bankSummarySchema, notices: z.array(noticeSchema) }),
  },
  /** Makes the seeds of a list of images; those that are there, made in the same way, are kept. */
  makeSeeds: {
    params: z.object({
      study: studyReferenceSchema,
      ...seedsRequestSchema.shape,
      ...choices,
    }),
    event: z.object({ type: z.literal('progress'), progress: progressSchema }),
    result: seedsResultSchema,
  },
  /** What a seed file holds, and which image of the study it belongs to. */
  openSeed: {
    params: z.object({
      /** Names the file; the image is found by it. */
      path: z.string(),
      /** Its bytes, where it is not on disk. */
      file: bytes.nullable(),
      study: studyReferenceSchema.nullable(),
      readAs: readAsSchema,
      /** Texts of which one may name the image, as an id or a path, where the file's own name does not. */
      imageHints: z.array(z.string()),
    }),
    event: z.never(),
    result: shownSeedSchema,
  },
  /** The seed file that the study has of an image; null: none. */
  imageSeed: {
    params: z.object({ study: studyReferenceSchema, image: z.string() }),
    event: z.never(),
    result: z.object({ found: imageSeedSchema.nullable() }),
  },
  /** The seeds that two folders have of an image of the study. */
  seedPair: {
    params: z.object({
      study: studyReferenceSchema,
      image: z.string(),
      first: z.string(),
      second: z.string(),
    }),
    event: z.never(),
    result: seedPairSchema,
  },
  /** IoU of that seed file with the image's mask; null: the study lacks one or the other. */
  seedIou: {
    params: z.object({ study: studyReferenceSchema, image: z.string() }),
    event: z.never(),
    result: z.object({ found: seedIouSchema.nullable() }),
  },
  /** The study's folder of seeds, where there is one; nothing native is loaded. */
  seedsFolder: {
    params: z.object({ study: studyReferenceSchema }),
    event: z.never(),
    result: z.object({ folder: z.string().nullable() }),
  },
  /** Square crops around patches, size * size RGBA each (transparent outside the image); null where the image is gone. */
  thumbnails: {
    params: z.object({
      study: studyReferenceSchema,
      patches: z.array(patchSchema).max(512),
      /** Side in pixels of the answer. */
      size: z.int().min(8).max(256),
      /** Side in pixels of the crop taken from the image. */
      crop: z.int().min(8).max(1024),
    }),
    event: z.never(),
    result: z.object({ crops: z.array(bytes.nullable()) }),
  },
  /** What a checkpoint file holds and is, without running it. The table comes first, its network may take a moment. */
  openCheckpoint: {
    params: z.object({ checkpoint: z.string(), study: studyReferenceSchema.nullable() }),
    event: z.object({ type: z.literal('table'), table: checkpointTableSchema }),
    result: checkpointIdentitySchema,
  },
  /** Statistics of tensors by their places in the table, one event each; those that are not readable are left out. */
  tensorStatistics: {
    params: z.object({
      ...openedCheckpoint,
      tensors: z.array(z.int()),
      /** Bins of a histogram; null: none. */
      bins: z.int().min(1).max(512).nullable(),
    }),
    event: z.object({ type: z.literal('statistics'), statistics: tensorStatisticsSchema }),
    result: nothing,
  },
  /** Norms and cosines of the classifier's rows. */
  classifierMatrix: {
    params: z.object({ ...openedCheckpoint, study: studyReferenceSchema.nullable() }),
    event: z.never(),
    result: classifierMatrixSchema,
  },
  /** The file's SHA-256 and what it tells about the study's prototype bank. */
  hashCheckpoint: {
    params: z.object({ ...openedCheckpoint, study: studyReferenceSchema.nullable() }),
    event: z.object({ type: z.literal('progress'), progress: progressSchema }),
    result: z.object({ hash: z.string(), warnings: z.array(checkpointWarningSchema) }),
  },
  /** The checkpoints that a study follows, as they lie on disk; `hash`: one of them whose SHA-256 is wanted. */
  lookAtCheckpoints: {
    params: z.object({
      study: studyReferenceSchema,
      hash: z.object({ path: z.string(), version: z.string() }).nullable(),
    }),
    event: z.never(),
    result: checkpointsOnDiskSchema,
  },
  /** The timeline of a study's checkpoints, as far as it was computed; nothing is. */
  openTimeline: {
    params: z.object({
      study: studyReferenceSchema,
      probe: probeSchema,
      /** Of the figures; where it is `auto`, those that were computed last. */
      precisionChoice: choices.precisionChoice,
    }),
    event: z.never(),
    result: timelineSchema,
  },
  /** Computes the missing points of the timeline, or only those of some checkpoints (paths); each is kept at once. */
  computeTimeline: {
    params: z.object({
      study: studyReferenceSchema,
      probe: probeSchema,
      only: z.array(z.string()).nullable(),
      ...choices,
    }),
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('progress'), progress: progressSchema }),
      /** The point of this checkpoint is kept. */
      z.object({ type: z.literal('point'), path: z.string() }),
    ]),
    result: z.object({ computed: z.int(), failed: z.array(failedPointSchema) }),
  },
  /** The whole bank of a study as the gallery shows it; nothing is computed but the scores a published bank lacks. */
  openBank: {
    params: z.object({ study: studyReferenceSchema }),
    event: z.never(),
    result: galleryBankSchema,
  },
  /** Where the centres of a study's bank lie: their principal plane and the cosines among them. */
  bankGeometry: {
    /** `identity`: of the bank that is looked at; another one is refused. */
    params: z.object({ study: studyReferenceSchema, identity: z.string() }),
    event: z.never(),
    result: bankGeometrySchema,
  },
  /** Which centres of two banks are the same, by their paths; `study`: whose gates decide the fates, null: voc's. */
  compareBanks: {
    params: z.object({ first: z.string(), second: z.string(), study: studyReferenceSchema.nullable() }),
    event: z.never(),
    result: bankComparisonSchema,
  },
  /** One centre's similarity map over one image of the study, at scale 1; null: the image is gone. */
  centreMap: {
    params: z.object({
      study: studyReferenceSchema,
      centre: z.int().min(0),
      image: z.string(),
      side: z.int().min(32).max(1024),
      ...choices,
    }),
    event: z.never(),
    result: z.object({ map: centreMapSchema.nullable() }),
  },
  /** Pins or drops centres by hand, or leaves them to the gates again (null); saved in the bank's file. */
  markCentres: {
    params: z.object({
      study: studyReferenceSchema,
      /** Of the bank the ids were read from: ids mean something else after clustering again. */
      identity: z.string(),
      centres: z.array(z.int().min(0)).min(1).max(100_000),
      mark: markSchema,
    }),
    event: z.never(),
    result: z.object({ marked: z.array(markedCentreSchema) }),
  },
  /**
   * Scores a folder of seeds, or two beside each other, by one confusion matrix over the list. `masks`: instead of the
   * study's. `list`: what fits best, every seed of the folder, or a file. `keep`: write a record into the study's folder.
   */
  scoreSeeds: {
    params: z.object({
      study: studyReferenceSchema.nullable(),
      seeds: z.array(z.string()).min(1).max(2),
      masks: z.string().nullable(),
      list: z.union([z.enum(['auto', 'folder']), z.object({ path: z.string() })]),
      keep: z.boolean(),
    }),
    event: z.object({ type: z.literal('progress'), progress: progressSchema }),
    result: seedScoresSchema,
  },
  /** One image with its seeds of each folder and its mask, no side longer than `side`. */
  seedPreview: {
    params: z.object({
      study: studyReferenceSchema.nullable(),
      seeds: z.array(z.string()).min(1).max(2),
      masks: z.string().nullable(),
      id: z.string(),
      side: z.int().min(16).max(2048),
    }),
    event: z.never(),
    result: seedPreviewSchema,
  },
  /** Earlier scorings of a study's seeds, newest first; a notice for each that cannot be read. */
  scoreRecords: {
    params: z.object({ study: studyReferenceSchema }),
    event: z.never(),
    result: z.object({ records: z.array(scoreRecordSchema), notices: z.array(noticeSchema) }),
  },
  /** Every id and file name that an image of the study goes by; nothing native is loaded. */
  imageNames: {
    params: z.object({ study: studyReferenceSchema }),
    event: z.never(),
    result: z.object({ names: z.array(z.string()), images: z.string().nullable() }),
  },
  /** Which images a text means, in the order asked. Paths are looked for in `folders` first. */
  findImages: {
    params: z.object({
      study: studyReferenceSchema.nullable(),
      references: z.array(z.string().min(1).max(1024)).max(mostReferences),
      folders: z.array(z.string()).max(16),
    }),
    event: z.never(),
    result: z.object({ images: z.array(referredImageSchema) }),
  },
  /** One image's LPCAM (CAM without a bank) as a small picture with its figures. */
  overlay: {
    params: z.object({
      study: studyReferenceSchema,
      image: z.string(),
      /** Longest side of the picture. */
      side: z.int().min(32).max(1024),
      ...choices,
    }),
    event: z.never(),
    result: overlaySchema,
  },
  /** The stages of one image as files hold them: a path, or a place in the study's list. Runs nothing. */
  readStages: {
    params: z.object({ study: studyReferenceSchema, image: z.union([z.string(), z.int().min(0)]) }),
    event: z.never(),
    result: stageStripSchema,
  },
  /** CAM and LPCAM of one image at its size. */
  computeStages: {
    params: z.object({
      study: studyReferenceSchema,
      image: z.string(),
      ...choices,
    }),
    event: z.never(),
    result: computedStagesSchema,
  },
  /** Probes every device of this platform and says which one the choice means. */
  devices: {
    params: z.object({
      deviceChoice: z.enum(deviceChoices),
      precisionChoice: z.enum(precisionChoices).optional(),
      again: z.boolean(),
    }),
    event: z.never(),
    result: z.object({
      report: deviceReportSchema,
      probes: z.array(deviceProbeSchema),
      /** Other CUDA files are here than when the engine was started: it uses them once it is started anew. */
      restart: z.boolean(),
    }),
  },
  ...slurmMethods,
  /** Ends the process at once, as a crash would: for the tests of the restart. Refused unless LPCAM_TEST=1. */
  crash: { params: nothing, event: z.never(), result: nothing },
} as const;

export type EngineMethod = keyof typeof engineMethods;
export type EngineParams<M extends EngineMethod> = z.infer<(typeof engineMethods)[M]['params']>;
export type EngineEvent<M extends EngineMethod> = z.infer<(typeof engineMethods)[M]['event']>;
export type EngineResult<M extends EngineMethod> = z.infer<(typeof engineMethods)[M]['result']>;

const methodNames = Object.keys(engineMethods) as [EngineMethod, ...EngineMethod[]];

/** Host to engine. `params` is validated against its method's schema in a second step. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), id: z.int(), method: z.enum(methodNames), params: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** Engine to host. `event` and `value` are validated against their method's schema in a second step. */
export const engineMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), id: z.int(), event: z.unknown() }),
  z.object({ type: z.literal('ok'), id: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('failed'), id: z.int(), failure: failureSchema }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), text: z.string() }),
]);
export type EngineMessage = z.infer<typeof engineMessageSchema>;
