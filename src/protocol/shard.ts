/** A share of the work, for machines that divide it. */
import * as z from 'zod';

/** Share `index` of `of`, counted from 1. */
export const shardSchema = z
  .object({ index: z.int().min(1), of: z.int().min(1).max(100_000) })
  .refine(({ index, of }) => index <= of, { message: 'a share has a number from 1 to how many there are' });
export type Shard = z.infer<typeof shardSchema>;
