/** Every message between the extension host and the image panel's webview, version 1. */
import * as z from 'zod';
import { bytes } from './arrays';
import { explanationHeaderSchema, patchSchema, scaleMapsSchema, timingsSchema } from './explanation';
import { failureSchema } from './failure';
import { noticeSchema } from './notice';
import { openingPictureSchema } from './openingPicture';
import { progressSchema } from './progress';
import { imageSeedSchema } from './seed';
import { comparedFoldersSchema, seedPairSchema } from './seedPair';
import { studyReferenceSchema } from './study';
import { studyTrialSchema, studyTrialSettings, type StudyTrialSetting } from './studyTrial';

/** What a command (or a key in the panel) can move. */
export const imagePanelActions = [
  'nextView',
  'previousView',
  'toggleSplit',
  'nextClass',
  'previousClass',
  'raiseThreshold',
  'lowerThreshold',
  'raiseOpacity',
  'lowerOpacity',
  'zoomIn',
  'zoomOut',
  'zoomToFit',
  'zoomToPixels',
  'togglePrototype',
  'onlyPrototype',
  'allPrototypes',
  'resetPrototypes',
  'savePicture',
  'copyFigures',
  'help',
] as const;
export type ImagePanelAction = (typeof imagePanelActions)[number];

/** A checkpoint that is newer than the one the maps were made with. */
const freshCheckpointSchema = z.object({
  path: z.string(),
  /** SHA-256 with its data files, hex. */
  hash: z.string(),
  /** Milliseconds since 1970. */
  modified: z.number(),
});
export type FreshCheckpoint = z.infer<typeof freshCheckpointSchema>;

/** What of the panel a hyper-parameter in the code moves. */
export const trialSettings = ['threshold', 'classGate', 'contextGateLow', 'contextGateHigh'] as const;
export type PanelTrialSetting = (typeof trialSettings)[number];
export type TrialSetting = PanelTrialSetting | StudyTrialSetting;

/** Where in the code a tried value stands: what finds it again after a reload of the window. */
export const trialSourceSchema = z.object({
  /** Address of the text. */
  document: z.string(),
  name: z.string(),
  form: z.enum(['default', 'argument', 'assignment', 'key']),
  /** Offsets of the name and of the literal. */
  at: z.int(),
  start: z.int(),
});
export type TrialSource = z.infer<typeof trialSourceSchema>;

const triedValueSchema = z.union([z.number(), z.array(z.number())]);
export type TriedValue = z.infer<typeof triedValueSchema>;

/** A value of the code that is being tried in the panel. */
export const trialSchema = z.object({
  /** The hyper-parameter. */
  name: z.string(),
  setting: z.enum([...trialSettings, ...studyTrialSettings]),
  /** Where it stands, for the person: `train.py:12`. */
  place: z.string(),
  /** What stands there now; null: it is no longer there. */
  written: triedValueSchema.nullable(),
  /** Of a setting of the study: the value that the panel runs with; null for those that the page sets itself. */
  tried: triedValueSchema.nullable(),
  source: trialSourceSchema,
});
export type Trial = z.infer<typeof trialSchema>;

/** Of an image's answer. `request` counts up; the panel forgets everything that belongs to an older one. */
const answerMessageSchema = z.discriminatedUnion('type', [
  /** A new image (or the same again) is on its way: drop what was shown unless `keep`. */
  z.object({
    type: z.literal('opening'),
    request: z.int(),
    /** Path. */
    image: z.string(),
    /** Address of what `image` is a copy of; absent: the image itself lies on disk. */
    origin: z.string().optional(),
    /** Name for the person. */
    study: z.string(),
    /** What the panel keeps in its state (`study`, or `checkpoint` and `folder`), for the host to find it again. */
    reference: studyReferenceSchema,
    keep: z.boolean(),
  }),
  z.object({ type: z.literal('header'), request: z.int(), header: explanationHeaderSchema }),
  z.object({ type: z.literal('scale'), request: z.int(), maps: scaleMapsSchema }),
  z.object({
    type: z.literal('done'),
    request: z.int(),
    timings: timingsSchema,
    notices: z.array(noticeSchema),
  }),
  /** The seed file that the study has of the image; null: none. */
  z.object({ type: z.literal('seedFile'), request: z.int(), seedFile: imageSeedSchema.nullable() }),
  z.object({ type: z.literal('failed'), request: z.int(), failure: failureSchema }),
]);

