/** What became of a removed pixel: rightly removed, wrongly removed, or nobody can say. */
export const hatchKinds = ['falsePositive', 'truePositive', 'unknown'] as const;
export type HatchKind = (typeof hatchKinds)[number];
