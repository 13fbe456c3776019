/** Gathers the labels of a k-means' last iteration, which it keeps nowhere itself. */
export function assignedLabels(rows: number): {
  readonly labels: Int32Array;
  readonly onAssigned: (start: number, labels: Int32Array) => void;
} {
  const labels = new Int32Array(rows);
  return { labels, onAssigned: (start, block) => labels.set(block, start) };
}
