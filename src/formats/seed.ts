/** What a seed file says, whoever wrote it: the types that every reader of seeds shares. */
import type { LowMap } from '../lpcam/aggregate';
import type { SeedDialect } from '../lpcam/seedDialects';
import type { DType } from './numericArray';

/** One array of the file. */
export interface SeedField {
  /** As the file calls it: `high_res`, a class index; empty where the file is nothing but this array. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly holder: 'array' | 'tensor' | 'list' | 'pixels';
}

interface Common {
  readonly dialect: SeedDialect;
  /** Of the maps or labels at full size; 0 where there is none. */
  readonly height: number;
  readonly width: number;
  readonly fields: readonly SeedField[];
  /** What was taken for granted because the file does not say it, in a sentence; null: nothing. */
  readonly assumption: string | null;
}

/** Soft maps, one per class. */
export interface MapSeed extends Common {
  readonly kind: 'maps';
  /** Class indices, from 0, without background. */
  readonly keys: readonly number[];
  /** One map per key at the image's size, in the file's own values. */
  readonly highRes: readonly LowMap[];
  /** One map per key at a quarter of it; empty where the file has none. */
  readonly strided: readonly LowMap[];
  /** The background's own map, of the size of `highRes`; null: the file has none and a threshold takes its place. */
  readonly background: LowMap | null;
}

/** One label per pixel. */
export interface LabelSeed extends Common {
  readonly kind: 'labels';
  /** Classes that occur, ascending, from 0. */
  readonly keys: readonly number[];
  /** [height * width]: 0 background, class index + 1, 255 ignored. */
  readonly labels: Uint8Array;
}

/** One soft map that belongs to no class. */
export interface SaliencySeed extends Common {
  readonly kind: 'saliency';
  readonly map: LowMap;
  /** The value that means entirely salient: 255, 65535 or 1. */
  readonly full: number;
}

export type Seed = MapSeed | LabelSeed | SaliencySeed;

/** What is known about the image and the study, for files that leave open which classes they mean. */
export interface SeedHint {
  /** Classes of the study, without background. */
  readonly classes: number | null;
  /** The image's labelled classes, ascending. */
  readonly labels: readonly number[] | null;
  /** What the person says the file is, where it could be either. */
  readonly readAs: 'labels' | 'saliency' | null;
}

export const noHint: SeedHint = { classes: null, labels: null, readAs: null };
