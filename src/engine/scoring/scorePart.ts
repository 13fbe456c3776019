/** The file that a share of a scoring leaves. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { shardSchema } from '../../protocol/shard';

const ids = z.array(z.string());
const numbers = z.array(z.number());
const problemSchema = z.object({ id: z.string(), message: z.string(), size: z.boolean() });
const partSchema = z.object({
  /** Names the folders, list and thresholds: parts of another scoring are none of this. */
  key: z.string(),
  /** Names what the counts were made of (`ShareInputs`). */
  inputs: z.string(),
  shard: shardSchema,
  images: z.int(),
  totals: z.object({
    classes: z.int(),
    thresholds: z.int(),
    pixels: z.number(),
    background: z.number(),
    truth: numbers,
    predicted: numbers,
    hit: numbers,
    onBackground: numbers,
  }),
  traits: z.object({
    dialects: z.record(z.string(), z.number()),
    /** Null: nothing was scored. */
    oldest: z.number().nullable(),
    newest: z.number().nullable(),
    unlabelled: ids,
    unseeded: ids,
    dead: ids,
  }),
  problems: z.array(problemSchema),
  largestLabel: z.int(),
});
export type ScorePart = z.infer<typeof partSchema>;

/** Null where there is none, or one of another scoring. */
export async function readPart(path: string, key: string): Promise<ScorePart | null> {
  try {
    const part = partSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
    return part?.key === key ? part : null;
  } catch {
    return null;
  }
}
