/** NumPy's and Python's rounding: halves go to the even neighbour (166.5 -> 166, 167.5 -> 168). */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Size of the network's input at a scale (lpcam.md, section 1, step 2); scale 1 is untouched. A side can come out as
 * 0 for tiny images at small scales: such a scale has to be left out.
 */
export function scaledSize(height: number, width: number, scale: number): { height: number; width: number } {
  if (scale === 1) return { height, width };
  return { height: roundHalfToEven(height * scale), width: roundHalfToEven(width * scale) };
}
