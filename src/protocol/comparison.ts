/** Two prototype banks beside each other, and every message between the host and the comparison's panel. */
import { z } from 'zod';
import { fateKinds } from '../lpcam/gating';
import { failureSchema } from './failure';
import { noticeSchema } from './notice';
import { settingsSchema } from './settings';

const comparedCentreSchema = z.object({
  /** Index in its bank. */
  id: z.int(),
  fate: z.enum(fateKinds),
  reason: z.string(),
});

const centrePairSchema = z.object({
  className: z.string(),
  set: z.enum(['foreground', 'background']),
  first: comparedCentreSchema.nullable(),
  second: comparedCentreSchema.nullable(),
  cosine: z.number().nullable(),
});

const comparedBankSchema = z.object({
  path: z.string(),
  centres: z.int(),
  checkpoint: z.string().nullable(),
  /** SHA-256 of the checkpoint, hex. */
  checkpointHash: z.string().nullable(),
  created: z.string().nullable(),
  /** Classes that the other bank does not know: they are not compared. */
  classesOfItsOwn: z.array(z.string()),
});

/** Every centre of the classes that both banks know is in exactly one pair. */
export const bankComparisonSchema = z.object({
  first: comparedBankSchema,
  second: comparedBankSchema,
  channels: z.int(),
  /** Decided the fates in both banks. */
  gates: settingsSchema.shape.gates,
  /** The study whose gates these are; null: the preset voc. */
  gatesOf: z.string().nullable(),
  pairs: z.array(centrePairSchema),
  notices: z.array(noticeSchema),
});
export type BankComparison = z.infer<typeof bankComparisonSchema>;

export const comparePanelVersion = 1;
export const comparePanelViewType = 'lpcam.comparePanel';

/** Host to page. */
export const toComparePanelSchema = z.discriminatedUnion('type', [
  /** The banks are about to be read; what is shown stays until they are. */
  z.object({ type: z.literal('opening'), first: z.string(), second: z.string() }),
  z.object({ type: z.literal('comparison'), comparison: bankComparisonSchema }),
  z.object({ type: z.literal('failed'), failure: failureSchema }),
]);
export type ToComparePanel = z.infer<typeof toComparePanelSchema>;

/** Page to host. */
export const fromComparePanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.int() }),
  z.object({ type: z.literal('command'), command: z.enum(['retry', 'showLog']) }),
  z.object({ type: z.literal('fault'), message: z.string() }),
]);
export type FromComparePanel = z.infer<typeof fromComparePanelSchema>;

/** What a panel keeps over a reload (`vscode.setState`) so that the host can open it again; the rest is the panel's own. */
export const comparePanelStateSchema = z.looseObject({
  version: z.literal(comparePanelVersion),
  first: z.string(),
  second: z.string(),
});
