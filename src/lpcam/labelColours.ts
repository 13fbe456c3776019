/**
 * The colours of label ids: PASCAL VOC's (VOCdevkit, VOClabelcolormap), which every tool of the field uses for label
 * maps. Each bit of a label goes to one bit of one channel, highest first.
 * @returns 256 RGB triples; id 0 is black, 255 the cream of ignored pixels
 */
export function labelColours(): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let id = 0; id < 256; id++) {
    for (let bit = 0; bit < 8; bit++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = (id >> (3 * bit + channel)) & 1;
        table[id * 3 + channel] = (table[id * 3 + channel] ?? 0) | (value << (7 - bit));
      }
    }
  }
  return table;
}

/** Place of a label in `labelColours`; labels above 255 take the colours from 1 on again, never the background's. */
export function labelColourIndex(label: number): number {
  return label > 255 ? 1 + ((label - 1) % 255) : label;
}
