/** Which rows are selected: a set of images with one that is looked at, and where a range began. */

export interface Selection {
  /** Places of images. */
  readonly images: ReadonlySet<number>;
  /** The one looked at; null: none. */
  readonly focused: number | null;
  /** Where Shift extends from. */
  readonly anchor: number | null;
}

export const nothingSelected: Selection = { images: new Set(), focused: null, anchor: null };

export function selectOne(image: number): Selection {
  return { images: new Set([image]), focused: image, anchor: image };
}

/** All rows from the anchor to the image, in the table's order. */
export function selectTo({ anchor, focused }: Selection, image: number, order: Uint32Array): Selection {
  const start = anchor ?? focused ?? image;
  const one = order.indexOf(start);
  const other = order.indexOf(image);
  if (one < 0 || other < 0) return selectOne(image);
  const images = new Set(order.subarray(Math.min(one, other), Math.max(one, other) + 1));
  return { images, focused: image, anchor: start };
}

/** Adds the image, or takes it away. */
export function toggle({ images }: Selection, image: number): Selection {
  const changed = new Set(images);
  if (!changed.delete(image)) changed.add(image);
  return { images: changed, focused: image, anchor: image };
}

export function selectAll(selection: Selection, order: Uint32Array): Selection {
  const focused = selection.focused ?? order[0] ?? null;
  return { images: new Set(order), focused, anchor: focused };
}
