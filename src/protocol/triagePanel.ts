/** Every message between the host and the triage panel. */
import * as z from 'zod';
import { failureSchema } from './failure';
import { progressSchema } from './progress';
import { seedScoresSchema } from './score';
import { seedPreviewSchema } from './seedPreview';

export const triagePanelVersion = 1;
export const triagePanelViewType = 'lpcam.triagePanel';

/** What fits best, every seed of the folder, or a file. */
export const wantedListSchema = z.union([z.enum(['auto', 'folder']), z.object({ path: z.string() })]);
export type WantedListChoice = z.infer<typeof wantedListSchema>;

/** Host to page. */
export const toTriagePanelSchema = z.discriminatedUnion('type', [
  /** The seeds are about to be scored; what is shown stays until they are. */
  z.object({
    type: z.literal('opening'),
    first: z.string(),
    second: z.string().nullable(),
    list: wantedListSchema,
  }),
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('scores'), scores: seedScoresSchema }),
  z.object({ type: z.literal('failed'), failure: failureSchema }),
  z.object({
    type: z.literal('preview'),
    id: z.string(),
    preview: seedPreviewSchema.nullable(),
    /** Why there is none. */
    message: z.string().nullable(),
  }),
]);
export type ToTriagePanel = z.infer<typeof toTriagePanelSchema>;

/** Page to host. */
export const fromTriagePanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.int() }),
  z.object({ type: z.literal('command'), command: z.enum(['retry', 'cancel', 'showLog']) }),
  /** Scores another list. */
  z.object({ type: z.literal('list'), list: z.union([wantedListSchema, z.literal('ask')]) }),
  z.object({ type: z.literal('preview'), id: z.string() }),
  /** `thresholds`: of both folders, where two are compared. */
  z.object({
    type: z.literal('openImage'),
    id: z.string(),
    className: z.string().nullable(),
    thresholds: z.tuple([z.number(), z.number()]).nullable(),
  }),
  /** Saves rows of the table where the person says. */
  z.object({ type: z.literal('export'), kind: z.enum(['list', 'csv']), text: z.string() }),
  z.object({ type: z.literal('fault'), message: z.string() }),
]);
export type FromTriagePanel = z.infer<typeof fromTriagePanelSchema>;

/** What a panel keeps over a reload (`vscode.setState`) so that the host can open it again; the rest is the panel's own. */
export const triagePanelStateSchema = z.looseObject({
  version: z.literal(triagePanelVersion),
  first: z.string(),
  second: z.string().nullable(),
  list: wantedListSchema.catch('auto'),
});
