/** What the person has chosen in the overview: kept over a reload, never sent to the host. */
import * as z from 'zod';
import { fateKinds } from '../../../lpcam/gating';

/** Every field falls back to its default by itself. */
const overviewViewSchema = z.object({
  /** Whether the plane is of the centres' directions, or of their vectors as they are. */
  vectors: z.enum(['unit', 'raw']).catch('unit'),
  /** Fates whose centres are left out of the plane. */
  hidden: z.array(z.enum(fateKinds)).max(fateKinds.length).catch([]),
  /** Class whose centres stand out, by name; null: none does. */
  highlight: z.string().max(1000).nullable().catch(null),
  /** Id of the centre that the keys are on. */
  centre: z.int().nullable().catch(null),
  /** Two classes of the matrix, by index in the classifier. */
  pair: z.tuple([z.int(), z.int()]).nullable().catch(null),
  /** Cosine above which context is the same. */
  threshold: z.number().min(0).max(1).catch(0.85),
  /** Pixels scrolled. */
  top: z.number().min(0).catch(0),
  /** Identity of the bank that `centre` and `pair` speak of. */
  bank: z.string().nullable().catch(null),
});
export type OverviewView = z.infer<typeof overviewViewSchema>;

/** Reads what an earlier page kept; whatever is wrong in it falls back to its default. */
export function restoreOverviewView(kept: unknown): OverviewView {
  const parsed = overviewViewSchema.safeParse(kept);
  return parsed.success ? parsed.data : overviewViewSchema.parse({});
}

/** Choices that fit a bank that has arrived: ids mean something else in another one. */
export function fitOverview(view: OverviewView, identity: string): OverviewView {
  return view.bank === identity ? view : { ...view, bank: identity, centre: null, pair: null };
}
