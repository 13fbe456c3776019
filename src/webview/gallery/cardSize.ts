/** Sizes that both the layout and the style sheet need, in CSS pixels; the sheet gets them as variables. */
import type { GalleryBank } from '../../protocol/gallery';

/** Side of a patch's picture. */
export const patchSide = 52;
export const patchGap = 2;
export const patchColumns = 4;
export const patchRows = 2;
export const patchesShown = patchColumns * patchRows;

const border = 1;
const padding = 6;
const titleHeight = 26;
/** Class (only in a grid of all classes), figures in two lines, reason. */
const lineHeight = 18;

export const cardGap = 8;
export const cardWidth = patchColumns * patchSide + (patchColumns - 1) * patchGap + 2 * (padding + border);
export const headingHeight = 42;
/** Between the edge of the page and the cards. */
export const pageMargin = 12;

/** Where a card's pictures lie, from its corner. */
const picturesLeft = border + padding;
const picturesTop = border + titleHeight;

export function cardHeight(grouped: boolean): number {
  const montage = patchRows * patchSide + (patchRows - 1) * patchGap;
  return 2 * border + titleHeight + montage + lineHeight * (grouped ? 3 : 4) + padding + 2;
}

/** Share of a crop's side that is the patch itself; the rest is what lies around it. */
export const patchShare = 1 / 4;

export const sizeVariables: Readonly<Record<string, string>> = {
  '--patch-side': `${patchSide}px`,
  '--patch-gap': `${patchGap}px`,
  '--card-width': `${cardWidth}px`,
  '--card-gap': `${cardGap}px`,
  '--card-padding': `${padding}px`,
  '--title-height': `${titleHeight}px`,
  '--line-height': `${lineHeight}px`,
  '--heading-height': `${headingHeight}px`,
  '--page-margin': `${pageMargin}px`,
  '--pictures-left': `${pageMargin + picturesLeft}px`,
  '--pictures-top': `${picturesTop}px`,
};

/** Side of a patch's crop in image pixels: four feature positions across, the patch and what is around it. */
export function cropOf(opened: Pick<GalleryBank, 'stride'> | null): number {
  return Math.min(Math.max((opened?.stride ?? 16) * 4, 32), 1024);
}
