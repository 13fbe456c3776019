import { drawPaint, vehicleBody, type Coach, type Paint } from './body';
import { css, shade } from './colour';
import { box, ellipse, fixed, limb, ornament, path, solid, type Part, type Sprite } from './part';
import type { Random } from './random';

/** Classes with shared coachwork, and a front each. */
export type Vehicle = 'boat' | 'bus' | 'train';

const usual = { boat: 'planks', bus: 'chevrons', train: 'panels' } as const;

/** A vehicle: sections any class may have, behind the one front that tells what it is. */
export function drawVehicle(random: Random, kind: Vehicle): Sprite {
  const paint = drawPaint(random, usual[kind]);
  const coach = vehicleBody(random, paint, kind === 'boat');
  const front = fronts[kind](random, paint, coach);
  return {
    parts: [...coach.parts, ...front.parts],
    left: coach.left,
    right: coach.right + front.reach,
    face: coach.right - front.overlap,
    height: Math.max(coach.height, front.height),
  };
}

interface Front {
  readonly parts: readonly Part[];
  /** How far it stands out in front of the coach. */
  readonly reach: number;
  /** How far it covers the coach's end. */
  readonly overlap: number;
  readonly height: number;
}

const fronts: Record<Vehicle, (random: Random, paint: Paint, coach: Coach) => Front> = {
  boat(random, paint, coach) {
    const x = coach.right;
    const deck = -coach.height;
    const flag = css([random.range(345, 370), 72, 50]);
    const mast = random.range(34, 46);
    return {
      reach: 46,
      overlap: 21,
      height: coach.height + mast + 20,
      parts: [
        limb(`M${fixed(x + 8)} ${fixed(deck)}V${fixed(deck - mast - 14)}`, '#6a4a32', 4),
        solid(path(`M${fixed(x + 9)} ${fixed(deck - mast - 14)}l24 8 -24 9Z`), flag),
        solid(
          path(
            `M${fixed(x - 2)} ${fixed(deck)}L${fixed(x + 46)} ${fixed(deck - 12)}Q${fixed(x + 34)} ${fixed(deck * 0.3)} ${fixed(x + 14)} 0L${fixed(x - 2)} 0Z`,
          ),
          css(shade(paint.base, 4)),
        ),
        solid(box(x - 20, deck - 26, 36, 27, 3), '#f7f3e8'),
        ornament(
          `<${box(x - 16, deck - 21, 28, 11, 2)} fill="#43627a"/><path d="M${fixed(x - 4)} ${fixed(deck - 21)}v11" stroke="#f7f3e8" stroke-width="2.4"/>` +
            `<path d="M${fixed(x - 2)} ${fixed(deck + 4)}L${fixed(x + 42)} ${fixed(deck - 7)}" stroke="#fdfaf2" stroke-width="4"/>` +
            `<circle cx="${fixed(x + 12)}" cy="${fixed(deck * 0.5)}" r="9" fill="none" stroke="#fdfaf2" stroke-width="6"/>` +
            `<circle cx="${fixed(x + 12)}" cy="${fixed(deck * 0.5)}" r="9" fill="none" stroke="#e5532f" stroke-width="6" stroke-dasharray="7.1 7.1"/>`,
        ),
      ],
    };
  },
  bus(random, paint, coach) {
    const x = coach.right;
    const top = -coach.height - 3;
    const board = css([random.range(44, 54), 92, 58]);
    return {
      reach: 30,
      overlap: 5,
      height: coach.height + 6,
      parts: [
        solid(ellipse(x + 8, -9, 9, 9), '#2e2c33'),
        solid(
          path(`M${fixed(x - 4)} ${fixed(top)}h20q12 0 13 14l2 ${fixed(-top - 22)}q0 8 -6 8h-29Z`),
          css(shade(paint.base, 3)),
        ),
        limb(`M${fixed(x + 26)} ${fixed(top + 10)}q8 0 8 8`, '#2e2c33', 3),
        solid(box(x + 30, top + 15, 7, 12, 2), '#2e2c33'),
        ornament(
          `<circle cx="${fixed(x + 8)}" cy="-9" r="3.4" fill="#9a98a0"/>` +
            `<${box(x - 1, top + 3, 24, 8, 2)} fill="#1d1c22"/><path d="M${fixed(x + 2)} ${fixed(top + 7)}h18" stroke="${board}" stroke-width="4" stroke-dasharray="4 1.6"/>` +
            `<path d="M${fixed(x + 6)} ${fixed(top + 13)}h18q3 0 3.500 5l1 14h-22.500Z" fill="#e6f6fb"/><path d="M${fixed(x + 10)} ${fixed(top + 30)}l9 -16" stroke="#ffffff" stroke-width="3"/>` +
            `<circle cx="${fixed(x + 23)}" cy="-17" r="5" fill="#fff3b0" stroke="#1d1c22" stroke-width="2"/>` +
            `<path d="M${fixed(x - 2)} -13l7 -8M${fixed(x + 5)} -13l7 -8" stroke="${board}" stroke-width="3.600"/>`,
        ),
      ],
    };
  },
  train(random, _paint, coach) {
    const x = coach.right;
    const roof = -coach.height;
    const brass = css([random.range(40, 48), 74, 56]);
    const buffer = css([random.range(352, 368), 70, 44]);
    const puffs = [0, 1, 2]
      .map(
        (puff) =>
          `<circle cx="${fixed(x + 34 - puff * 13)}" cy="${fixed(roof - 26 - puff * 8)}" r="${fixed(7 + puff * 3)}" fill="#f4f1ec" opacity="${fixed(0.8 - puff * 0.2)}"/>`,
      )
      .join('');
    return {
      reach: 58,
      overlap: 4,
      height: coach.height + 30,
      parts: [
        ornament(puffs),
        solid(path(`M${fixed(x + 28)} ${fixed(roof + 10)}v-18l-4 -9h20l-4 9v18Z`), '#26252b'),
        solid(box(x - 3, roof + 7, 48, coach.height - 20, 6), '#34333b'),
        solid(ellipse(x + 45, roof + 7 + (coach.height - 20) / 2, 7, (coach.height - 20) / 2), '#26252b'),
        solid(ellipse(x + 12, -9, 9, 9), buffer),
        solid(ellipse(x + 33, -9, 9, 9), buffer),
        solid(path(`M${fixed(x + 40)} -16h10l8 14h-18Z`), buffer),
        ornament(
          `<path d="M${fixed(x + 10)} ${fixed(roof + 8)}V-14M${fixed(x + 24)} ${fixed(roof + 8)}V-14" stroke="${brass}" stroke-width="3"/>` +
            `<circle cx="${fixed(x + 12)}" cy="-9" r="3.4" fill="${brass}"/><circle cx="${fixed(x + 33)}" cy="-9" r="3.4" fill="${brass}"/><path d="M${fixed(x + 12)} -9h21" stroke="${brass}" stroke-width="2.6"/>` +
            `<circle cx="${fixed(x + 47)}" cy="${fixed(roof + 14)}" r="6.400" fill="#fff1a8" stroke="${brass}" stroke-width="2.4"/>`,
        ),
      ],
    };
  },
};
