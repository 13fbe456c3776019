import { css, jitter, shade, type Hsl } from './colour';
import { box, ellipse, fixed } from './part';
import type { Random } from './random';

/** Where a scene plays. */
export type Place = 'sky' | 'water' | 'road' | 'room' | 'meadow' | 'rails';

/** A painted background. */
export interface Backdrop {
  readonly svg: string;
  /** The colour that laps about the feet of what stands here, if any: it covers picture and mask alike. */
  readonly wash: string | null;
  /** The band of y in which feet, keels and wheels stand. */
  readonly ground: { readonly from: number; readonly to: number };
}

/** Paints the surroundings of a scene of `width` by `height` pixels. */
export function drawBackdrop(random: Random, place: Place, width: number, height: number): Backdrop {
  return painters[place](random, width, height);
}

const painters: Record<Place, (random: Random, width: number, height: number) => Backdrop> = {
  sky(random, width, height) {
    const branch = height * random.range(0.68, 0.84);
    const wood = css(jitter(random, [24, 30, 34]));
    let leaves = '';
    for (let leaf = random.integer(5, 12); leaf > 0; leaf--) {
      const x = random.range(0, width);
      leaves += `<${ellipse(x, branch + random.range(-12, 16), 10, 4.5)} fill="${css(jitter(random, [105, 36, 42]))}" transform="rotate(${random.integer(-50, 50)} ${fixed(x)} ${fixed(branch)})"/>`;
    }
    const perch =
      `<path d="M-5 ${fixed(branch + random.range(-8, 8))}Q${fixed(width * 0.4)} ${fixed(branch - 6)} ${width + 5} ${fixed(branch + random.range(-10, 10))}" stroke="${wood}" stroke-width="${fixed(random.range(6, 10))}" fill="none" stroke-linecap="round"/>` +
      `<path d="M${fixed(width * random.range(0.1, 0.9))} ${fixed(branch)}q${fixed(random.range(-20, 20))} -18 ${fixed(random.range(-30, 30))} -34" stroke="${wood}" stroke-width="4" fill="none"/>`;
    return {
      svg:
        heaven(random, width, height, height) + hills(random, width, height, height * 0.95) + perch + leaves,
      wash: null,
      ground: { from: branch - 1, to: branch + 1 },
    };
  },
  water(random, width, height) {
    const horizon = height * random.range(0.3, 0.5);
    const sea = jitter(random, [200, 46, 46]);
    let svg = heaven(random, width, height, horizon) + hills(random, width, height, horizon);
    svg += `<${box(0, horizon, width, height - horizon)} fill="${css(sea)}"/>`;
    svg +=
      `<${box(0, horizon, width, height - horizon)} fill="url(#depth)"/>` +
      ripples(random, sea, width, horizon, height, 150);
    for (let stone = random.integer(0, 2); stone > 0; stone--) {
      const x = random.range(0, width);
      const y = random.range(horizon + 10, height);
      svg += `<${ellipse(x, y, random.range(8, 18), random.range(5, 9))} fill="${css(jitter(random, [210, 8, 44]))}"/>`;
    }
    return {
      svg,
      wash: css(shade(sea, -4)),
      ground: { from: horizon + (height - horizon) * 0.4, to: height * 0.93 },
    };
  },
  road(random, width, height) {
    const kerb = height * random.range(0.52, 0.64);
    let svg = heaven(random, width, height, kerb);
    for (let x = -10; x < width;) {
      const house = random.range(34, 62);
      const top = kerb - random.range(0.35, 0.85) * kerb;
      const wall = jitter(
        random,
        random.pick<Hsl>([
          [22, 34, 62],
          [40, 36, 74],
          [210, 14, 66],
          [350, 22, 62],
        ]),
      );
      svg += `<${box(x, top, house, kerb - top)} fill="${css(wall)}"/><path d="M${fixed(x - 3)} ${fixed(top)}l${fixed(house / 2 + 3)} -16 ${fixed(house / 2 + 3)} 16Z" fill="${css(shade(wall, -26))}"/>`;
      for (let y = top + 10; y < kerb - 14; y += 20) {
        for (let pane = x + 7; pane < x + house - 10; pane += 15) {
          svg += `<${box(pane, y, 8, 11, 1)} fill="${random.pick(['#55606e', '#f3e2a4', '#7d8c9a'])}"/>`;
        }
      }
      x += house + random.range(0, 12);
    }
    const tar: Hsl = jitter(random, [230, 6, 42]);
    svg += `<${box(0, kerb - 5, width, 10)} fill="${css([40, 8, 72])}"/><${box(0, kerb + 4, width, height - kerb)} fill="${css(tar)}"/>`;
    svg += grit(random, tar, width, kerb + 6, height, 420);
    const line = kerb + (height - kerb) * 0.72;
    svg += `<path d="M${fixed(-random.range(0, 30))} ${fixed(line)}H${width}" stroke="#efe9da" stroke-width="5" stroke-dasharray="26 20"/>`;
    return { svg, wash: null, ground: { from: kerb + (height - kerb) * 0.35, to: height * 0.94 } };
  },
  room(random, width, height) {
    const skirting = height * random.range(0.52, 0.68);
    const wall = jitter(
      random,
      random.pick<Hsl>([
        [34, 36, 80],
        [160, 18, 72],
        [210, 24, 76],
        [350, 26, 80],
      ]),
    );
    let svg = `<${box(0, 0, width, skirting)} fill="${css(wall)}"/>`;
    const gap = random.range(15, 21);
    for (let y = gap * 0.5, row = 0; y < skirting; y += gap * 0.8, row++) {
      for (let x = (row % 2) * gap * 0.5; x < width; x += gap) {
        svg += `<path d="M${fixed(x)} ${fixed(y - 4)}l3.500 4 -3.500 4 -3.500 -4Z" fill="${css(shade(wall, row % 2 ? 10 : -9))}"/>`;
      }
    }
    const floor = jitter(random, [28, 40, 50]);
    svg += `<${box(0, skirting, width, height - skirting)} fill="${css(floor)}"/>`;
    for (let y = skirting + 10; y < height; y += random.range(11, 16)) {
      svg += `<path d="M0 ${fixed(y)}H${width}" stroke="${css(shade(floor, -10))}" stroke-width="1.4"/>`;
      for (let joint = random.integer(1, 3); joint > 0; joint--) {
        svg += `<path d="M${fixed(random.range(0, width))} ${fixed(y)}v11" stroke="${css(shade(floor, -10))}" stroke-width="1.4"/>`;
      }
    }
    svg += `<${box(0, skirting - 4, width, 7)} fill="#f2ece0"/>` + furniture(random, width, skirting);
    if (random.chance(0.6)) {
      const rug = jitter(random, [random.range(0, 360), 36, 52], 0.5);
      const [cx, cy, rx] = [width * random.range(0.35, 0.65), (skirting + height) / 2 + 6, width * 0.4];
      svg += `<${ellipse(cx, cy, rx, (height - skirting) * 0.36)} fill="${css(rug)}"/><${ellipse(cx, cy, rx * 0.82, (height - skirting) * 0.26)} fill="none" stroke="${css(shade(rug, 18))}" stroke-width="4" stroke-dasharray="9 5"/>`;
    }
    return { svg, wash: null, ground: { from: skirting + (height - skirting) * 0.3, to: height * 0.95 } };
  },
  meadow(random, width, height) {
    const horizon = height * random.range(0.34, 0.5);
    const grass = jitter(random, [96, 38, 48]);
    let svg = heaven(random, width, height, horizon) + hills(random, width, height, horizon);
    svg += trees(random, width, horizon);
    svg += `<${box(0, horizon, width, height - horizon)} fill="${css(grass)}"/><${box(0, horizon, width, height - horizon)} fill="url(#depth)"/>`;
    if (random.chance(0.5)) svg += fence(random, width, horizon + 8);
    svg += tufts(random, grass, width, horizon + 4, height, 420);
    svg += flowers(random, width, horizon + 12, height);
    return {
      svg,
      wash: null,
      ground: { from: horizon + (height - horizon) * 0.45, to: height * 0.94 },
    };
  },
  rails(random, width, height) {
    const horizon = height * random.range(0.3, 0.46);
    const bank = height * random.range(0.62, 0.7);
    const grass = jitter(random, [84, 30, 46]);
    const gravel: Hsl = jitter(random, [34, 10, 54]);
    let svg = heaven(random, width, height, horizon) + hills(random, width, height, horizon);
    svg +=
      `<${box(0, horizon, width, height - horizon)} fill="${css(grass)}"/>` +
      tufts(random, grass, width, horizon, bank, 200);
    if (random.chance(0.7)) svg += poles(random, width, horizon);
    svg +=
      `<${box(0, bank, width, height - bank)} fill="${css(gravel)}"/>` +
      grit(random, gravel, width, bank, height, 420);
    const [far, near] = [bank + (height - bank) * 0.3, bank + (height - bank) * 0.72];
    const slant = random.range(-8, 8);
    for (let x = -20 + random.range(0, 10); x < width + 20; x += 21) {
      svg += `<path d="M${fixed(x)} ${fixed(far - 6)}h10l${fixed(slant + 4)} ${fixed(near - far + 16)}h-14Z" fill="${css(jitter(random, [24, 24, 30], 0.6))}"/>`;
    }
    for (const y of [far, near]) {
      svg += `<${box(0, y - 2, width, 5)} fill="#7c7f88"/><${box(0, y - 2, width, 2)} fill="#d5d9df"/>`;
    }
    return { svg, wash: null, ground: { from: near - 3, to: near + 2 } };
  },
};

