/** What language models may ask of the tools. The same is told to them by package.json; what they send is checked here. */
import * as z from 'zod';

const text = (most: number) => z.string().trim().min(1).max(most);

export const explainImageInput = z.strictObject({
  /** Path, or id of the study. */
  image: text(1024),
  /** Path of lpcam.json. */
  study: text(1024).optional(),
});

export const inspectCheckpointInput = z.strictObject({
  checkpoint: text(1024).optional(),
  study: text(1024).optional(),
});

export const scoreSeedsInput = z.strictObject({
  study: text(1024).optional(),
  /** Of seeds, to be scored now. */
  folder: text(1024).optional(),
  /** Newest scores to tell, without `folder`. */
  count: z.int().min(1).max(20).optional(),
});

/**
 * @returns the input
 * @throws Error that tells a language model what to send instead
 */
export function checkedInput<T>(schema: z.ZodType<T>, raw: unknown, tool: string): T {
  const checked = schema.safeParse(raw ?? {});
  if (checked.success) return checked.data;
  throw new Error(`Wrong input of ${tool}: ${z.prettifyError(checked.error).replaceAll('\n', ' ')}`);
}
