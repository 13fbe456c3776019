import { describe, expect, it } from 'vitest';
import { colourMapNames, colourTable } from '../../../src/lpcam/colourMap';

describe('colour maps', () => {
  const colour = (name: (typeof colourMapNames)[number], i: number) => [
    ...colourTable(name).subarray(i * 3, i * 3 + 3),
  ];

  it.each(colourMapNames)('%s has 256 colours and uses them', (name) => {
    const table = colourTable(name);
    expect(table.length).toBe(768);
    const different = new Set(Array.from({ length: 256 }, (_, i) => table.subarray(i * 3, i * 3 + 3).join()));
    expect(different.size).toBeGreaterThan(200);
  });

  it('end where their users know them to', () => {
    expect(colour('viridis', 0)).toEqual([0x44, 0x01, 0x54]);
    expect(colour('viridis', 255)).toEqual([0xfd, 0xe7, 0x25]);
    expect(colour('inferno', 0)).toEqual([0, 0, 4]);
    expect(colour('grey', 128)).toEqual([128, 128, 128]);
    expect(colour('jet', 0)).toEqual([0, 0, 128]);
    expect(colour('jet', 255)).toEqual([128, 0, 0]);
  });

  it('show signed values blue below the middle and red above', () => {
    const [lowRed = 0, , lowBlue = 0] = colour('diverging', 20);
    const [highRed = 0, , highBlue = 0] = colour('diverging', 235);
    expect(lowBlue).toBeGreaterThan(lowRed);
    expect(highRed).toBeGreaterThan(highBlue);
  });
});
