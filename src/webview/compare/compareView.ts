/** What the person chose in a comparison; kept over a reload. */
import * as z from 'zod';
import { defaultPairBars, type PairBars } from '../../lpcam/bankComparison';

const cosine = z.number().min(0).max(1);

const viewSchema = z.object({
  bars: z.object({ matched: cosine, drifted: cosine }),
  /** Class whose pairs are listed; null: all of them. */
  className: z.string().nullable(),
  /** Pairs of which neither is a prototype are listed, too. */
  rejected: z.boolean(),
  /** What of the image is compared. */
  map: z.enum(['lpcam', 'cam']).catch('lpcam'),
  /** Class whose map is shown; null: the image's first. */
  imageClass: z.string().nullable().catch(null),
  /** Of the map over the picture. */
  opacity: z.number().min(0).max(1).catch(0.6),
});
export type CompareView = Readonly<z.infer<typeof viewSchema>>;

/** What cannot be read is as if nothing had been chosen. */
export function restoreCompareView(kept: unknown): CompareView {
  const parsed = viewSchema.safeParse(kept);
  if (parsed.success) return parsed.data;
  return viewSchema.parse({ bars: { ...defaultPairBars }, className: null, rejected: false });
}

/** Moves a bar; the other one gives way, as drifted is never above matched. */
export function moveBar(bars: PairBars, bar: keyof PairBars, value: number): CompareView['bars'] {
  return bar === 'matched'
    ? { matched: value, drifted: Math.min(bars.drifted, value) }
    : { matched: Math.max(bars.matched, value), drifted: value };
}