function heaven(random: Random, width: number, height: number, floor: number): string {
  const high = jitter(
    random,
    random.pick<Hsl>([
      [208, 52, 70],
      [200, 40, 78],
      [26, 60, 78],
      [222, 26, 70],
    ]),
  );
  let svg = `<rect width="${width}" height="${height}" fill="${css(high)}"/><rect width="${width}" height="${height}" fill="url(#haze)"/>`;
  svg += strokes(random, high, width, floor);
  if (random.chance(0.4)) {
    svg += `<circle cx="${fixed(random.range(0, width))}" cy="${fixed(random.range(8, floor * 0.5))}" r="${fixed(random.range(9, 16))}" fill="#fdf0b8"/>`;
  }
  for (let cloud = random.integer(1, 4); cloud > 0; cloud--) {
    const x = random.range(0, width);
    const y = random.range(8, floor * 0.6);
    const size = random.range(9, 18);
    svg += `<g fill="#fbfaf6" opacity="${fixed(random.range(0.5, 0.9))}">`;
    for (let puff = -2; puff <= 2; puff++) {
      svg += `<circle cx="${fixed(x + puff * size * 0.8)}" cy="${fixed(y + Math.abs(puff) * size * 0.22)}" r="${fixed(size * (1 - Math.abs(puff) * 0.25))}"/>`;
    }
    svg += '</g>';
  }
  return svg;
}

