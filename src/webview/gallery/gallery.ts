/** What the gallery's parts may read and do. Each part is a function from this to a template. */
import type { Mark, Patch } from '../../lpcam/bank';
import type { Gates } from '../../lpcam/presets';
import type { Failure } from '../../protocol/failure';
import type { FromGallery, GalleryBank } from '../../protocol/gallery';
import type { Progress } from '../../protocol/progress';
import type { MapState } from './centreMaps';
import type { Section } from './model/arrangement';
import type { GalleryView } from './model/galleryView';
import type { GatedBank, GatedCentre } from './model/gatedCentres';
import type { Layout } from './model/layout';

export type GalleryCommand = Extract<FromGallery, { type: 'gallery.command' }>['command'];

export interface Gallery {
  /** What the engine told; null until it did. */
  readonly opened: GalleryBank | null;
  readonly failure: Failure | null;
  /** Marks that could not be saved. */
  readonly markFailure: Failure | null;
  readonly progress: Progress | null;
  readonly view: GalleryView;
  /** The gates that apply now. */
  readonly gates: Gates;
  /** Null without a bank. */
  readonly gated: GatedBank | null;
  readonly sections: readonly Section[];
  readonly layout: Layout;
  /** Window onto the layout, pixels; `margin`: what is drawn beyond it on either side. */
  readonly scroll: { readonly top: number; readonly height: number; readonly margin: number };
  /** The card that the Tab key reaches. */
  readonly current: number | null;

  /** The centre whose similarity maps are shown. */
  readonly selected: GatedCentre | null;

  change(patch: Partial<GalleryView>): void;
  command(command: GalleryCommand): void;
  mark(centres: readonly number[], mark: Mark | null): void;
  forgetMarkFailure(): void;
  openImage(centre: GatedCentre, patch: Patch): void;
  /** The picture of a patch: undefined while it is on its way, null when there is none. */
  picture(patch: Patch): ImageData | null | undefined;
  /** Patches whose pictures are to be seen, in the order to ask for; what was wanted before is dropped. */
  wantPictures(patches: readonly Patch[]): void;
  /** A centre's similarity map over an image. */
  map(centre: number, image: string): MapState;
  /** Asks again for maps that failed. */
  retryMaps(): void;
}
