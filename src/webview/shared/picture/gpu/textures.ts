/** The textures that programs read: filled anew only where their content is another. */
import type { ScaleSum } from '../../../../lpcam/scaleSum';
import type { MapRecipe } from '../recipe';
import { mapsWidth } from './shaders';

/** Texture units, by what lies in them. */
const units = { maps: 0, axes: 1, palette: 2, mask: 3 } as const;
export type TextureName = keyof typeof units;
export const textureUnits: Readonly<Record<TextureName, number>> = units;

/** Rows of the texture of small maps that these recipes take. */
export function mapsRows(recipes: readonly MapRecipe[]): number {
  return Math.ceil(recipes.reduce((sum, recipe) => sum + lengthOf(recipe.sum.perScale), 0) / mapsWidth);
}

export class Textures {
  readonly #gl: WebGL2RenderingContext;
  readonly #textures = new Map<TextureName, WebGLTexture>();
  readonly #content = new Map<TextureName, readonly unknown[]>();
  #maps = new Float32Array(0);

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  }

  /** The small maps of some recipes of one layout, one after the other. */
  maps(recipes: readonly MapRecipe[]): void {
    const sums = recipes.map(({ sum }) => sum);
    if (!this.#bind('maps', sums)) return;
    const rows = mapsRows(recipes);
    if (this.#maps.length < rows * mapsWidth) this.#maps = new Float32Array(rows * mapsWidth);
    let at = 0;
    for (const { perScale } of sums) {
      for (const { data } of perScale) {
        this.#maps.set(data, at);
        at += data.length;
      }
    }
    const { TEXTURE_2D, R32F, RED, FLOAT } = this.#gl;
    this.#gl.texImage2D(TEXTURE_2D, 0, R32F, mapsWidth, rows, 0, RED, FLOAT, this.#maps);
  }

  /** How the small maps lie under the pixels. */
  axes({ axes, height, width }: ScaleSum): void {
    const content = [height, width, ...axes.flatMap(({ rows, columns }) => [rows, columns])];
    if (!this.#bind('axes', content)) return;
    const length = Math.max(height, width);
    const data = new Float32Array(length * 4 * axes.length * 2);
    axes.forEach(({ rows, columns }, scale) => {
      [columns, rows].forEach((axis, which) => {
        const from = (scale * 2 + which) * length * 4;
        for (let i = 0; i < axis.low.length; i++) {
          data[from + i * 4] = axis.low[i] as number;
          data[from + i * 4 + 1] = axis.high[i] as number;
          data[from + i * 4 + 2] = axis.lowWeight[i] as number;
          data[from + i * 4 + 3] = axis.highWeight[i] as number;
        }
      });
    });
    const { TEXTURE_2D, RGBA32F, RGBA, FLOAT } = this.#gl;
    this.#gl.texImage2D(TEXTURE_2D, 0, RGBA32F, length, axes.length * 2, 0, RGBA, FLOAT, data);
  }

  /** @param words opaque or transparent RGBA, in the machine's byte order */
  palette(words: Uint32Array): void {
    this.#bind('palette', [words]);
    const { TEXTURE_2D, RGBA8, RGBA, UNSIGNED_BYTE } = this.#gl;
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    this.#gl.texImage2D(TEXTURE_2D, 0, RGBA8, words.length, 1, 0, RGBA, UNSIGNED_BYTE, bytes);
  }

  /** @param labels null: no pixel's truth is known */
  mask(labels: Uint8Array | null, height: number, width: number): void {
    if (!this.#bind('mask', [labels, height, width])) return;
    const truth = labels ?? new Uint8Array(height * width).fill(255);
    const { TEXTURE_2D, R8UI, RED_INTEGER, UNSIGNED_BYTE } = this.#gl;
    this.#gl.texImage2D(TEXTURE_2D, 0, R8UI, width, height, 0, RED_INTEGER, UNSIGNED_BYTE, truth);
  }

  /** Binds a texture; says whether it has to be filled. */
  #bind(name: TextureName, content: readonly unknown[]): boolean {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0 + units[name]);
    let texture = this.#textures.get(name);
    if (!texture) {
      texture = gl.createTexture();
      this.#textures.set(name, texture);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      for (const parameter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
        gl.texParameteri(gl.TEXTURE_2D, parameter, gl.NEAREST);
      for (const parameter of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
        gl.texParameteri(gl.TEXTURE_2D, parameter, gl.CLAMP_TO_EDGE);
    }
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const before = this.#content.get(name);
    const same = before?.length === content.length && before.every((one, i) => one === content[i]);
    this.#content.set(name, content);
    return !same;
  }
}

function lengthOf(perScale: ScaleSum['perScale']): number {
  return perScale.reduce((sum, { data }) => sum + data.length, 0);
}
