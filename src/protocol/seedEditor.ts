/** Every message between the extension host and the seed editor's webview, version 1. */
import * as z from 'zod';
import { bytes } from './arrays';
import { failureSchema } from './failure';
import { readAsSchema, shownSeedSchema } from './seed';

export const seedEditorVersion = 1;
export const seedEditorViewType = 'lpcam.seed';

/** Host to page. `request` counts the readings of the file; the page forgets everything that belongs to an older one. */
export const toSeedEditorSchema = z.discriminatedUnion('type', [
  /** The file is about to be read; what is shown stays until it was. */
  z.object({ type: z.literal('opening'), request: z.int(), path: z.string() }),
  z.object({ type: z.literal('seed'), request: z.int(), seed: shownSeedSchema }),
  /** The image's file as it is on disk: the page decodes it, for nothing native may run in an untrusted workspace. */
  z.object({ type: z.literal('image'), request: z.int(), file: bytes }),
  z.object({ type: z.literal('imageFailed'), request: z.int(), message: z.string() }),
  z.object({ type: z.literal('failed'), request: z.int(), failure: failureSchema }),
]);
export type ToSeedEditor = z.infer<typeof toSeedEditorSchema>;

const seedEditorCommands = ['retry', 'showLog', 'showActivationMaps', 'openStudyFile'] as const;
export type SeedEditorCommand = (typeof seedEditorCommands)[number];

/** Page to host. */
export const fromSeedEditorSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.int(), readAs: readAsSchema }),
  /** Read the file anew as this; null: as it looks. */
  z.object({ type: z.literal('readAs'), readAs: readAsSchema }),
  z.object({ type: z.literal('command'), command: z.enum(seedEditorCommands) }),
  z.object({ type: z.literal('copyText'), text: z.string() }),
  z.object({ type: z.literal('fault'), message: z.string() }),
]);
export type FromSeedEditor = z.infer<typeof fromSeedEditorSchema>;
