/**
 * Eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations: accurate to the last digits, and
 * fast enough for the hundred rows it gets here. Not a library: of those that decompose matrices each brings a whole
 * linear algebra, and everything in this folder runs without packages.
 */

export interface Eigenpair {
  readonly value: number;
  /** Of length 1. */
  readonly vector: Float64Array;
}

const mostSweeps = 60;

/**
 * @param matrix rows of a symmetric matrix, [n][n]; it is not changed
 * @returns n pairs, the largest value first
 */
export function symmetricEigen(matrix: readonly Float64Array[]): readonly Eigenpair[] {
  const size = matrix.length;
  const rows = matrix.map((row) => Float64Array.from(row));
  // Row i becomes the eigenvector of rows[i][i].
  const vectors = rows.map((_, i) => Float64Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < mostSweeps && !isDiagonal(rows); sweep++)
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(rows, vectors, p, q);
  return vectors.map((vector, i) => ({ value: rows[i]?.[i] ?? 0, vector })).sort((a, b) => b.value - a.value);
}

function isDiagonal(rows: readonly Float64Array[]): boolean {
  let beside = 0;
  let all = 0;
  rows.forEach((row, i) =>
    row.forEach((value, j) => {
      all += value * value;
      if (i !== j) beside += value * value;
    }),
  );
  return beside <= all * 1e-30;
}

/** Turns the plane of p and q so that their element becomes 0. */
function rotate(rows: readonly Float64Array[], vectors: readonly Float64Array[], p: number, q: number): void {
  const [rowP, rowQ, vectorP, vectorQ] = [rows[p], rows[q], vectors[p], vectors[q]];
  if (!rowP || !rowQ || !vectorP || !vectorQ) return;
  const between = rowP[q] ?? 0;
  if (between === 0) return;
  const ratio = ((rowQ[q] ?? 0) - (rowP[p] ?? 0)) / (2 * between);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  turn(rowP, rowQ, cosine, sine);
  for (const row of rows) {
    const [a = 0, b = 0] = [row[p], row[q]];
    row[p] = cosine * a - sine * b;
    row[q] = sine * a + cosine * b;
  }
  turn(vectorP, vectorQ, cosine, sine);
}

function turn(first: Float64Array, second: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < first.length; i++) {
    const [a = 0, b = 0] = [first[i], second[i]];
    first[i] = cosine * a - sine * b;
    second[i] = sine * a + cosine * b;
  }
}
