/** Rows of the gallery take over the elements of rows that left. */
import { describe, expect, it } from 'vitest';
import { layOut, rowsWithin } from '../../../src/webview/gallery/model/layout';
import { RowSlots } from '../../../src/webview/gallery/rowSlots';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `row ${from + i}`);

describe('slots of rows', () => {
  it('stay with a row as long as it is drawn', () => {
    const slots = new RowSlots();
    const before = slots.assign(range(0, 6));
    const after = slots.assign(range(2, 8));
    for (const row of range(2, 6)) expect(after.get(row)).toBe(before.get(row));
    expect(new Set(after.values()).size).toBe(6);
  });

  it('are handed on: as many as rows were drawn at once, however far one scrolls', () => {
    const slots = new RowSlots();
    const used = new Set<number>();
    for (let top = 0; top < 5000; top += 3)
      for (const slot of slots.assign(['row 0', ...range(top + 1, top + 9)]).values()) used.add(slot);
    expect(used.size).toBe(9);
  });

  it.each([40, 4000])('of a gallery of %i centres are equally many', (count) => {
    const centres = Array.from({ length: count }, () => ({}));
    const layout = layOut([{ className: 'dog', centres, counts: {} } as never], {
      columns: 4,
      headingHeight: 42,
      rowHeight: 204,
    });
    const slots = new RowSlots();
    const used = new Set<number>();
    for (let top = 0; top < layout.height - 900; top += 150) {
      const { from, to } = rowsWithin(layout, top, 900);
      for (const slot of slots.assign(range(from, to)).values()) used.add(slot);
    }
    expect(used.size).toBe(6);
  });
});
