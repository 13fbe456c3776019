/** The colours of label ids: PASCAL VOC's colour map, which every tool of the field uses for label maps. */

/** 256 RGB triples; id 0 is black, 255 the cream of ignored pixels. */
export function labelTable(): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let id = 0; id < 256; id++) {
    for (let bit = 0; bit < 8; bit++) {
      const triple = id >> (3 * bit);
      for (let channel = 0; channel < 3; channel++) {
        table[id * 3 + channel] = (table[id * 3 + channel] ?? 0) | (((triple >> channel) & 1) << (7 - bit));
      }
    }
  }
  return table;
}

const table = labelTable();

/** CSS colour of a label id. */
export function labelColour(id: number): string {
  return `rgb(${table[id * 3] ?? 0} ${table[id * 3 + 1] ?? 0} ${table[id * 3 + 2] ?? 0})`;
}
