/** Which labels a label map has, and how much of it each covers. */
import type { Labels } from '../../../lpcam/seeds';

export type LabelShares = readonly (readonly [label: number, share: number])[];

const known = new WeakMap<Labels, LabelShares>();

/** Labels present with the share of the image they cover, largest first. */
export function labelShares(labels: Labels): LabelShares {
  const before = known.get(labels);
  if (before) return before;
  const counts = new Uint32Array(labels instanceof Uint8Array ? 256 : 65536);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  const shares: [number, number][] = [];
  counts.forEach((pixels, label) => {
    if (pixels > 0) shares.push([label, pixels / labels.length]);
  });
  shares.sort((a, b) => b[1] - a[1]);
  known.set(labels, shares);
  return shares;
}
