/**
 * Draws layers from their recipes on the graphics card: upsampling, normalising, thresholds and colours of every pixel,
 * so that the page computes nothing at the image's size. One context serves all panes, because browsers allow a page few.
 * Null from any of its methods means "not now": the context is lost, or still compiling, or the layer is more than it
 * takes; the caller draws on the processor then.
 */
import { labelColourIndex, labelColours } from '../../../../lpcam/labelColours';
import { noBits, wordsPerRow, type Bits } from '../bits';
import { tableOf } from '../colourTable';
import { removalKinds } from '../hatchKind';
import type { Layer } from '../layer';
import type { RasterName } from '../layerRaster';
import { rgbaWords } from '../raster';
import { extremesOf, isDrawn, type MapRecipe, type Recipe, type SeedRecipe } from '../recipe';
import { Program } from './program';
import { fragmentShaders, mostMaps, mostScales, type ShaderName } from './shaders';
import { mapsRows, textureUnits, Textures, type TextureName } from './textures';

/** Everything that is lost with a context. */
interface Loaded {
  readonly programs: Readonly<Record<ShaderName, Program>>;
  readonly textures: Textures;
  readonly framebuffer: WebGLFramebuffer;
  readonly target: WebGLTexture;
}

/** Names that renderers on the processor go by. */
const emulated = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function rendererOf(gl: WebGL2RenderingContext): string {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}

const colours = rgbaWords(labelColours());

export class RasterGpu {
  readonly #canvas: OffscreenCanvas;
  readonly #gl: WebGL2RenderingContext;
  readonly #onChange: () => void;
  readonly #onFault: (message: string) => void;
  #loaded: Loaded | null = null;
  #closed = false;

