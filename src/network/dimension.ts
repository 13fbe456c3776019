/** One dimension of a tensor, as far as the graph tells without running it. */
export interface Dimension {
  /** Its size at the input size the graph declares; null where that is open. */
  readonly size: number | null;
  /** It grows with the batch. */
  readonly batch: boolean;
  /** It grows with the image's height or width. */
  readonly space: boolean;
}

export type Shape = readonly Dimension[];

/** A size that the graph itself fixes. */
export function fixed(size: number | null): Dimension {
  return { size, batch: false, space: false };
}

export function isFree(dimension: Dimension): boolean {
  return dimension.batch || dimension.space;
}

/** The dimension made of several, e.g. by flattening. */
export function product(dimensions: Shape): Dimension {
  return {
    size: dimensions.reduce<number | null>(
      (size, dimension) => (size === null || dimension.size === null ? null : size * dimension.size),
      1,
    ),
    batch: dimensions.some((dimension) => dimension.batch),
    space: dimensions.some((dimension) => dimension.space),
  };
}

/** For messages: `[N, 512, 14, 14]`, with `N`, `h`, `w` for open sizes. */
export function describeShape(shape: Shape | null | undefined): string {
  if (!shape) return '[shape unknown]';
  const open = (dimension: Dimension) => (dimension.batch ? 'N' : dimension.space ? 'h' : '?');
  const names = shape.map((dimension) => dimension.size?.toString() ?? open(dimension));
  const last = names.length - 1;
  if (names[last] === 'h' && names[last - 1] === 'h') names[last] = 'w';
  return `[${names.join(', ')}]`;
}
