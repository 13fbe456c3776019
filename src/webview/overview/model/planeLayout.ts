/** The plane of centres on the screen: scale, ticks, and which centre is where. */

export interface PlanePoint {
  /** Id in the bank. */
  readonly id: number;
  /** CSS pixels. */
  readonly x: number;
  readonly y: number;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface PlaneLayout {
  readonly width: number;
  readonly height: number;
  /** The frame that holds the centres. */
  readonly frame: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  readonly points: readonly PlanePoint[];
  readonly ticks: { readonly across: readonly Tick[]; readonly up: readonly Tick[] };
}

const margins = { left: 52, top: 10, right: 12, bottom: 40 };
/** Between the frame and the outermost centres. */
const inner = 14;
/** Between two ticks, at least. */
const tickRoom = 64;

/** 1, 2 or 5 times a power of ten, not below what is asked for. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return digit * power;
}

function ticksOf(
  low: number,
  high: number,
  scale: number,
  place: (value: number) => number,
): readonly Tick[] {
  const step = roundStep(tickRoom / scale);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++)
    ticks.push({
      at: place(n * step),
      text:
        digits > 4 || step >= 1e5
          ? (n * step).toExponential(0)
          : (n * step).toFixed(digits).replace('-', '−'),
    });
  return ticks;
}

/**
 * Both axes have the same scale: what is twice as far apart looks twice as far apart, in any direction.
 * @param coordinates [centres, 2]; those that are not finite have no place
 * @param ids of the centres that are shown; the scale is that of all centres, so that it stays when some are hidden
 */
export function planeLayout(
  coordinates: Float32Array,
  ids: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
): PlaneLayout {
  const frame = {
    left: margins.left,
    top: margins.top,
    right: Math.max(margins.left + 40, width - margins.right),
    bottom: Math.max(margins.top + 40, height - margins.bottom),
  };
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  coordinates.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    low[i % 2] = Math.min(low[i % 2] ?? value, value);
    high[i % 2] = Math.max(high[i % 2] ?? value, value);
  });
  const span = ([0, 1] as const).map((axis) => Math.max(0, (high[axis] ?? 0) - (low[axis] ?? 0)));
  const [across = 0, up = 0] = span.map((one) => (Number.isFinite(one) ? one : 0));
  const room = { x: frame.right - frame.left - 2 * inner, y: frame.bottom - frame.top - 2 * inner };
  const fitting = Math.min(room.x / across, room.y / up);
  const scale = Number.isFinite(fitting) ? fitting : 1;
  const middle = [0, 1].map((axis) => {
    const centre = ((low[axis] ?? 0) + (high[axis] ?? 0)) / 2;
    return Number.isFinite(centre) ? centre : 0;
  });
  const [middleX = 0, middleY = 0] = middle;
  const placeX = (value: number) => (frame.left + frame.right) / 2 + (value - middleX) * scale;
  const placeY = (value: number) => (frame.top + frame.bottom) / 2 - (value - middleY) * scale;
  const halfX = (frame.right - frame.left) / 2 / scale;
  const halfY = (frame.bottom - frame.top) / 2 / scale;
  return {
    width,
    height,
    frame,
    points: ids.flatMap((id) => {
      const [x = NaN, y = NaN] = [coordinates[id * 2], coordinates[id * 2 + 1]];
      return Number.isFinite(x) && Number.isFinite(y) ? [{ id, x: placeX(x), y: placeY(y) }] : [];
    }),
    ticks: {
      across: ticksOf(middleX - halfX, middleX + halfX, scale, placeX),
      up: ticksOf(middleY - halfY, middleY + halfY, scale, placeY),
    },
  };
}

/** The nearest point within reach, the last one drawn on ties; null: none. */
export function pointAt({ points }: PlaneLayout, x: number, y: number, reach: number): PlanePoint | null {
  let best: PlanePoint | null = null;
  let least = reach;
  for (const point of points) {
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance > least) continue;
    best = point;
    least = distance;
  }
  return best;
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * The next point in the direction of an arrow key: near and straight ahead, at most half a right angle aside.
 * @param from id the step begins at; null: the leftmost point is the first
 * @returns null where the key is none of ours or nothing lies that way
 */
export function pointToward({ points }: PlaneLayout, key: string, from: number | null): PlanePoint | null {
  const direction = directions[key];
  if (!direction) return null;
  const start = points.find(({ id }) => id === from);
  if (!start) return points.reduce<PlanePoint | null>((a, b) => (a && a.x <= b.x ? a : b), null);
  const [right, down] = direction;
  let best: PlanePoint | null = null;
  let least = Infinity;
  for (const point of points) {
    const [dx, dy] = [point.x - start.x, point.y - start.y];
    const ahead = dx * right + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * right);
    if (ahead <= 0 || aside > ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [point, cost];
  }
  return best;
}
