/** A large picture halved again and again, so that drawing it small does not read all of it every time. */

const known = new WeakMap<HTMLCanvasElement, HTMLCanvasElement[]>();
/** Smaller pictures are drawn fast enough as they are. */
const worthHalving = 400_000;

/** The smallest of a picture's halves that has at least as many pixels as are drawn at `scale` (device pixels per pixel). */
export function halfFor(picture: HTMLCanvasElement, scale: number): HTMLCanvasElement {
  let best = picture;
  for (let level = 0; scale * 2 ** (level + 1) <= 1; level++) {
    if (best.width * best.height <= worthHalving) break;
    best = halfOf(picture, level, best);
  }
  return best;
}

function halfOf(picture: HTMLCanvasElement, level: number, above: HTMLCanvasElement): HTMLCanvasElement {
  const halves = known.get(picture) ?? [];
  known.set(picture, halves);
  const there = halves[level];
  if (there) return there;
  const half = document.createElement('canvas');
  half.width = Math.ceil(above.width / 2);
  half.height = Math.ceil(above.height / 2);
  const context = half.getContext('2d');
  if (context) {
    context.imageSmoothingQuality = 'high';
    context.drawImage(above, 0, 0, half.width, half.height);
  }
  halves[level] = half;
  return half;
}
