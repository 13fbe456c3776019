/** Every message between the extension host and the checkpoint editor's webview, version 1. */
import * as z from 'zod';
import {
  checkpointIdentitySchema,
  checkpointTableSchema,
  checkpointWarningSchema,
  classifierMatrixSchema,
  tensorStatisticsSchema,
} from './checkpoint';
import { failureSchema } from './failure';
import { fromGallerySchema, toGallerySchema } from './gallery';
import { fromOverviewSchema, toOverviewSchema } from './overview';
import { progressSchema } from './progress';

export const checkpointEditorVersion = 1;
export const checkpointEditorViewType = 'lpcam.checkpoint';

/** The editor's pages, in the order of its tabs. */
export const checkpointPages = ['checkpoint', 'prototypes', 'overview'] as const;
export type CheckpointPageName = (typeof checkpointPages)[number];

/** Host to page. `request` counts the readings of the file; the page forgets everything that belongs to an older one. */
export const toCheckpointEditorSchema = z.discriminatedUnion('type', [
  /** The file is about to be read; `keep`: it changed on disk, and what is shown stays until its table is there. */
  z.object({ type: z.literal('opening'), request: z.int(), path: z.string(), keep: z.boolean() }),
  z.object({ type: z.literal('table'), request: z.int(), table: checkpointTableSchema }),
  z.object({ type: z.literal('identity'), request: z.int(), identity: checkpointIdentitySchema }),
  z.object({ type: z.literal('failed'), request: z.int(), failure: failureSchema }),
  z.object({ type: z.literal('hashing'), request: z.int(), progress: progressSchema }),
  z.object({
    type: z.literal('hash'),
    request: z.int(),
    /** SHA-256, hex; null: it could not be computed. */
    hash: z.string().nullable(),
    warnings: z.array(checkpointWarningSchema),
  }),
  z.object({ type: z.literal('statistics'), request: z.int(), statistics: tensorStatisticsSchema }),
  /** All statistics of a wish are there, or this went wrong. */
  z.object({
    type: z.literal('wished'),
    request: z.int(),
    ticket: z.int(),
    failure: failureSchema.nullable(),
  }),
  z.object({ type: z.literal('histogramFailed'), request: z.int(), tensor: z.int(), failure: failureSchema }),
  z.object({ type: z.literal('classifier'), request: z.int(), matrix: classifierMatrixSchema }),
  z.object({ type: z.literal('classifierFailed'), request: z.int(), failure: failureSchema }),
  /** A command asks for a page. */
  z.object({ type: z.literal('show'), page: z.enum(checkpointPages) }),
  toGallerySchema,
  toOverviewSchema,
]);
export type ToCheckpointEditor = z.infer<typeof toCheckpointEditorSchema>;

const checkpointEditorCommands = ['retry', 'showLog', 'openStudyFile'] as const;
export type CheckpointEditorCommand = (typeof checkpointEditorCommands)[number];

/** Most tensors one wish may name. */
const mostWished = 512;

/** Page to host. */
export const fromCheckpointEditorSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.int() }),
  /** Statistics of these tensors, in this order; what an earlier wish still lacks is dropped. */
  z.object({
    type: z.literal('wish'),
    request: z.int(),
    ticket: z.int(),
    tensors: z.array(z.int()).max(mostWished),
  }),
  /** The same of one tensor with a histogram; a newer one drops an older one. */
  z.object({ type: z.literal('histogram'), request: z.int(), tensor: z.int() }),
  z.object({ type: z.literal('classifier'), request: z.int() }),
  z.object({ type: z.literal('command'), command: z.enum(checkpointEditorCommands) }),
  z.object({ type: z.literal('copyText'), text: z.string() }),
  z.object({ type: z.literal('fault'), message: z.string() }),
  fromGallerySchema,
  fromOverviewSchema,
]);
export type FromCheckpointEditor = z.infer<typeof fromCheckpointEditorSchema>;

/** What the page keeps over a reload; each page's own part is its own business. */
export const checkpointEditorStateSchema = z.looseObject({
  version: z.literal(checkpointEditorVersion),
  page: z.enum(checkpointPages).catch('checkpoint'),
});
