/** What a Reshape does to dimensions that grow with the batch or the image. */
import { fixed, product } from './dimension';
import type { Dimension, Shape } from './dimension';

export interface Reshaped {
  readonly result: Shape;
  /** What the target's constants hold fixed although the input lets it grow. */
  readonly binds: readonly ('space' | 'batch')[];
}

function absorbed(from: Shape, others: Shape): Dimension {
  const whole = product(from);
  const rest = product(others);
  return {
    size: whole.size === null || rest.size === null || rest.size === 0 ? null : whole.size / rest.size,
    batch: whole.batch && !rest.batch,
    space:
      whole.space &&
      !(rest.space && from.filter((d) => d.space).length <= others.filter((d) => d.space).length),
  };
}

/**
 * @param target the shape asked for: sizes with -1 for "the rest" and, unless `zeroIsSize`, 0 for "as it was"
 */
export function reshape(shape: Shape, target: Shape, zeroIsSize: boolean): Reshaped {
  const taken = target.map((dimension, axis) =>
    dimension.size === 0 && !zeroIsSize && !dimension.batch && !dimension.space
      ? (shape[axis] ?? fixed(null))
      : dimension,
  );
  const open = taken.findIndex((dimension) => dimension.size === -1);
  const whole = product(shape);
  let result: Dimension[] = [...taken];
  if (open >= 0) {
    const others = taken.filter((_, axis) => axis !== open);
    let rest = absorbed(shape, others);
    // [-1, 196, C] of one image: the -1 is the batch, so the 196 must be the image's positions.
    const batch = product(shape.filter((dimension) => dimension.batch));
    const space = product(shape.filter((dimension) => dimension.space));
    if (rest.space && rest.batch && rest.size !== null && rest.size === batch.size && space.size !== 1)
      rest = { ...rest, space: false };
    result = taken.map((dimension, axis) => (axis === open ? rest : dimension));
  }
  const binds: ('space' | 'batch')[] = [];
  if (whole.space && !result.some((dimension) => dimension.space)) binds.push('space');
  // A batch folded into a later dimension behind a stated leading size mixes images.
  const leading = result[0];
  if (whole.batch && leading && !leading.batch && leading.size !== null) binds.push('batch');
  return { result, binds };
}
