/** What a state dict lacks to be a certain network. */

/** One side of a shape that may have any size is null. */
export type ExpectedShape = readonly (number | null)[];

export interface TensorProblem {
  readonly key: string;
  readonly expected: ExpectedShape;
  /** Null: there is no such tensor. */
  readonly found: readonly number[] | null;
}

export function fits(found: readonly number[], expected: ExpectedShape): boolean {
  return (
    found.length === expected.length &&
    found.every((size, axis) => {
      const wanted = expected[axis] ?? null;
      return size > 0 && (wanted === null || wanted === size);
    })
  );
}

function shapeText(shape: ExpectedShape): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}

export function problemText({ key, expected, found }: TensorProblem): string {
  return found === null
    ? `'${key}' ${shapeText(expected)} is missing`
    : `'${key}' is ${shapeText(found)}, expected ${shapeText(expected)}`;
}