/** Brush strokes of a painted sky. */
function strokes(random: Random, sky: Hsl, width: number, floor: number): string {
  let svg = '';
  for (let stroke = Math.round((width * floor) / 150); stroke > 0; stroke--) {
    const size = random.range(12, 26);
    svg += `<path d="M${fixed(random.range(-10, width))} ${fixed(random.range(0, floor))}q${fixed(size / 2)} ${fixed(random.range(-3, 0))} ${fixed(size)} 0" stroke="${css(shade(sky, random.pick([-6, 7, 11])))}" stroke-width="${fixed(random.range(1.6, 3))}" opacity=".55" stroke-linecap="round"/>`;
  }
  return svg;
}

function hills(random: Random, width: number, height: number, foot: number): string {
  let svg = '';
  for (const depth of [1, 0.55]) {
    const colour = jitter(
      random,
      random.pick<Hsl>([
        [150, 22, 58],
        [206, 22, 62],
        [92, 26, 56],
      ]),
    );
    const rise = foot * 0.24 * depth;
    svg += `<path d="M0 ${fixed(foot - rise)}Q${fixed(width * random.range(0.15, 0.35))} ${fixed(foot - rise * random.range(1.2, 2.4))} ${fixed(width * 0.5)} ${fixed(foot - rise * 0.7)}T${width} ${fixed(foot - rise)}V${height}H0Z" fill="${css(shade(colour, depth < 1 ? -8 : 0))}"/>`;
  }
  return svg;
}

function ripples(random: Random, sea: Hsl, width: number, from: number, to: number, count: number): string {
  let svg = '';
  for (let wave = count; wave > 0; wave--) {
    const y = random.range(from + 4, to);
    const size = 5 + ((y - from) / (to - from)) * 12;
    svg += `<path d="M${fixed(random.range(-10, width))} ${fixed(y)}q${fixed(size / 2)} ${fixed(-size / 3)} ${fixed(size)} 0t${fixed(size)} 0" stroke="${css(shade(sea, random.pick([-10, 14, 26])))}" stroke-width="${fixed(random.range(1.2, 2.4))}" fill="none" stroke-linecap="round"/>`;
  }
  return svg;
}

function tufts(random: Random, grass: Hsl, width: number, from: number, to: number, count: number): string {
  let svg = '';
  for (let tuft = count; tuft > 0; tuft--) {
    const size = random.range(4, 9);
    svg += `<path d="M${fixed(random.range(0, width))} ${fixed(random.range(from, to))}l-2 ${fixed(-size)}m2 ${fixed(size)}l2 ${fixed(-size - 2)}" stroke="${css(shade(grass, random.range(-13, 11)))}" stroke-width="1.6" stroke-linecap="round"/>`;
  }
  return svg;
}

