/**
 * The assignment problem: which column goes with which row so that the gains of all pairs together are largest
 * (Kuhn 1955; here by shortest augmenting paths with potentials, as Jonker and Volgenant 1987). Not a library: it is
 * forty lines, and the method's folder carries no package.
 */

/**
 * @param gains row-major [rows, columns], finite
 * @returns the column of each row, -1 where there are more rows than columns and the row has none; no column twice.
 *   Every row, or every column where there are fewer, is in a pair. Equal gains are decided by order, always the same way.
 */
export function assign(gains: ArrayLike<number>, rows: number, columns: number): Int32Array {
  const columnOf = new Int32Array(rows).fill(-1);
  if (rows <= columns) {
    solve((row, column) => -(gains[row * columns + column] ?? 0), rows, columns).forEach(
      (row, column) => row >= 0 && (columnOf[row] = column),
    );
  } else {
    solve((column, row) => -(gains[row * columns + column] ?? 0), columns, rows).forEach(
      (column, row) => (columnOf[row] = column),
    );
  }
  return columnOf;
}

/** @returns the one of `count` that each of the `others` was given to, -1: none; count <= others */
function solve(cost: (one: number, other: number) => number, count: number, others: number): Int32Array {
  // Place `others` is where a path begins: the one that is being placed.
  const holder = new Int32Array(others + 1).fill(-1);
  const ofOne = new Float64Array(count);
  const ofOther = new Float64Array(others + 1);
  for (let start = 0; start < count; start++) {
    const before = new Int32Array(others).fill(others);
    const distance = new Float64Array(others).fill(Infinity);
    const seen = new Uint8Array(others + 1);
    holder[others] = start;
    let at = others;
    for (;;) {
      seen[at] = 1;
      const one = holder[at] ?? -1;
      if (one < 0) break;
      let step = Infinity;
      let next = -1;
      for (let other = 0; other < others; other++) {
        if (seen[other] === 1) continue;
        const reduced = cost(one, other) - (ofOne[one] ?? 0) - (ofOther[other] ?? 0);
        if (reduced < (distance[other] ?? Infinity)) {
          distance[other] = reduced;
          before[other] = at;
        }
        const far = distance[other] ?? Infinity;
        if (far < step) {
          step = far;
          next = other;
        }
      }
      for (let other = 0; other <= others; other++) {
        if (seen[other] === 1) {
          const holding = holder[other] ?? 0;
          ofOne[holding] = (ofOne[holding] ?? 0) + step;
          ofOther[other] = (ofOther[other] ?? 0) - step;
        } else distance[other] = (distance[other] ?? Infinity) - step;
      }
      at = next;
    }
    while (at !== others) {
      const previous = before[at] ?? others;
      holder[at] = holder[previous] ?? -1;
      at = previous;
    }
  }
  return holder.subarray(0, others);
}
