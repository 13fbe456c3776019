/** A study as the engine resolved it, in words the extension and the panels can show. */
import * as z from 'zod';
import { deviceChoices, precisionChoices } from './deviceNames';
import { mctFormerRules } from '../lpcam/mctFormer';
import { stalenesses } from '../lpcam/staleness';
import { systemNames } from '../lpcam/systems';
import { noticeSchema } from './notice';
import { settingsSchema } from './settings';
import { studyTrialSchema } from './studyTrial';

/** A study is a file, or, before one is written, a checkpoint with the folder to look around in. */
export const studyReferenceSchema = z.union([
  z.object({
    file: z.string(),
    /** Prototype bank instead of the study's own, an absolute path: ours, or class_ceneters.pt. */
    bank: z.string().optional(),
    /** Checkpoint instead of the study's own, an absolute path: the one that a bank was clustered with, or one of those it follows. */
    weights: z.string().optional(),
    trial: studyTrialSchema.optional(),
  }),
  z.object({ checkpoint: z.string(), folder: z.string(), trial: studyTrialSchema.optional() }),
]);
export type StudyReference = z.infer<typeof studyReferenceSchema>;

export const networkSummarySchema = z.object({
  checkpoint: z.string(),
  /** SHA-256, hex. */
  hash: z.string(),
  bytes: z.number(),
  /** Tensor names found by surgery or named in the study. */
  features: z.string(),
  classifier: z.string(),
  channels: z.int(),
  classes: z.int(),
  /** Input pixels per feature position; null when the graph's sizes do not tell. */
  stride: z.int().nullable(),
  /** Input size the graph is bound to, [height, width]; null when any size is accepted. */
  fixedSize: z.tuple([z.int(), z.int()]).nullable(),
  opset: z.int(),
  producer: z.string(),
  /** Trainable numbers in the graph. */
  parameters: z.number(),
  bias: z.boolean(),
  /** How prototypes are scored (src/network/camNetwork.ts). */
  scoring: z.string(),
  /** What a network recognised by its weights' names is; null for a graph of somebody's own. */
  origin: z
    .object({
      system: z.string(),
      architecture: z.string(),
      stride: z.int(),
      /** Strides the weights may be used with instead, when nothing says which was meant. */
      otherStrides: z.array(z.int()),
    })
    .nullable(),
});
export type NetworkSummary = z.infer<typeof networkSummarySchema>;

export const bankSummarySchema = z.object({
  path: z.string(),
  centres: z.int(),
  /** Classes that have centres. */
  classes: z.int(),
  created: z.string().nullable(),
  /** Null where the bank does not say which checkpoint made it. */
  matchesCheckpoint: z.boolean().nullable(),
  /** Why it may not belong to the checkpoint; null: nothing speaks against it. */
  stale: z.enum(stalenesses).nullable(),
  alreadyGated: z.boolean(),
  /** How the p it holds were computed (src/network/camNetwork.ts); null where it does not say, or holds none. */
  scoring: z.string().nullable(),
});
export type BankSummary = z.infer<typeof bankSummarySchema>;

export const studySummarySchema = z.object({
  /** Path of lpcam.json, or null for a study without a file. */
  file: z.string().nullable(),
  name: z.string(),
  /** The system whose defaults it has; null: LPCAM's preset alone. */
  system: z
    .object({
      name: z.enum(systemNames),
      from: z.enum(['study', 'found']),
      /** What told, as the end of a sentence; null where the study names it. */
      why: z.string().nullable(),
    })
    .nullable(),
  /** The rule of that system by which its CAM and LPCAM are made; null: it has none, or the network lacks what it takes. */
  fusion: z.enum(mctFormerRules).nullable(),
  network: networkSummarySchema,
  /** Pattern of the checkpoints it follows; null: it follows none. */
  follow: z.string().nullable(),
  classes: z.array(z.string()),
  settings: settingsSchema,
  device: z.enum(deviceChoices),
  precision: z.enum(precisionChoices),
  images: z.string().nullable(),
  list: z.string().nullable(),
  listed: z.int(),
  labels: z.string().nullable(),
  masks: z.string().nullable(),
  /** Where seeds are or will be written, in a folder for each kind. */
  seedsFolder: z.string(),
  /** Where the bank is or will be written. */
  bankPath: z.string(),
  bank: bankSummarySchema.nullable(),
  /** Folders of seeds where the study has its own. */
  seeds: z.array(
    z.object({
      folder: z.string(),
      /** As their manifest says; null: they have none. */
      kind: z.string().nullable(),
      /** Path of the checkpoint they were made with; null: nobody says. */
      checkpoint: z.string().nullable(),
      stale: z.enum(stalenesses).nullable(),
    }),
  ),
  notices: z.array(noticeSchema),
});
export type StudySummary = z.infer<typeof studySummarySchema>;
