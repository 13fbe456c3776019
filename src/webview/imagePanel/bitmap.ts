/** Canvases that hold one image-sized raster each, refilled only when what they show changes. */
import { colourTable, type ColourMapName } from '../../lpcam/colourMap';
import { hatchKinds, type HatchKind } from './hatch';
import { labelColours } from '../../lpcam/labelColours';
import type { Layer } from './model/layer';
import { heatPixels, labelPixels, picturePixels, stencilPixels } from './model/raster';

const tables = new Map<ColourMapName, Uint8Array>();

/** A colour map's 256 RGB triples, made once. */
export function tableOf(name: ColourMapName): Uint8Array {
  let table = tables.get(name);
  if (!table) {
    table = colourTable(name);
    tables.set(name, table);
  }
  return table;
}

const labels = labelColours();

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

/** A layer's raster. Suppression has one stencil per kind of removed pixel, for its hatch. */
export class LayerBitmap {
  #source: unknown = null;
  #look = '';
  readonly main = document.createElement('canvas');
  readonly stencils = new Map<HatchKind, HTMLCanvasElement>();

  /** Brings the canvases up to date; does nothing when the layer is the one drawn last. */
  update(layer: Layer): void {
    if (layer.kind === 'none') return;
    const [source, look] = identity(layer);
    if (source === this.#source && look === this.#look) return;
    this.#source = source;
    this.#look = look;
    const { width, height } = layer;
    switch (layer.kind) {
      case 'heat': {
        const { map, range, colourMap } = layer;
        fillCanvas(this.main, width, height, (pixels) =>
          heatPixels(map, range.low, range.high, tableOf(colourMap), pixels),
        );
        break;
      }
      case 'labels':
        fillCanvas(this.main, width, height, (pixels) => labelPixels(layer.labels, labels, pixels));
        break;
      case 'suppression': {
        const { kinds } = layer;
        this.stencils.clear();
        hatchKinds.forEach((kind, i) => {
          // Kinds are numbered from 1 in this order; a kind that does not occur needs no stencil.
          if (!kinds.includes(i + 1)) return;
          const stencil = document.createElement('canvas');
          fillCanvas(stencil, width, height, (pixels) => stencilPixels(kinds, i + 1, pixels));
          this.stencils.set(kind, stencil);
        });
        break;
      }
    }
  }
}

function identity(layer: Exclude<Layer, { kind: 'none' }>): [unknown, string] {
  switch (layer.kind) {
    case 'heat':
      return [layer.map, `${layer.colourMap} ${layer.range.low} ${layer.range.high}`];
    case 'labels':
      return [layer.labels, 'labels'];
    case 'suppression':
      return [layer.kinds, 'suppression'];
  }
}
