/** Where empty clusters start again: the rows farthest from every centre (lpcam.md, section 6). */
import { setImmediate } from 'node:timers/promises';
import type { KmeansStep } from './kmeansStep';
import type { Rows } from './rows';

/** A row this close to its centre coincides with it: an empty cluster that started there would take nothing new. */
const coincides = 1 - 1e-6;

/** The `limit` rows of smallest best cosine so far, farthest first. */
class FarthestRows {
  readonly rows: { row: number; cosine: number }[] = [];

  constructor(private readonly limit: number) {}

  add(row: number, cosine: number): void {
    if (cosine >= coincides) return;
    const last = this.rows[this.rows.length - 1];
    if (this.rows.length >= this.limit && last && cosine >= last.cosine) return;
    const place = this.rows.findIndex((entry) => cosine < entry.cosine);
    this.rows.splice(place < 0 ? this.rows.length : place, 0, { row, cosine });
    if (this.rows.length > this.limit) this.rows.pop();
  }
}

/**
 * One pass over all rows.
 * @param unitCentres [K, C]
 * @returns numbers of at most `limit` rows, farthest first; none that lies on a centre
 * @throws the signal's reason when cancelled
 */
export async function farthestRows(
  rows: Rows,
  step: KmeansStep,
  unitCentres: Float32Array,
  limit: number,
  signal: AbortSignal,
): Promise<number[]> {
  const k = unitCentres.length / rows.channels;
  const farthest = new FarthestRows(limit);
  for await (const block of rows.blocks()) {
    signal.throwIfAborted();
    const cosines = await step.cosines(block, unitCentres);
    for (let i = 0; i < block.count; i++) {
      let best = -Infinity;
      for (let place = i * k; place < (i + 1) * k; place++) best = Math.max(best, cosines[place] ?? best);
      farthest.add(block.start + i, best);
    }
    await setImmediate();
  }
  return farthest.rows.map(({ row }) => row);
}