  /**
   * @param onChange the context was lost, or is back: draw again; @param onFault it is of no use, in words
   */
  private constructor(
    canvas: OffscreenCanvas,
    gl: WebGL2RenderingContext,
    onChange: () => void,
    onFault: (message: string) => void,
  ) {
    this.#canvas = canvas;
    this.#gl = gl;
    this.#onChange = onChange;
    this.#onFault = onFault;
    canvas.addEventListener('webglcontextlost', (event) => {
      if (this.#closed) return;
      // Without this the browser would not bring it back.
      event.preventDefault();
      this.#loaded = null;
      this.#onChange();
    });
    canvas.addEventListener('webglcontextrestored', () => {
      this.#load();
      this.#onChange();
    });
    this.#load();
  }

  /**
   * @param software also where WebGL2 is emulated on the processor, which is slower than drawing there without it
   * @returns null where there is no WebGL2
   */
  static create(
    software: boolean,
    onChange: () => void,
    onFault: (message: string) => void,
  ): RasterGpu | null {
    if (typeof OffscreenCanvas === 'undefined') return null;
    const canvas = new OffscreenCanvas(1, 1);
    const gl = canvas.getContext('webgl2', {
      antialias: false,
      depth: false,
      failIfMajorPerformanceCaveat: !software,
    });
    // Not every browser that emulates it says so when it is asked not to.
    if (!gl || (!software && emulated.test(rendererOf(gl)))) return null;
    return new RasterGpu(canvas, gl, onChange, onFault);
  }

  /** Ends the context as a crash of the card's driver does, for tests; `restore` brings it back. */
  lose(): { restore: () => void } | null {
    const extension = this.#gl.getExtension('WEBGL_lose_context');
    extension?.loseContext();
    return extension && { restore: () => extension.restoreContext() };
  }

  /** Ends the context for good, so that the card's memory is not held until ours is collected. */
  close(): void {
    this.#closed = true;
    this.#loaded = null;
    this.lose();
  }

  /** Pictures of a layer whose source is a recipe; the caller closes them. */
  draw(layer: Layer): ReadonlyMap<RasterName, ImageBitmap> | null {
    if (layer.kind === 'none' || !isDrawn<Recipe, unknown>(layer.source)) return null;
    const { recipe } = layer.source;
    const gl = this.#gl;
    switch (recipe.kind) {
      case 'heat': {
        if (layer.kind !== 'heat') return null;
        const { low, high } = layer.range;
        return this.#picture('heat', [recipe.map], 0, rgbaWords(tableOf(layer.colourMap)), (program) => {
          gl.uniform1f(program.place('lowest'), low);
          gl.uniform1f(program.place('factor'), high > low ? 256 / (high - low) : 0);
        });
      }
      case 'seed': {
        const words = new Uint32Array(recipe.labels.length + 1);
        recipe.labels.forEach((label, i) => (words[i + 1] = colours[labelColourIndex(label)] as number));
        return this.#picture('seed', recipe.maps, recipe.threshold, words, () => undefined);
      }
      case 'suppression': {
        const { before, after, threshold, mask, label } = recipe;
        const { height, width } = before.sum;
        const drawn = new Map<RasterName, ImageBitmap>();
        for (const [i, name] of removalKinds.entries()) {
          const made = this.#run('suppression', [before, after], threshold, (program, { textures }) => {
            textures.mask(mask, height, width);
            gl.uniform1fv(program.place('highest'), [before, after].map(highestOf));
            gl.uniform1ui(program.place('label'), label);
            gl.uniform1i(program.place('wanted'), i + 1);
            return this.#paint(width, height);
          });
          if (!made) return null;
          drawn.set(name, made);
        }
        return drawn;
      }
    }
  }

  /** The pixels where a label wins: none of one that does not compete. */
  bits({ maps, labels, threshold }: SeedRecipe, label: number): Bits | null {
    const place = labels.indexOf(label);
    if (place < 0) return noBits;
    const gl = this.#gl;
    return this.#run('bits', maps, threshold, (program, { framebuffer, target }) => {
      const { height, width } = maps[0]?.sum ?? { height: 0, width: 0 };
      const perRow = wordsPerRow(width);
      gl.uniform1i(program.place('wanted'), place + 1);
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      gl.activeTexture(gl.TEXTURE0 + Object.keys(textureUnits).length);
      gl.bindTexture(gl.TEXTURE_2D, target);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, perRow, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
      gl.viewport(0, 0, perRow, height);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      const words = new Uint32Array(perRow * height);
      gl.readPixels(0, 0, perRow, height, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(words.buffer));
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      // What a lost context reads is zero.
      return gl.isContextLost() ? null : { words, perRow, height, width };
    });
  }

  #picture(
    name: 'heat' | 'seed',
    maps: readonly MapRecipe[],
    threshold: number,
    palette: Uint32Array,
    set: (program: Program) => void,
  ): ReadonlyMap<RasterName, ImageBitmap> | null {
    const made = this.#run(name, maps, threshold, (program, { textures }) => {
      textures.palette(palette);
      set(program);
      const { width, height } = maps[0]?.sum ?? { width: 1, height: 1 };
      return this.#paint(width, height);
    });
    return made && new Map([['main', made]]);
  }

  /** Prepares what all programs share, and lets one draw. */
  #run<T>(
    name: ShaderName,
    maps: readonly MapRecipe[],
    threshold: number,
    draw: (program: Program, loaded: Loaded) => T | null,
  ): T | null {
    const loaded = this.#loaded;
    const [first] = maps;
    if (!loaded || !first || !this.#takes(maps, first) || this.#gl.isContextLost()) return null;
    try {
      const program = loaded.programs[name];
      if (!program.ready) return null;
      program.use();
      this.#setShared(program, loaded.textures, maps, first, threshold);
      return draw(program, loaded);
    } catch (error) {
      if (!this.#gl.isContextLost()) this.#fail(error);
      return null;
    }
  }

  #setShared(
    program: Program,
    textures: Textures,
    maps: readonly MapRecipe[],
    { sum }: MapRecipe,
    threshold: number,
  ): void {
    const gl = this.#gl;
    textures.maps(maps);
    textures.axes(sum);
    for (const [texture, unit] of Object.entries(textureUnits) as [TextureName, number][])
      gl.uniform1i(program.place(texture), unit);
    const lengths = sum.perScale.map(({ data }) => data.length);
    const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((a, b) => a + b, 0));
    gl.uniform1i(program.place('scales'), lengths.length);
    gl.uniform1iv(
      program.place('widths'),
      sum.perScale.map(({ width }) => width),
    );
    gl.uniform1iv(program.place('starts'), starts);
    gl.uniform1i(
      program.place('mapLength'),
      lengths.reduce((a, b) => a + b, 0),
    );
    gl.uniform1i(program.place('mapCount'), maps.length);
    gl.uniform4fv(
      program.place('normal'),
      maps.flatMap(({ scales, least, range, dead }) => (dead ? [1, 0, 1, 0] : [scales, least, range, 1])),
    );
    gl.uniform2i(program.place('size'), sum.width, sum.height);
    gl.uniform1f(program.place('threshold'), threshold);
  }

  #paint(width: number, height: number): ImageBitmap | null {
    const gl = this.#gl;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    gl.viewport(0, 0, width, height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    return gl.isContextLost() ? null : this.#canvas.transferToImageBitmap();
  }

  #takes(maps: readonly MapRecipe[], { sum }: MapRecipe): boolean {
    const most = this.#gl.getParameter(this.#gl.MAX_TEXTURE_SIZE) as number;
    const fits = sum.height <= most && sum.width <= most && mapsRows(maps) <= most;
    return fits && maps.length <= mostMaps && sum.perScale.length <= mostScales && sum.perScale.length > 0;
  }

  #load(): void {
    try {
      const gl = this.#gl;
      const names = Object.keys(fragmentShaders) as ShaderName[];
      this.#loaded = {
        programs: Object.fromEntries(names.map((name) => [name, new Program(gl, name)])) as Record<
          ShaderName,
          Program
        >,
        textures: new Textures(gl),
        framebuffer: gl.createFramebuffer(),
        target: gl.createTexture(),
      };
    } catch (error) {
      if (!this.#gl.isContextLost()) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#loaded = null;
    this.#onFault(error instanceof Error ? error.message : String(error));
  }
}

/** What a map is divided by before it is compared, as `suppressionOf` has it. */
function highestOf(map: MapRecipe): number {
  const { max } = extremesOf(map);
  return max > 0 ? max : 1;
}
