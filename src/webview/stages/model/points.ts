/** Differences of scores, as people write them. */

/** Points with their sign, rounded as the means are; a true minus keeps the columns straight. */
export function points(by: number): string {
  const text = (Math.abs(by) * 100).toFixed(1);
  if (text === '0.0') return '±0.0';
  return by > 0 ? `+${text}` : `−${text}`;
}
