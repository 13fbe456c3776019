/** Outputs of a reference of which only some numbers are kept. */
import { readFileSync } from 'node:fs';

export interface Sample {
  /** The largest magnitude of the whole output. */
  readonly largest: number;
  readonly values: readonly (readonly [place: number, value: number])[];
}

/** A file of test/fixtures/networks, unchecked: the caller states its shape. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/networks/${name}`, import.meta.url), 'utf8'));
}

/** The largest difference, as a part of the largest number. */
export function sampleDifference(found: ArrayLike<number>, { largest, values }: Sample): number {
  const differences = values.map(([place, value]) => Math.abs((found[place] ?? NaN) - value));
  return Math.max(...differences) / largest;
}
