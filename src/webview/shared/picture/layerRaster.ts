/** A layer as the pictures it is drawn from: one for heat and labels, a stencil per kind of removed pixel for hatches. */
import { labelColours } from '../../../lpcam/labelColours';
import { ignored } from '../../../lpcam/metrics';
import { agreementKinds } from '../../../lpcam/seedAgreement';
import { tableOf } from './colourTable';
import { removalKinds, type HatchKind } from './hatchKind';
import type { Layer } from './layer';
import { heatPixels, labelPixels, stencilPixels } from './raster';
import { isDrawn, type Drawn, type Recipe } from './recipe';

export type RasterName = 'main' | HatchKind;

/** An `ImageBitmap`, as far as code needs it that runs without a page. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** Pictures of the layer's size that were made elsewhere. */
export type Bitmaps = Readonly<Partial<Record<RasterName, Bitmap>>>;

export interface LayerRaster {
  readonly name: RasterName;
  /** @param pixels RGBA, transparent, of the layer's size */
  fill: (pixels: Uint8ClampedArray) => void;
}

const labels = labelColours();

/** @returns what is to be filled; nothing for a layer whose pictures were made elsewhere */
export function layerRasters(layer: Layer): readonly LayerRaster[] {
  switch (layer.kind) {
    case 'none':
      return [];
    case 'heat': {
      const { range, colourMap } = layer;
      const source = valuesOf(layer.source);
      if (source === null) return [];
      const fill = (pixels: Uint8ClampedArray) =>
        heatPixels(source, range.low, range.high, tableOf(colourMap), pixels);
      return [{ name: 'main', fill }];
    }
    case 'labels': {
      const { hatched = false } = layer;
      const source = valuesOf(layer.source);
      if (source === null) return [];
      if (!hatched || !source.includes(ignored))
        return [{ name: 'main', fill: (pixels) => labelPixels(source, labels, pixels) }];
      return [
        { name: 'main', fill: (pixels) => labelPixels(source, labels, pixels, ignored) },
        { name: 'unknown', fill: (pixels) => stencilPixels(source, ignored, pixels) },
      ];
    }
    case 'suppression': {
      const source = valuesOf(layer.source);
      if (source === null) return [];
      // Kinds are numbered from 1 in this order; a kind that does not occur needs no stencil.
      return removalKinds.flatMap((name, i) =>
        source.includes(i + 1)
          ? [{ name, fill: (pixels: Uint8ClampedArray) => stencilPixels(source, i + 1, pixels) }]
          : [],
      );
    }
    case 'agreement': {
      const { source } = layer;
      const stencils: readonly [RasterName, number][] = [
        ['main', agreementKinds.both],
        ['onlyFirst', agreementKinds.onlyFirst],
        ['onlySecond', agreementKinds.onlySecond],
        ['unknown', agreementKinds.open],
      ];
      return stencils
        .filter(([, kind]) => source.includes(kind))
        .map(([name, kind]) => ({ name, fill: (pixels) => stencilPixels(source, kind, pixels) }));
    }
  }
}

/** The values of a layer's source; null where there are only pictures of them. */
function valuesOf<V extends ArrayBufferView>(source: V | Drawn<Recipe, V> | Bitmaps): V | null {
  if (isDrawn<Recipe, V>(source)) return source.values();
  return ArrayBuffer.isView(source) ? source : null;
}
