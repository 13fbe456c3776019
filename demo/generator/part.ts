/**
 * What a scene is drawn from. Every part says how it looks in the picture and what it covers in the mask, from
 * one and the same geometry, so that masks are exact by construction.
 */
export interface Part {
  /** SVG for the picture. */
  readonly picture: string;
  /** SVG for the mask, painted with `currentColor`; empty for ornaments, which belong to no class. */
  readonly outline: string;
}

/** A drawing in its own coordinates: facing right, its middle near x = 0, its feet, keel or wheels at y = 0. */
export interface Sprite {
  readonly parts: readonly Part[];
  readonly left: number;
  readonly right: number;
  /** Where the head begins: everything that tells the class for sure lies to the right of it. */
  readonly face: number;
  /** Height above y = 0. */
  readonly height: number;
}

/** One decimal is a tenth of a pixel: enough, and the same text on every machine. */
export function fixed(value: number): string {
  return (Math.round(value * 10) / 10).toString();
}

/** A filled shape that counts as the object. `shape` is the tag with its geometry, e.g. `circle r="3"`. */
export function solid(shape: string, fill: string): Part {
  return { picture: `<${shape} fill="${fill}"/>`, outline: `<${shape} fill="currentColor"/>` };
}

/** A thick line that counts as the object: legs, necks, masts. */
export function limb(d: string, colour: string, width: number): Part {
  const shape = `path d="${d}" fill="none" stroke-linecap="round" stroke-linejoin="round" stroke-width="${fixed(width)}"`;
  return { picture: `<${shape} stroke="${colour}"/>`, outline: `<${shape} stroke="currentColor"/>` };
}

/** Paint without a mask: markings upon a solid part, whiskers, smoke. */
export function ornament(svg: string): Part {
  return { picture: svg, outline: '' };
}

/** Ellipse geometry for `solid`. */
export function ellipse(cx: number, cy: number, rx: number, ry: number): string {
  return `ellipse cx="${fixed(cx)}" cy="${fixed(cy)}" rx="${fixed(rx)}" ry="${fixed(ry)}"`;
}

/** Rounded rectangle geometry for `solid`. */
export function box(x: number, y: number, width: number, height: number, radius = 0): string {
  return `rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" rx="${fixed(radius)}"`;
}

/** Path geometry for `solid`. */
export function path(d: string): string {
  return `path d="${d}"`;
}

/** Turns (degrees) and enlarges parts about a point. */
export function turned(parts: readonly Part[], angle: number, scale: number, x: number, y: number): Part {
  const open = `<g transform="translate(${fixed(x)} ${fixed(y)}) rotate(${fixed(angle)}) scale(${scale.toFixed(2)}) translate(${fixed(-x)} ${fixed(-y)})">`;
  return {
    picture: `${open}${parts.map((part) => part.picture).join('')}</g>`,
    outline: `${open}${parts.map((part) => part.outline).join('')}</g>`,
  };
}
