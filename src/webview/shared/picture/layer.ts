/** What lies over a picture, as far as drawing it goes: a heat map, a label map, or what suppression took away. */
import type { ColourMapName } from '../../../lpcam/colourMap';
import type { SeedAgreement } from '../../../lpcam/seedAgreement';
import type { Labels } from '../../../lpcam/seeds';
import type { Suppression } from '../../../lpcam/suppression';
import type { LabelShares } from './labelShares';
import type { Bitmaps } from './layerRaster';
import type { Drawn, HeatRecipe, SeedRecipe, SuppressionRecipe } from './recipe';
import type { ValueRange } from './valueRange';

interface Sized {
  readonly height: number;
  readonly width: number;
}

/** `source`: the values themselves, what they are made of, or pictures of them that were made elsewhere. */
export type Layer =
  | { readonly kind: 'none' }
  | (Sized & {
      readonly kind: 'heat';
      readonly source: Float32Array | Drawn<HeatRecipe, Float32Array> | Bitmaps;
      readonly range: ValueRange;
      readonly colourMap: ColourMapName;
      /** What the values are, where the view's name does not say it. */
      readonly quantity: string | null;
    })
  | (Sized & {
      readonly kind: 'labels';
      readonly source: Labels | Drawn<SeedRecipe, Labels> | Bitmaps;
      /** Null: not counted yet. */
      readonly shares: LabelShares | null;
      /** Whether pixels of 255 are hatched, as open; else they have their colour. */
      readonly hatched?: boolean;
    })
  | (Sized & {
      readonly kind: 'suppression';
      readonly source: Uint8Array | Drawn<SuppressionRecipe, Uint8Array> | Bitmaps;
      /** Pixels of this size; null: not counted yet. */
      readonly counts: Suppression['counts'] | null;
    })
  | (Sized & {
      readonly kind: 'agreement';
      readonly source: Uint8Array;
      readonly agreement: SeedAgreement;
    });
