/** Which classes share parts: per pair of classes the class prototypes that are most alike. */

/** A centre as a row of a cosine matrix. */
export interface MatrixMember {
  /** Id in the bank. */
  readonly id: number;
  readonly classIndex: number;
  /** Row and column in the matrix. */
  readonly row: number;
}

/** Cosines between centres of one set. */
export interface CosineMatrix {
  /** Row-major [side, side], -1..1. */
  readonly cosines: Float32Array;
  readonly side: number;
}

export interface ClassAffinity {
  /** Largest cosine between any member of one class and any of another, [classes, classes]; NaN: a class with itself, or without members. */
  readonly cosines: Float32Array;
  /** Id of the row's centre in that pair, [classes, classes]; -1 where the cosine is NaN. The column's is at the mirrored place. */
  readonly centres: Int32Array;
}

/** @param classes indices of the classes, in the order of the result's rows; members of others are left out */
export function classAffinity(
  members: readonly MatrixMember[],
  { cosines, side }: CosineMatrix,
  classes: readonly number[],
): ClassAffinity {
  const count = classes.length;
  const places = new Map(classes.map((classIndex, place) => [classIndex, place]));
  const largest = new Float32Array(count * count).fill(NaN);
  const centres = new Int32Array(count * count).fill(-1);
  members.forEach((first, i) => {
    const a = places.get(first.classIndex);
    if (a === undefined) return;
    for (let j = 0; j < i; j++) {
      const second = members[j];
      const b = second && places.get(second.classIndex);
      if (!second || b === undefined || a === b) continue;
      const cosine = cosines[first.row * side + second.row] ?? NaN;
      const known = largest[a * count + b] ?? NaN;
      if (Number.isNaN(cosine) || cosine <= known) continue;
      largest[a * count + b] = largest[b * count + a] = cosine;
      centres[a * count + b] = first.id;
      centres[b * count + a] = second.id;
    }
  });
  return { cosines: largest, centres };
}
