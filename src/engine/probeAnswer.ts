/** What the throw-away process says of a device. */
import * as z from 'zod';

const halfAnswerSchema = z.object({
  /** How many times as fast as float32 it ran. */
  speedup: z.number(),
  /** Largest difference of an LPCAM map from float32's, the map being 0 to 1. */
  error: z.number(),
});

export const probeAnswerSchema = z.object({
  usable: z.boolean(),
  /** Why `auto` should not take it although it can be used; empty: nothing speaks against it. */
  caveat: z.string(),
  /** Why it cannot be used; empty when usable. */
  reason: z.string(),
  /** Half precision on it; a text: why it was not measured or does not work. */
  half: z.union([halfAnswerSchema, z.string()]),
});
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>;
