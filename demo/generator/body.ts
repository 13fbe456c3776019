import { coats, css, jitter, paints, shade, type Hsl } from './colour';
import { box, ellipse, fixed, limb, ornament, path, solid, type Part } from './part';
import type { Random } from './random';

/** A pair of colours, both jittered. */
interface Colours {
  readonly base: Hsl;
  readonly second: Hsl;
}

/** What a coat's second colour draws. */
export type Marking = 'spots' | 'patches' | 'stripes' | 'scales';

/** How an animal's body looks. */
export interface Coat extends Colours {
  readonly marking: Marking;
}

/** What a paint's second colour draws. */
export type Livery = 'chevrons' | 'planks' | 'panels';

/** How a vehicle's body looks. */
export interface Paint extends Colours {
  readonly livery: Livery;
}

const markings: readonly Marking[] = ['spots', 'patches', 'stripes', 'scales'];

const liveries: readonly Livery[] = ['chevrons', 'planks', 'panels'];

/** How often a body shows what its class leans to: a hint, where the head is a proof. */
const lean = 0.8;

/** Draws a coat from the one list all animals share; a class leans to one marking and may wear any. */
export function drawCoat(random: Random, usual: Marking): Coat {
  const [base, second] = random.pick(coats);
  const marking = random.chance(lean) ? usual : random.pick(markings);
  return { base: jitter(random, base), second: jitter(random, second), marking };
}

/** Draws a paint from the one list all vehicles share; a class leans to one livery and may have any. */
export function drawPaint(random: Random, usual: Livery): Paint {
  const [base, second] = random.pick(paints);
  const livery = random.chance(lean) ? usual : random.pick(liveries);
  return { base: jitter(random, base), second: jitter(random, second), livery };
}

/** A body that all animals share: the same shapes, coats, legs and tails whatever the head says. */
export interface Body {
  readonly parts: readonly Part[];
  /** Where the neck leaves the body. */
  readonly neck: { readonly x: number; readonly y: number };
  readonly left: number;
  /** Height of the back. */
  readonly height: number;
}

/** A four-legged body, standing or lying. `id` makes its clip path's name unique in the scene. */
export function animalBody(random: Random, coat: Coat, id: string): Body {
  const length = random.range(52, 72);
  const depth = random.range(24, 31);
  const lying = random.chance(0.25);
  const leg = lying ? 4 : random.range(20, 34);
  const middle = -(leg + depth);
  const legWidth = random.range(8, 12);
  const legs: Part[] = [];
  for (const [place, near] of [
    [-0.68, false],
    [0.52, false],
    [-0.5, true],
    [0.7, true],
  ] as const) {
    const x = place * length;
    const step = lying ? random.range(10, 18) : random.range(-7, 7);
    const colour = css(shade(coat.base, near ? -5 : -14));
    legs.push(
      limb(
        `M${fixed(x)} ${fixed(middle + depth * 0.5)}L${fixed(x + step)} ${fixed(-legWidth / 2)}`,
        colour,
        legWidth,
      ),
    );
  }
  const tip = random.range(-34, 22);
  const tail = limb(
    `M${fixed(-length + 6)} ${fixed(middle - 6)}q-20 ${fixed(-random.range(4, 20))} ${fixed(-random.range(18, 30))} ${fixed(tip)}`,
    css(shade(coat.base, -6)),
    random.range(6, 9),
  );
  const torso = path(
    `M${fixed(-length)} ${fixed(middle)}C${fixed(-length)} ${fixed(middle - depth * 1.25)} ${fixed(-length * 0.4)} ${fixed(middle - depth * random.range(0.85, 1.1))} 0 ${fixed(middle - depth)}` +
      `S${fixed(length)} ${fixed(middle - depth * 1.3)} ${fixed(length)} ${fixed(middle)}S${fixed(length * 0.5)} ${fixed(middle + depth)} 0 ${fixed(middle + depth * random.range(0.85, 1))}` +
      `S${fixed(-length)} ${fixed(middle + depth)} ${fixed(-length)} ${fixed(middle)}Z`,
  );
  return {
    parts: [
      tail,
      ...legs,
      solid(torso, css(coat.base)),
      ornament(
        `<mask id="${id}"><g color="#fff">${[tail, ...legs].map((part) => part.outline).join('')}<${torso} fill="#fff"/></g></mask><g mask="url(#${id})">` +
          drawMarking(random, coat, length, middle, depth) +
          `<rect x="${fixed(-length - 40)}" y="${fixed(middle - depth * 1.3)}" width="${fixed(length * 2 + 60)}" height="${fixed(depth * 2.6)}" fill="url(#shade)"/></g>`,
      ),
    ],
    neck: { x: length * 0.8, y: middle - depth * 0.5 },
    left: -length - 30,
    height: leg + depth * 2.1,
  };
}

/**
 * Paints a coat's marking over torso, legs and tail of a body: `length` to both sides of 0, `depth` above and below
 * `middle`, down to y = 0. Dense, so that every patch of a body shows what the coat is like.
 */
