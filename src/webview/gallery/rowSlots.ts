/**
 * Which of the page's rows shows which row of the gallery: a row that comes into sight takes over the elements of one
 * that left, for making elements costs far more than giving them another text. A row that stays keeps its own, and with
 * them the focus.
 */
export class RowSlots {
  #slots = new Map<string, number>();

  /**
   * @param rows that are to be drawn, by names of their own
   * @returns the slot of each, a small number: as many as rows were ever drawn at once
   */
  assign(rows: readonly string[]): ReadonlyMap<string, number> {
    const slots = new Map<string, number>();
    const taken = new Set<number>();
    for (const row of rows) {
      const slot = this.#slots.get(row);
      if (slot === undefined) continue;
      slots.set(row, slot);
      taken.add(slot);
    }
    let next = 0;
    for (const row of rows) {
      if (slots.has(row)) continue;
      while (taken.has(next)) next++;
      slots.set(row, next);
      taken.add(next);
    }
    this.#slots = slots;
    return slots;
  }
}
