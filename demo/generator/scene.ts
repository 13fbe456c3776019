import { drawBeast, drawBird } from './animals';
import { fixed, type Sprite } from './part';
import type { Random } from './random';
import { drawBackdrop, type Backdrop, type Place } from './surroundings';
import { drawVehicle } from './vehicles';

/** The classes in mask order: id 1 is the first, 0 is background. */
export const classes = ['bird', 'boat', 'bus', 'cat', 'cow', 'dog', 'train'] as const;

/** One of the demo study's classes. */
export type ClassName = (typeof classes)[number];

/** A picture and its mask as SVG of one size, with the classes in it. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly labels: readonly ClassName[];
  readonly picture: string;
  readonly mask: string;
}

/** Where a class is at home: places that a network learns along with the class, some of them shared. */
const homes: Record<ClassName, readonly Place[]> = {
  bird: ['sky', 'sky', 'water'],
  boat: ['water'],
  bus: ['road'],
  cat: ['room', 'room', 'meadow'],
  cow: ['meadow'],
  dog: ['room', 'meadow', 'road'],
  train: ['rails', 'rails', 'meadow'],
};

/** Any class may turn up here, now and then. Nothing but birds and cats balances on a branch. */
const elsewhere: readonly Place[] = ['water', 'road', 'room', 'meadow', 'rails'];

/** How often a scene plays where its first class is at home. */
const atHome = 0.5;

/** How often a single object is seen from near. */
const closeUps = 0.12;

/**
 * How often a single object is about to leave the picture, its head out of sight already. Such scenes are why a
 * network looks at bodies at all, as it does at photographs, where much is cropped and hidden.
 */
const leavings = 0.22;

/** Draws the scene that belongs to `labels`, one or two classes. Throws RangeError on an empty list. */
export function drawScene(random: Random, labels: readonly ClassName[]): Scene {
  const [first, second] = labels;
  if (first === undefined) throw new RangeError('A scene needs at least one class.');
  const upright = random.chance(0.12) && second === undefined;
  const long = random.integer(232, 304);
  const short = random.integer(184, 232);
  const [width, height] = upright ? [short, long] : [long, short];
  const place = choosePlace(random, first, second);
  const backdrop = drawBackdrop(random, place, width, height);
  const sprites = labels.map((name, index) => ({ name, sprite: drawSprite(random, name, `coat${index}`) }));
  const placed =
    sprites.length === 1
      ? sprites.map((one) => ({ ...one, at: alone(random, one.sprite, backdrop, width, height) }))
      : sprites.map((one, side) => ({
          ...one,
          at: beside(random, one.sprite, backdrop, width, height, side),
        }));
  placed.sort((a, b) => a.at.y - b.at.y);
  let picture = backdrop.svg;
  let mask = '';
  for (const { name, sprite, at } of placed) {
    const id = classes.indexOf(name) + 1;
    const open = `<g transform="translate(${fixed(at.x)} ${fixed(at.y)}) rotate(${fixed(at.tilt)}) scale(${(at.mirrored ? -at.scale : at.scale).toFixed(3)} ${at.scale.toFixed(3)})">`;
    if (place !== 'sky' && backdrop.wash === null) picture += shadow(sprite, at);
    picture += `${open}${sprite.parts.map((part) => part.picture).join('')}</g>`;
    mask += `<g color="rgb(${id},${id},${id})">${open}${sprite.parts.map((part) => part.outline).join('')}</g></g>`;
    if (backdrop.wash !== null) {
      const wave = lap(random, sprite, at);
      picture += `<path d="${wave}" fill="${backdrop.wash}"/>`;
      mask += `<path d="${wave}" fill="#000"/>`;
    }
  }
  return {
    width,
    height,
    labels: classes.filter((name) => labels.includes(name)),
    picture: frame(width, height, `${paints}${picture}`),
    mask: frame(
      width,
      height,
      `<g shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#000"/>${mask}</g>`,
    ),
  };
}

/** Draws one object of a class. `id` is unique in the scene. */
function drawSprite(random: Random, name: ClassName, id: string): Sprite {
  switch (name) {
    case 'bird':
      return drawBird(random, id);
    case 'cat':
    case 'cow':
    case 'dog':
      return drawBeast(random, name, id);
    case 'boat':
    case 'bus':
    case 'train':
      return drawVehicle(random, name);
  }
}

function choosePlace(random: Random, first: ClassName, second: ClassName | undefined): Place {
  const place = random.pick(random.chance(atHome) ? homes[first] : elsewhere);
  const perched = place === 'sky' && second !== undefined && second !== 'cat';
  return perched && second !== 'bird' ? random.pick(homes[second]) : place;
}

/** Where a sprite goes: its foot point in pixels, tilt in degrees. */
interface Pose {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly tilt: number;
  readonly mirrored: boolean;
}

