import { animalBody, drawCoat, drawMarking, type Coat, type Marking } from './body';
import { css, shade, type Hsl } from './colour';
import { ellipse, fixed, limb, ornament, path, solid, turned, type Part, type Sprite } from './part';
import type { Random } from './random';

/** Classes with four legs: one shared body, and a head each. */
export type Beast = 'cat' | 'cow' | 'dog';

const usual: Record<Beast, Marking> = { cat: 'stripes', cow: 'patches', dog: 'spots' };

/** A standing or lying animal, its head the only part that tells what it is. */
export function drawBeast(random: Random, kind: Beast, id: string): Sprite {
  const coat = drawCoat(random, usual[kind]);
  const body = animalBody(random, coat, id);
  const x = body.neck.x + random.range(8, 16);
  const y = body.neck.y - random.range(10, 26);
  const neck = limb(
    `M${fixed(body.neck.x - 8)} ${fixed(body.neck.y + 8)}L${fixed(x)} ${fixed(y)}`,
    css(coat.base),
    random.range(20, 25),
  );
  const head = heads[kind](random, coat, x, y);
  const nod = turned(head, random.range(-12, 14), random.range(1.25, 1.5), x, y);
  return {
    parts: [...body.parts.slice(0, -2), neck, ...body.parts.slice(-2), nod],
    left: body.left,
    right: x + 48,
    face: x - 36,
    height: Math.max(body.height, 50 - y),
  };
}

/** A perching bird: the shared coats on a tilted body, told by beak, crest and eye. */
export function drawBird(random: Random, id: string): Sprite {
  const coat = drawCoat(random, 'scales');
  const length = random.range(46, 60);
  const depth = random.range(23, 29);
  const leg = random.range(12, 22);
  const middle = -(leg + depth);
  const torso = path(
    `M${fixed(-length)} ${fixed(middle + 4)}Q${fixed(-length * 0.3)} ${fixed(middle - depth * 1.3)} ${fixed(length * 0.7)} ${fixed(middle - depth * 0.7)}` +
      `Q${fixed(length * 1.15)} ${fixed(middle + depth * 0.1)} ${fixed(length * 0.5)} ${fixed(middle + depth * 0.7)}Q0 ${fixed(middle + depth * 1.3)} ${fixed(-length)} ${fixed(middle + 4)}Z`,
  );
  const feet = css([random.range(20, 40), 30, 34]);
  const tail = path(
    `M${fixed(-length + 14)} ${fixed(middle - 5)}L${fixed(-length - random.range(20, 34))} ${fixed(middle + random.range(-22, 8))}l4 16L${fixed(-length + 14)} ${fixed(middle + 14)}Z`,
  );
  const wing = `path d="M${fixed(length * 0.4)} ${fixed(middle - 6)}Q${fixed(-length * 0.2)} ${fixed(middle + depth * 0.9)} ${fixed(-length * 0.9)} ${fixed(middle + 2)}Q${fixed(-length * 0.2)} ${fixed(middle - depth * 0.6)} ${fixed(length * 0.4)} ${fixed(middle - 6)}Z"`;
  const x = length * 0.72;
  const y = middle - depth * random.range(0.9, 1.15);
  return {
    parts: [
      limb(`M-6 ${fixed(middle + depth * 0.7)}L-8 -2`, feet, 4.5),
      limb(`M8 ${fixed(middle + depth * 0.7)}L8 -2`, feet, 4.5),
      solid(tail, css(shade(coat.base, -10))),
      solid(torso, css(coat.base)),
      ornament(
        `<mask id="${id}"><${torso} fill="#fff"/><${tail} fill="#fff"/></mask><g mask="url(#${id})">` +
          `<${wing} fill="${css(shade(coat.base, random.pick([-9, 8])))}" opacity=".8"/>` +
          drawMarking(random, coat, length, middle, depth) +
          `<rect x="${fixed(-length)}" y="${fixed(middle - depth * 1.3)}" width="${fixed(length * 2.2)}" height="${fixed(depth * 2.6)}" fill="url(#shade)"/></g>`,
      ),
      turned(birdHead(random, coat, x, y), random.range(-14, 14), random.range(1.2, 1.5), x, y),
    ],
    left: -length - 30,
    right: x + 58,
    face: x - 27,
    height: 40 - y,
  };
}

function birdHead(random: Random, coat: Coat, x: number, y: number): Part[] {
  const beak = css([random.range(26, 46), 90, 56]);
  const crest = css([random.range(340, 372), 62, 50]);
  return [
    solid(path(`M${fixed(x - 8)} ${fixed(y - 14)}l-12 -14 12 5 0 -13 8 13 8 -10 0 19Z`), crest),
    solid(ellipse(x, y, 18, 17), css(coat.base)),
    solid(
      path(
        `M${fixed(x + 13)} ${fixed(y - 7)}L${fixed(x + 41)} ${fixed(y + 2)}L${fixed(x + 13)} ${fixed(y + 9)}Z`,
      ),
      beak,
    ),
    ornament(
      `<path d="M${fixed(x + 14)} ${fixed(y + 2)}h23" stroke="#8a4b14" stroke-width="1.4"/>` +
        `<circle cx="${fixed(x + 5)}" cy="${fixed(y - 3)}" r="6" fill="#fff8e2"/><circle cx="${fixed(x + 6)}" cy="${fixed(y - 3)}" r="3.2" fill="#1b1a20"/>`,
    ),
  ];
}

