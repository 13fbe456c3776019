/** Two prototype banks beside each other, and every message between the host and the comparison's panel. */
import * as z from 'zod';
import { fateKinds } from '../lpcam/gating';
import { explanationHeaderSchema, scaleMapsSchema } from './explanation';
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

export const comparedSides = ['first', 'second'] as const;
/** Which of the two banks. */
export type ComparedSide = (typeof comparedSides)[number];

const side = z.enum(comparedSides);

export const comparePanelVersion = 1;
export const comparePanelViewType = 'lpcam.comparePanel';

/** Host to page. */
export const toComparePanelSchema = z.discriminatedUnion('type', [
  /** The banks are about to be read; what is shown stays until they are. */
  z.object({ type: z.literal('opening'), first: z.string(), second: z.string() }),
  z.object({ type: z.literal('comparison'), comparison: bankComparisonSchema }),
  z.object({ type: z.literal('failed'), failure: failureSchema }),
  /** An image is about to be run under both banks; `request` counts up, what belongs to an older one is forgotten. */
  z.object({
    type: z.literal('image.opening'),
    request: z.int(),
    /** Path; null: it is still being looked for. */
    image: z.string().nullable(),
    /** The checkpoints that are run, paths. */
    checkpoints: z.object({ first: z.string(), second: z.string() }).nullable(),
    /** Both are one file's content: the CAMs are the same. */
    sameNetwork: z.boolean(),
  }),
  z.object({ type: z.literal('image.header'), request: z.int(), side, header: explanationHeaderSchema }),
  z.object({ type: z.literal('image.scale'), request: z.int(), side, maps: scaleMapsSchema }),
  z.object({ type: z.literal('image.done'), request: z.int(), side }),
  /** `side` null: it concerns both, nothing is run. */
  z.object({
    type: z.literal('image.failed'),
    request: z.int(),
    side: side.nullable(),
    failure: failureSchema,
  }),
]);
export type ToComparePanel = z.infer<typeof toComparePanelSchema>;

/** Page to host. */
export const fromComparePanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.int() }),
  z.object({
    type: z.literal('command'),
    /** `chooseImage`: asks the person for another image; `retryImage`: runs the image again. */
    command: z.enum(['retry', 'showLog', 'chooseImage', 'retryImage']),
  }),
  /** Run the image again for a class that it has no label of. */
  z.object({ type: z.literal('imageClass'), className: z.string() }),
  z.object({ type: z.literal('fault'), message: z.string() }),
]);
export type FromComparePanel = z.infer<typeof fromComparePanelSchema>;

/** What a panel keeps over a reload (`vscode.setState`) so that the host can open it again; the rest is the panel's own. */
export const comparePanelStateSchema = z.looseObject({
  version: z.literal(comparePanelVersion),
  first: z.string(),
  second: z.string(),
  /** Path of the image that was shown under both. */
  image: z.string().nullable().catch(null),
});
