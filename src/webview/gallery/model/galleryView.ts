/** What the person has chosen in the gallery: kept over a reload, never sent to the host. */
import * as z from 'zod';

/** Which centres are shown: by their fate, or those marked by hand. */
export const shownKinds = ['all', 'class', 'context', 'rejected', 'hand'] as const;
export type ShownKind = (typeof shownKinds)[number];

export const shownSets = ['both', 'foreground', 'background'] as const;
export type ShownSet = (typeof shownSets)[number];

export const sortKeys = ['fate', 'p', 'runnerUp', 'size', 'spread', 'id'] as const;
export type SortKey = (typeof sortKeys)[number];

const unit = z.number().min(0).max(1);

/** Every field falls back to its default by itself: a state of an older version loses only what changed its meaning. */
const galleryViewSchema = z.object({
  /** Part of class names. */
  search: z.string().max(200).catch(''),
  kind: z.enum(shownKinds).catch('all'),
  set: z.enum(shownSets).catch('both'),
  sort: z.enum(sortKeys).catch('fate'),
  reversed: z.boolean().catch(false),
  /** One grid per class; false: one grid of all classes, in the order of the sort. */
  grouped: z.boolean().catch(true),
  /** Null: the study's. */
  gates: z
    .object({ class: unit, context: z.tuple([unit, unit]) })
    .nullable()
    .catch(null),
  /** Id of the selected centre. */
  selected: z.int().nullable().catch(null),
  /** The strip of similarity maps is unfolded. */
  mapsOpen: z.boolean().catch(true),
  /** Pixels scrolled. */
  top: z.number().min(0).catch(0),
  /** Identity of the bank that `selected` and `top` speak of. */
  bank: z.string().nullable().catch(null),
});
export type GalleryView = z.infer<typeof galleryViewSchema>;

/** Reads what an earlier page kept; whatever is wrong in it falls back to its default. */
export function restoreGalleryView(kept: unknown): GalleryView {
  const parsed = galleryViewSchema.safeParse(kept);
  return parsed.success ? parsed.data : galleryViewSchema.parse({});
}

/** Choices that fit a bank that has arrived: ids and places mean something else in another one. */
export function fitBank(view: GalleryView, identity: string | null): GalleryView {
  return view.bank === identity ? view : { ...view, bank: identity, selected: null, top: 0 };
}
