/** Two prototype banks beside each other. */
import { z } from 'zod';
import { fateKinds } from '../lpcam/gating';
import { noticeSchema } from './notice';

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
  pairs: z.array(centrePairSchema),
  notices: z.array(noticeSchema),
});
export type BankComparison = z.infer<typeof bankComparisonSchema>;