function alone(random: Random, sprite: Sprite, backdrop: Backdrop, width: number, height: number): Pose {
  const mirrored = random.chance(0.5);
  if (random.chance(leavings)) return leaving(random, sprite, backdrop, width, height, mirrored);
  if (random.chance(closeUps)) return closeUp(random, sprite, width, height, mirrored);
  const length = width * random.range(0.72, 1.08);
  return pose(random, sprite, backdrop, height, { length, mirrored, from: 0, to: width });
}

/** All but the head in the picture, or as much of it as there is room for. */
function leaving(
  random: Random,
  sprite: Sprite,
  { ground }: Backdrop,
  width: number,
  height: number,
  mirrored: boolean,
): Pose {
  const scale = Math.min(
    (width * random.range(0.75, 1.15)) / (sprite.face - sprite.left),
    (height * 0.95) / sprite.height,
    2.6,
  );
  const out = sprite.face * scale - 2;
  const y = Math.max(random.range(ground.from, ground.to), sprite.height * scale * 0.9);
  return {
    x: mirrored ? out : width - out,
    y: Math.min(y, height - 2),
    scale,
    tilt: random.range(-2, 2),
    mirrored,
  };
}

/** The head in the picture, the rest leaving it to one side and below. */
function closeUp(random: Random, sprite: Sprite, width: number, height: number, mirrored: boolean): Pose {
  const scale = Math.min(
    (width * random.range(1, 1.6)) / (sprite.right - sprite.left),
    (height * random.range(0.95, 1.35)) / sprite.height,
    2.6,
  );
  const front = Math.min(random.range(0.78, 0.97) * width, width - 3);
  const x = mirrored ? width - front + sprite.right * scale : front - sprite.right * scale;
  const y = sprite.height * scale + random.range(3, 20);
  return { x, y: Math.max(y, height * 0.9), scale, tilt: random.range(-4, 4), mirrored };
}

function beside(
  random: Random,
  sprite: Sprite,
  ground: Backdrop,
  width: number,
  height: number,
  side: number,
): Pose {
  const length = width * random.range(0.5, 0.62);
  const outward = random.chance(0.7);
  const from = side === 0 ? 0 : width * 0.48;
  return pose(random, sprite, ground, height, {
    length,
    mirrored: (side === 0) === outward,
    from,
    to: from + width * 0.52,
  });
}

function pose(
  random: Random,
  sprite: Sprite,
  { ground }: Backdrop,
  height: number,
  room: { length: number; mirrored: boolean; from: number; to: number },
): Pose {
  const natural = sprite.right - sprite.left;
  const scale = Math.min(room.length / natural, (height * 0.88) / sprite.height, 2);
  const y = Math.max(random.range(ground.from, ground.to), sprite.height * scale + 3);
  const length = natural * scale;
  // The head stays in the picture; the other end may leave it a little.
  const slack = length * 0.14;
  const low = room.from + 3 - (room.mirrored ? 0 : slack);
  const high = Math.max(room.to - 3 - length + (room.mirrored ? slack : 0), low);
  const start = random.range(low, high);
  const x = room.mirrored ? start + sprite.right * scale : start - sprite.left * scale;
  return { x, y: Math.min(y, height - 2), scale, tilt: random.range(-4, 4), mirrored: room.mirrored };
}

function span(sprite: Sprite, at: Pose): readonly [left: number, right: number] {
  return at.mirrored
    ? [at.x - sprite.right * at.scale, at.x - sprite.left * at.scale]
    : [at.x + sprite.left * at.scale, at.x + sprite.right * at.scale];
}

function shadow(sprite: Sprite, at: Pose): string {
  const [left, right] = span(sprite, at);
  return `<ellipse cx="${fixed((left + right) / 2)}" cy="${fixed(at.y)}" rx="${fixed((right - left) * 0.46)}" ry="${fixed(6 * at.scale)}" fill="#1a2028" opacity=".22"/>`;
}

/** A wavy band of water over the lower rim of what floats or wades. */
function lap(random: Random, sprite: Sprite, at: Pose): string {
  const [left, right] = span(sprite, at);
  const top = at.y - 7 * at.scale;
  const waves = Math.ceil((right - left + 30) / 22);
  return `M${fixed(left - 15)} ${fixed(top)}${`q5.5 ${fixed(random.range(-7, -3))} 11 0t11 0`.repeat(waves)}v${fixed(14 * at.scale)}h${fixed(-22 * waves)}Z`;
}

/** Gradients shared by all parts: light from above, haze at the horizon, depth of ground and water. */
const paints =
  '<defs><linearGradient id="shade" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".26"/><stop offset=".45" stop-color="#fff" stop-opacity="0"/><stop offset=".5" stop-color="#14122a" stop-opacity="0"/><stop offset="1" stop-color="#14122a" stop-opacity=".3"/></linearGradient>' +
  '<linearGradient id="haze" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#fff6e6" stop-opacity=".75"/></linearGradient>' +
  '<linearGradient id="depth" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".28"/><stop offset="1" stop-color="#0c1a2c" stop-opacity=".22"/></linearGradient></defs>';

function frame(width: number, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
}
