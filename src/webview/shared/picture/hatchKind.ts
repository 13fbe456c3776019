/** What became of a removed pixel: rightly removed, wrongly removed, or nobody can say. */
export const removalKinds = ['falsePositive', 'truePositive', 'unknown'] as const;
/** Besides: what only one of two compared seeds has. */
export const hatchKinds = [...removalKinds, 'onlyFirst', 'onlySecond'] as const;
export type HatchKind = (typeof hatchKinds)[number];
