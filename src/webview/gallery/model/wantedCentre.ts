/** A centre that somebody outside the page asks to see: when its card can be gone to, and what stands before that. */
import type { GalleryBank } from '../../../protocol/gallery';
import type { Section } from './arrangement';
import type { GalleryView } from './galleryView';
import { placeOf } from './steps';

export interface WantedCentre {
  /** Of the bank that the id speaks of. */
  readonly identity: string;
  readonly centre: number;
}

/** A view that hides no centre. */
export const unfiltered = { search: '', kind: 'all', set: 'both' } as const;

function isFiltered({ search, kind, set }: GalleryView): boolean {
  return search !== unfiltered.search || kind !== unfiltered.kind || set !== unfiltered.set;
}

/**
 * @returns `wait`: its bank is not there; `unfilter`: the filters hide it; `select`: it is not selected yet, which
 * takes room from the cards; `go`: its card is where it stays; `drop`: it will never be there
 */
export function wayTo(
  wanted: WantedCentre,
  opened: GalleryBank | null,
  sections: readonly Section[],
  view: GalleryView,
): 'wait' | 'unfilter' | 'select' | 'go' | 'drop' {
  if (opened?.bank?.identity !== wanted.identity) return 'wait';
  if (placeOf(sections, wanted.centre)) return view.selected === wanted.centre ? 'go' : 'select';
  return isFiltered(view) ? 'unfilter' : 'drop';
}