function grit(random: Random, base: Hsl, width: number, from: number, to: number, count: number): string {
  let svg = '';
  for (let stone = count; stone > 0; stone--) {
    svg += `<${ellipse(random.range(0, width), random.range(from, to), random.range(1, 2.6), random.range(0.8, 1.8))} fill="${css(shade(base, random.range(-14, 16)))}"/>`;
  }
  return svg;
}

function flowers(random: Random, width: number, from: number, to: number): string {
  let svg = '';
  for (let flower = random.integer(0, 16); flower > 0; flower--) {
    const [x, y] = [random.range(0, width), random.range(from, to)];
    svg += `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="2.8" fill="${random.pick(['#fdf6e0', '#f2d14c', '#e08aa0', '#a78bd0'])}"/><circle cx="${fixed(x)}" cy="${fixed(y)}" r="1" fill="#b7791f"/>`;
  }
  return svg;
}

function trees(random: Random, width: number, foot: number): string {
  let svg = '';
  for (let tree = random.integer(0, 4); tree > 0; tree--) {
    const x = random.range(0, width);
    const size = random.range(10, 22);
    svg += `<${box(x - 2, foot - size, 4, size)} fill="#6b4d36"/><${ellipse(x, foot - size * 1.5, size, size)} fill="${css(jitter(random, [112, 30, 36]))}"/>`;
  }
  return svg;
}

function fence(random: Random, width: number, y: number): string {
  const wood = css(jitter(random, [30, 26, 62]));
  let svg = `<path d="M0 ${fixed(y - 4)}H${width}M0 ${fixed(y - 12)}H${width}" stroke="${wood}" stroke-width="2.6"/>`;
  for (let x = random.range(4, 20); x < width; x += 28) svg += `<${box(x, y - 18, 4, 22)} fill="${wood}"/>`;
  return svg;
}

function poles(random: Random, width: number, foot: number): string {
  let svg = '';
  for (let x = random.range(10, 60); x < width; x += random.range(80, 120)) {
    svg += `<path d="M${fixed(x)} ${fixed(foot + 12)}V${fixed(foot - 40)}m-9 5h18" stroke="#5d5149" stroke-width="3"/>`;
  }
  return (
    svg +
    `<path d="M0 ${fixed(foot - 35)}q${fixed(width / 2)} 12 ${width} 0" stroke="#5d5149" stroke-width="1" fill="none"/>`
  );
}

function furniture(random: Random, width: number, floor: number): string {
  let svg = '';
  if (random.chance(0.7)) {
    const x = random.range(width * 0.05, width * 0.75);
    svg += `<${box(x, floor * 0.16, 48, 36, 2)} fill="#8a6038"/><${box(x + 4, floor * 0.16 + 4, 40, 28)} fill="${css([random.range(0, 360), 30, 72])}"/><path d="M${fixed(x + 4)} ${fixed(floor * 0.16 + 32)}l14 -16 10 9 8 -7 8 14Z" fill="${css([random.range(80, 220), 30, 48])}"/>`;
  }
  if (random.chance(0.6)) {
    const x = random.range(width * 0.05, width * 0.9);
    svg += `<path d="M${fixed(x - 9)} ${fixed(floor - 18)}h18l-3 20h-12Z" fill="#b9643f"/>`;
    for (const lean of [-18, -6, 7, 19]) {
      svg += `<path d="M${fixed(x)} ${fixed(floor - 18)}q${fixed(lean * 0.3)} -18 ${fixed(lean)} -30" stroke="${css(jitter(random, [130, 32, 38]))}" stroke-width="5" fill="none" stroke-linecap="round"/>`;
    }
  }
  if (random.chance(0.4)) {
    const x = random.range(0, width * 0.7);
    const cloth = jitter(random, [random.range(0, 360), 30, 54], 0.5);
    svg += `<${box(x, floor - 36, 76, 42, 8)} fill="${css(cloth)}"/><${box(x - 6, floor - 20, 14, 28, 6)} fill="${css(shade(cloth, -6))}"/><${box(x + 68, floor - 20, 14, 28, 6)} fill="${css(shade(cloth, -6))}"/><path d="M${fixed(x + 38)} ${fixed(floor - 34)}v32" stroke="${css(shade(cloth, -12))}" stroke-width="2"/>`;
  }
  return svg;
}