/** Host to panel. */
export const toImagePanelSchema = z.discriminatedUnion('type', [
  answerMessageSchema,
  /** All that is known already, for a fresh page: at once, so that it is drawn once. */
  z.object({ type: z.literal('answer'), messages: z.array(answerMessageSchema) }),
  /**
   * Two folders whose seeds of the image are compared; null: none are. `pair` is null while the seeds are being read.
   * `show`: put them on the stage, with this class where it is named.
   */
  z.object({
    type: z.literal('seedPair'),
    compared: comparedFoldersSchema.nullable(),
    pair: seedPairSchema.nullable(),
    show: z.object({ className: z.string().nullable() }).nullable(),
  }),
  /** A checkpoint that is newer than what is shown, complete on disk; null: there is none. */
  z.object({ type: z.literal('checkpoint'), fresh: freshCheckpointSchema.nullable() }),
  /** Progress of clustering or of the engine's restart; null: none runs. */
  z.object({ type: z.literal('progress'), progress: progressSchema.nullable() }),
  /** Answer to `thumbnails`, in the order asked. RGBA, size * size. */
  z.object({
    type: z.literal('thumbnails'),
    ticket: z.int(),
    size: z.int(),
    crops: z.array(bytes.nullable()),
  }),
  /** Somebody outside names a prototype to look at: select it once the image's centres are known. */
  z.object({ type: z.literal('select'), centre: z.int() }),
  /** A value of the code is tried; `apply`: set the panel to what stands there. Null: no longer. */
  z.object({ type: z.literal('trial'), trial: trialSchema.nullable(), apply: z.boolean() }),
  /** The panel's tab is in front, or another one hides it: a hidden page shows nobody anything, so it does nothing. */
  z.object({ type: z.literal('shown'), shown: z.boolean() }),
  /** A command moved something in the panel ("LPCAM: Next View" and the like). */
  z.object({ type: z.literal('act'), action: z.enum(imagePanelActions) }),
]);
export type ToImagePanel = z.infer<typeof toImagePanelSchema>;

/** What the person can ask for from the panel's buttons. */
const imagePanelCommands = [
  'cluster',
  'cancel',
  'retry',
  'useNewCheckpoint',
  'openStudyFile',
  'createStudy',
  'selectDevice',
  'selectStudy',
  'openSeedFile',
  'openSeedA',
  'openSeedB',
  'endComparison',
  'showStages',
  'showLog',
  'openHelp',
] as const;

/** Panel to host. */
export const fromImagePanelSchema = z.discriminatedUnion('type', [
  /** The script runs; `image` is what a restored panel showed before. */
  z.object({ type: z.literal('ready'), version: z.int() }),
  /** Explain again with these classes (names); null: the image's own. */
  z.object({ type: z.literal('classes'), classes: z.array(z.string()).nullable() }),
  z.object({
    type: z.literal('thumbnails'),
    ticket: z.int(),
    patches: z.array(patchSchema).max(512),
    size: z.int(),
    crop: z.int(),
  }),
  z.object({ type: z.literal('command'), command: z.enum(imagePanelCommands) }),
  /** Write the tried setting's value into the code. */
  z.object({ type: z.literal('writeBack'), value: z.number().min(0).max(1) }),
  /** The code has nothing to do with the panel any more. */
  z.object({ type: z.literal('endTrial') }),
  z.object({ type: z.literal('showCode') }),
  /** Run with what stands in the code now. */
  z.object({ type: z.literal('runTrial') }),
  /** The trial's prototype bank becomes the study's own. */
  z.object({ type: z.literal('keepTrialBank') }),
  /** Open the image that a nearest patch comes from. */
  z.object({ type: z.literal('openImage'), image: z.string() }),
  /** Save what the view shows, PNG bytes, where the person says. */
  z.object({ type: z.literal('savePicture'), name: z.string(), png: bytes }),
  z.object({ type: z.literal('copyText'), text: z.string() }),
  /** What the panel shows of a request's answer before anybody has chosen anything. */
  z.object({ type: z.literal('openingPicture'), request: z.int(), picture: openingPictureSchema }),
  z.object({ type: z.literal('fault'), message: z.string() }),
]);
export type FromImagePanel = z.infer<typeof fromImagePanelSchema>;

export const imagePanelVersion = 1;
export const imagePanelViewType = 'lpcam.imagePanel';

/** What a panel keeps over a reload (`vscode.setState`) so that the host can open it again; the rest is the panel's own. */
export const imagePanelStateSchema = z.looseObject({
  version: z.literal(imagePanelVersion),
  image: z.string(),
  origin: z.string().optional(),
  /** Path of the study file. */
  study: z.string().nullable(),
  /** Checkpoint and folder of a study without a file. */
  checkpoint: z.string().nullable(),
  folder: z.string().nullable(),
  classes: z.array(z.string()).nullable(),
  /** Checkpoint and bank that stand in for the study's own; absent: they do. */
  weights: z.string().optional(),
  bank: z.string().optional(),
  /** Folders of seeds that are compared; absent: none are. */
  compared: comparedFoldersSchema.optional().catch(undefined),
  /** Settings of the study that are tried, and where in the code a tried value stands; absent: none is. */
  trial: studyTrialSchema.optional(),
  code: trialSourceSchema.optional(),
});
export type ImagePanelState = z.infer<typeof imagePanelStateSchema>;
