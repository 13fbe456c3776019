/** Errors as they travel between processes: a result, never a thrown object. */
import * as z from 'zod';

const failureKinds = ['input', 'cancelled', 'engine', 'internal'] as const;

/**
 * `input`: the person's file, field or argument is at fault and the message says how to mend it (exit code 2 on the
 * command line). `cancelled`: somebody asked to stop. `engine`: the engine process or a device failed. `internal`: ours.
 */
export const failureSchema = z.object({
  kind: z.enum(failureKinds),
  /** One or two sentences: what, where, what was expected, what to do. */
  message: z.string(),
  file: z.string().optional(),
  /** Field of the study (`network.features`) or tensor at fault. */
  field: z.string().optional(),
  /** Stack trace, for the log only. */
  stack: z.string().optional(),
});
export type Failure = z.infer<typeof failureSchema>;