export function drawMarking(
  random: Random,
  coat: Coat,
  length: number,
  middle: number,
  depth: number,
): string {
  const paint = css(coat.second);
  let svg = '';
  const [top, bottom, end] = [middle - depth * 1.4, 0, length + 44];
  if (coat.marking === 'spots') {
    const gap = random.range(9, 11);
    for (let y = top, row = 0; y < bottom; y += gap * 0.85, row++) {
      for (let x = -end + (row % 2) * gap * 0.5; x < end; x += gap) {
        const radius = random.range(2.4, 3.4);
        svg += `<${ellipse(x + random.range(-1.6, 1.6), y + random.range(-1.6, 1.6), radius, radius * random.range(0.8, 1))} fill="${paint}"/>`;
      }
    }
  } else if (coat.marking === 'patches') {
    const gap = random.range(17, 20);
    for (let y = top, row = 0; y < bottom; y += gap * 0.75, row++) {
      for (let x = -end + (row % 2) * gap * 0.5; x < end; x += gap) {
        const [cx, cy] = [x + random.range(-4, 4), y + random.range(-3, 3)];
        svg += `<${ellipse(cx, cy, random.range(6.5, 9.5), random.range(4.5, 6.5))} fill="${paint}" transform="rotate(${random.integer(0, 180)} ${fixed(cx)} ${fixed(cy)})"/>`;
      }
    }
  } else if (coat.marking === 'stripes') {
    const gap = random.range(9, 11);
    for (let x = -end; x < end; x += gap) {
      const bend = random.range(-5, 5);
      svg += `<path d="M${fixed(x)} ${fixed(top)}q${fixed(bend)} ${fixed(depth)} ${fixed(bend / 2)} ${fixed(-top)}" stroke="${paint}" stroke-width="${fixed(random.range(3.2, 4.6))}" fill="none"/>`;
    }
  } else {
    const width = random.range(9, 12);
    for (let row = 0, y = top; y < bottom; row++, y += width * 0.7) {
      const arcs = Math.ceil((2 * end) / width) + 1;
      const arc = `q${fixed(width / 2)} ${fixed(width)} ${fixed(width)} 0`;
      svg += `<path d="M${fixed(-end - (row % 2) * (width / 2))} ${fixed(y)}${arc.repeat(arcs)}" stroke="${paint}" stroke-width="2.4" fill="none"/>`;
    }
  }
  return svg;
}

/** A row of carriages, coachwork or hull planks that all vehicles share. */
export interface Coach {
  readonly parts: readonly Part[];
  readonly left: number;
  readonly right: number;
  /** Height of the roof above y = 0, the line of wheels or keel. */
  readonly height: number;
}

/** Draws a coach of two to four sections; `sunk` leaves the wheels out (hulls). */
export function vehicleBody(random: Random, paint: Paint, sunk: boolean): Coach {
  const sections = random.integer(2, 4);
  const width = random.range(38, 50);
  const depth = random.range(36, 46);
  const clearance = sunk ? 0 : 9;
  const gap = random.chance(0.4) ? 5 : 0;
  const round = random.chance(0.5);
  const total = sections * width;
  const left = -total / 2;
  const top = -(clearance + depth);
  const parts: Part[] = [];
  for (let section = 0; section < sections; section++) {
    const x = left + section * width;
    const inner = width - gap;
    if (!sunk) {
      for (const place of [0.24, 0.74]) {
        parts.push(solid(ellipse(x + inner * place, -8, 8, 8), '#2e2c33'));
        parts.push(ornament(`<circle cx="${fixed(x + inner * place)}" cy="-8" r="3" fill="#9a98a0"/>`));
      }
    }
    parts.push(solid(box(x, top, inner + (gap > 0 ? 0 : 1), depth, gap > 0 ? 4 : 0), css(paint.base)));
    if (gap > 0) parts.push(solid(box(x + inner - 1, -clearance - 10, gap + 2, 6), '#3a383f'));
    parts.push(ornament(panes(random, paint, x, top, inner, depth, round)));
  }
  parts.push(
    ornament(
      `<rect x="${fixed(left)}" y="${fixed(top)}" width="${fixed(total)}" height="${fixed(depth)}" fill="url(#shade)"/>`,
    ),
  );
  return { parts, left, right: left + total, height: clearance + depth };
}

function panes(
  random: Random,
  paint: Paint,
  x: number,
  top: number,
  width: number,
  depth: number,
  round: boolean,
): string {
  let svg = `<${box(x, top, width, 5, 2)} fill="${css(shade(paint.base, -10))}"/>`;
  const trim = css(paint.second);
  const from = top + 5;
  if (paint.livery === 'chevrons') {
    for (let dx = 0; dx < width - 3; dx += 9) {
      svg += `<path d="M${fixed(x + dx)} ${fixed(from)}${`l4 4.500 -4 4.500`.repeat(Math.floor((depth - 5) / 9))}" stroke="${trim}" stroke-width="2.6" fill="none"/>`;
    }
  } else if (paint.livery === 'planks') {
    for (let y = from + 3; y < top + depth; y += 6) svg += `<${box(x, y, width, 2.2)} fill="${trim}"/>`;
  } else {
    for (let dx = 2; dx < width - 2; dx += 7) svg += `<${box(x + dx, from, 2.6, depth - 5)} fill="${trim}"/>`;
  }
  const count = random.integer(2, 3);
  for (let pane = 0; pane < count; pane++) {
    const cx = x + (width * (pane + 0.5)) / count;
    const glass = random.pick(['#cfe6ee', '#bcd8e4', '#e9efe2']);
    svg += round
      ? `<circle cx="${fixed(cx)}" cy="${fixed(top + depth * 0.33)}" r="5" fill="${css(paint.second)}"/><circle cx="${fixed(cx)}" cy="${fixed(top + depth * 0.33)}" r="3.6" fill="${glass}"/>`
      : `<${box(cx - 5, top + depth * 0.2, 9, depth * 0.26, 1.5)} fill="${glass}"/>`;
  }
  return svg;
}
