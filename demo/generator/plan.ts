import { Random } from './random';
import { classes, type ClassName } from './scene';

/** One scene to be drawn. */
export interface PlannedScene {
  readonly id: string;
  /** The classes it holds, the one whose home it plays in first. */
  readonly labels: readonly ClassName[];
  /** Seed of everything in it. */
  readonly seed: number;
}

/** The study's lists: a seed and a number of scenes each. */
export const splits = [
  { name: 'train', seed: 2303, count: 441 },
  { name: 'val', seed: 10334, count: 91 },
] as const;

/** One scene in four holds two classes. */
const pairs = 0.25;

/** The scenes of one list, every class as often as the others. */
export function planSplit(split: (typeof splits)[number]): PlannedScene[] {
  const plan = new Random(split.seed);
  return Array.from({ length: split.count }, (_, index) => {
    const first = classes[index % classes.length] ?? classes[0];
    const others = classes.filter((name) => name !== first);
    const labels = plan.chance(pairs) ? [first, plan.pick(others)] : [first];
    const id = `${split.name}_${(index + 1).toString().padStart(4, '0')}`;
    return { id, labels, seed: plan.integer(0, 0x7fffffff) };
  });
}
