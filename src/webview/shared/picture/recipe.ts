/**
 * What a picture of maps is made of: the small maps themselves. A graphics card draws from it (`gpu/`), and where there is
 * none the values are made by the functions of src/lpcam and drawn pixel by pixel; both give the same picture.
 */
import type { ScaleSum } from '../../../lpcam/scaleSum';

/**
 * One map: `((sum / scales) - least) / range`; zero everywhere where it is dead. What takes a look at all values is looked
 * for when it is asked for: drawing on the processor does not need it.
 */
export interface MapRecipe {
  readonly sum: ScaleSum;
  readonly scales: number;
  readonly least: number;
  readonly range: number;
  readonly dead: boolean;
}

export interface HeatRecipe {
  readonly kind: 'heat';
  readonly map: MapRecipe;
}

/** The largest of [threshold, maps] per pixel; the first of equals, the background before all. */
export interface SeedRecipe {
  readonly kind: 'seed';
  readonly maps: readonly MapRecipe[];
  /** Label id of each map. */
  readonly labels: readonly number[];
  readonly threshold: number;
}

/** `suppressionOf`: what exceeds the threshold before context is subtracted, and not afterwards. */
export interface SuppressionRecipe {
  readonly kind: 'suppression';
  readonly before: MapRecipe;
  readonly after: MapRecipe;
  readonly threshold: number;
  /** Of the maps' size; null: none. */
  readonly mask: Uint8Array | null;
  readonly label: number;
}

export type Recipe = HeatRecipe | SeedRecipe | SuppressionRecipe;

/** A recipe, and the same on the processor. */
export interface Drawn<R extends Recipe, V> {
  readonly recipe: R;
  readonly values: () => V;
}

/** A value of the map, from the sum over the scales; in float32, as src/lpcam has it. */
export function valueOf({ scales, least, range, dead }: MapRecipe, sum: number): number {
  return dead ? 0 : Math.fround(Math.fround(Math.fround(sum / scales) - least) / range);
}

/** The map at one pixel. */
export function valueAt(map: MapRecipe, row: number, column: number): number {
  return valueOf(map, map.sum.at(row, column));
}

/** The map's least and largest value. */
export function extremesOf(map: MapRecipe): { min: number; max: number } {
  return { min: valueOf(map, map.sum.least), max: valueOf(map, map.sum.largest) };
}

export function isDrawn<R extends Recipe, V>(source: unknown): source is Drawn<R, V> {
  return typeof source === 'object' && source !== null && 'recipe' in source;
}
