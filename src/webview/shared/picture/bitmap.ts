/** Canvases that hold one image-sized raster each, refilled only when what they show changes. */
import type { Layer } from './layer';
import type { RasterGpu } from './gpu/rasterGpu';
import { layerRasters, type RasterName } from './layerRaster';
import { picturePixels } from './raster';
import { isDrawn } from './recipe';

/** Fills a canvas of this size through putImageData, so that no decoder or colour profile comes between. */
export function fillCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  fill: (pixels: Uint8ClampedArray) => void,
): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const data = context.createImageData(width, height);
  fill(data.data);
  context.putImageData(data, 0, 0);
}

/** The network's input as a canvas: what lies under every overlay, pixel for pixel. */
export function pictureCanvas(rgb: Uint8Array, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  fillCanvas(canvas, width, height, (pixels) => picturePixels(rgb, pixels));
  return canvas;
}

/** What a layer is drawn from: canvases filled here, pictures from the graphics card, or those that came with it. */
export class LayerBitmap {
  #source: unknown = null;
  #look = '';
  readonly #canvases = new Map<RasterName, HTMLCanvasElement>();
  #rasters: ReadonlyMap<RasterName, CanvasImageSource> = new Map();
  /** Pictures of the graphics card that are to be given back. */
  #own: ReadonlyMap<RasterName, ImageBitmap> = new Map();

  /** @param gpu asked at every update; null: every value is computed on the processor, to the last bit */
  constructor(private readonly gpu: () => RasterGpu | null) {}

  /** The layer's pictures by name; a kind of hatch that does not occur has none. */
  get rasters(): ReadonlyMap<RasterName, CanvasImageSource> {
    return this.#rasters;
  }

  /** Gives the pictures back, and makes them anew at the next update. */
  forget(): void {
    this.#source = null;
    this.#rasters = new Map();
    this.#canvases.clear();
    this.#release();
  }

  #release(): void {
    for (const picture of this.#own.values()) picture.close();
    this.#own = new Map();
  }

  /** Brings the pictures up to date; does nothing when the layer is the one drawn last. */
  update(layer: Exclude<Layer, { kind: 'none' }>): void {
    const { source, width, height } = layer;
    const look =
      layer.kind === 'heat' ? `${layer.colourMap} ${layer.range.low} ${layer.range.high}` : layer.kind;
    if (source === this.#source && look === this.#look) return;
    this.#source = source;
    this.#look = look;
    this.#release();
    if (isDrawn(source)) {
      const drawn = this.gpu()?.draw(layer);
      if (drawn) {
        this.#rasters = this.#own = drawn;
        return;
      }
    } else if (!ArrayBuffer.isView(source)) {
      this.#rasters = new Map(Object.entries(source) as [RasterName, ImageBitmap][]);
      return;
    }
    this.#rasters = new Map(
      layerRasters(layer).map(({ name, fill }) => {
        const canvas = this.#canvases.get(name) ?? document.createElement('canvas');
        this.#canvases.set(name, canvas);
        fillCanvas(canvas, width, height, fill);
        return [name, canvas];
      }),
    );
  }
}
