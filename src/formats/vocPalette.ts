/**
 * PASCAL VOC's 256 colours, in which each bit of a label goes to one bit of one channel, highest first (VOCdevkit,
 * VOClabelcolormap).
 * @returns 256 x [red, green, blue]
 */
export function vocPalette(): number[][] {
  return Array.from({ length: 256 }, (_, label) => {
    const colour = [0, 0, 0];
    for (let bit = 0; bit < 8; bit++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = (label >> (3 * bit + channel)) & 1;
        colour[channel] = (colour[channel] ?? 0) | (value << (7 - bit));
      }
    }
    return colour;
  });
}
