/** A layer as the pictures it is drawn from: one for heat and labels, a stencil per kind of removed pixel for hatches. */
import { labelColours } from '../../../lpcam/labelColours';
import { ignored } from '../../../lpcam/metrics';
import { agreementKinds } from '../../../lpcam/seedAgreement';
import { tableOf } from './colourTable';
import { removalKinds, type HatchKind } from './hatchKind';
import type { Layer } from './layer';
import { heatPixels, labelPixels, stencilPixels } from './raster';

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
      const { source, range, colourMap } = layer;
      if (!ArrayBuffer.isView(source)) return [];
      const fill = (pixels: Uint8ClampedArray) =>
        heatPixels(source, range.low, range.high, tableOf(colourMap), pixels);
      return [{ name: 'main', fill }];
    }
    case 'labels': {
      const { source, hatched = false } = layer;
      if (!ArrayBuffer.isView(source)) return [];
      if (!hatched || !source.includes(ignored))
        return [{ name: 'main', fill: (pixels) => labelPixels(source, labels, pixels) }];
      return [
        { name: 'main', fill: (pixels) => labelPixels(source, labels, pixels, ignored) },
        { name: 'unknown', fill: (pixels) => stencilPixels(source, ignored, pixels) },
      ];
    }
    case 'suppression': {
      const { source } = layer;
      if (!ArrayBuffer.isView(source)) return [];
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