const heads: Record<Beast, (random: Random, coat: Coat, x: number, y: number) => Part[]> = {
  cat(random, coat, x, y) {
    const fur = css(coat.base);
    const eye = css([random.range(70, 130), 70, 56]);
    const whiskers = [-5, 0, 5]
      .map(
        (fan) =>
          `M${fixed(x - 7)} ${fixed(y + 7)}l-19 ${fixed(fan - 1)}M${fixed(x + 13)} ${fixed(y + 7)}l19 ${fixed(fan - 1)}`,
      )
      .join('');
    return [
      solid(path(`M${fixed(x - 20)} ${fixed(y - 4)}l-2 -27 22 12Z`), fur),
      solid(path(`M${fixed(x + 24)} ${fixed(y - 4)}l2 -27 -22 12Z`), fur),
      solid(ellipse(x + 2, y, 23, 20), fur),
      ornament(
        `<path d="M${fixed(x - 17)} ${fixed(y - 12)}l-1 -12 10 6Z M${fixed(x + 21)} ${fixed(y - 12)}l1 -12 -10 6Z" fill="#e79aa0"/>` +
          `<${ellipse(x - 7, y - 2, 5.6, 6.4)} fill="${eye}"/><${ellipse(x + 11, y - 2, 5.6, 6.4)} fill="${eye}"/>` +
          `<${ellipse(x - 7, y - 2, 1.7, 5.4)} fill="#16151b"/><${ellipse(x + 11, y - 2, 1.7, 5.4)} fill="#16151b"/>` +
          `<${ellipse(x + 2, y + 10, 9, 6)} fill="#fbf3ea"/><path d="M${fixed(x - 2)} ${fixed(y + 5)}h8l-4 5Z" fill="#d8616f"/>` +
          `<path d="${whiskers}" stroke="#f6f2ea" stroke-width="1.2"/>`,
      ),
    ];
  },
  cow(random, coat, x, y) {
    const hide = css(coat.base);
    const horn: Hsl = [44, 40, random.range(80, 88)];
    return [
      solid(path(`M${fixed(x - 13)} ${fixed(y - 14)}q-14 -4 -11 -22q7 12 19 14Z`), css(horn)),
      solid(path(`M${fixed(x + 13)} ${fixed(y - 14)}q14 -4 11 -22q-7 12 -19 14Z`), css(horn)),
      solid(ellipse(x - 22, y - 7, 11, 5.5), css(shade(coat.base, -8))),
      solid(ellipse(x + 22, y - 7, 11, 5.5), css(shade(coat.base, -8))),
      solid(path(`M${fixed(x - 16)} ${fixed(y - 16)}h32q4 20 -4 36h-24q-8 -16 -4 -36Z`), hide),
      solid(ellipse(x, y + 20, 18, 12), css([random.range(344, 362), 48, 76])),
      ornament(
        `<path d="M${fixed(x - 4)} ${fixed(y - 16)}h8l2 24h-12Z" fill="#fffaf0"/>` +
          `<circle cx="${fixed(x - 9)}" cy="${fixed(y - 4)}" r="3.6" fill="#17161c"/><circle cx="${fixed(x + 9)}" cy="${fixed(y - 4)}" r="3.6" fill="#17161c"/>` +
          `<${ellipse(x - 7, y + 19, 3, 4.4)} fill="#7d3a4c"/><${ellipse(x + 7, y + 19, 3, 4.4)} fill="#7d3a4c"/>`,
      ),
    ];
  },
  dog(random, coat, x, y) {
    const fur = css(coat.base);
    const ear = css([random.range(16, 30), 40, random.range(18, 26)]);
    const collar = css([random.range(200, 230), 70, 46]);
    return [
      solid(ellipse(x, y, 20, 18), fur),
      solid(path(`M${fixed(x + 4)} ${fixed(y - 6)}h22q11 1 11 9t-11 9h-22Z`), fur),
      solid(path(`M${fixed(x + 22)} ${fixed(y + 11)}q12 0 9 17q-9 4 -10 -2Z`), '#e4586c'),
      solid(path(`M${fixed(x - 4)} ${fixed(y - 17)}q-20 -2 -21 20q0 16 9 18q11 -8 14 -26Z`), ear),
      ornament(
        `<${ellipse(x + 35, y - 2, 5.4, 4.8)} fill="#17161c"/><path d="M${fixed(x + 14)} ${fixed(y + 8)}q10 5 20 0" stroke="#17161c" stroke-width="1.6" fill="none"/>` +
          `<circle cx="${fixed(x + 8)}" cy="${fixed(y - 6)}" r="4.6" fill="#fffaf0"/><circle cx="${fixed(x + 9)}" cy="${fixed(y - 6)}" r="2.9" fill="#17161c"/>` +
          `<path d="M${fixed(x - 20)} ${fixed(y + 12)}q12 14 24 7" stroke="${collar}" stroke-width="5" fill="none"/>`,
      ),
    ];
  },
};
