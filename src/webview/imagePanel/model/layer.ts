/** What lies over the picture in each view. */
import { mapSize } from '../../../lpcam/aggregate';
import type { ColourMapName } from '../../../lpcam/colourMap';
import type { Labels } from '../../../lpcam/seeds';
import { labelShares } from '../../shared/picture/labelShares';
import type { Layer } from '../../shared/picture/layer';
import { comparisonLayer } from './comparisonView';
import { isComparisonView } from './panes';
import type { Scene } from './scene';
import { seedFileLabels } from './seedFile';
import { ownRange, unitRange, type ValueRange } from '../../shared/picture/valueRange';
import type { ViewName } from './viewState';

/** The layer of a view that is available (`scene.unavailable` is null); `none` while no maps are there. */
export function layerOf(scene: Scene, view: ViewName): Layer {
  const { maps, size, position } = scene;
  const { width, height } = scene.header.image;
  if (view === 'image') return { kind: 'none' };
  if (view === 'mask') {
    const labels = maps.mask(size);
    return labels ? { ...labelLayer(labels), ...mapSize(height, width, size) } : { kind: 'none' };
  }
  if (view === 'seedFile') {
    const labels = scene.seedFile && seedFileLabels(scene.seedFile, scene.threshold);
    return labels ? { ...labelLayer(labels), width, height } : { kind: 'none' };
  }
  if (isComparisonView(view)) return comparisonLayer(scene, view);
  if (!scene.hasMaps) return { kind: 'none' };
  const sized = mapSize(height, width, size);
  switch (view) {
    case 'cam':
      return { ...sized, ...heat(scene, maps.cam(position, size), unitRange, null) };
    case 'lpcam':
      return { ...sized, ...heat(scene, scene.lpcam(position).map, lpcamRange(scene), null) };
    case 'class':
      return { ...sized, ...cosine(scene, scene.active.classRows, 'mean cosine, class prototypes') };
    case 'context':
      return { ...sized, ...cosine(scene, scene.active.contextRows, 'mean cosine, context prototypes') };
    case 'prototype': {
      const row = scene.selected?.row;
      return row === undefined ? { kind: 'none' } : { ...sized, ...cosine(scene, [row], 'cosine') };
    }
    case 'seed':
      return { ...labelLayer(scene.seed(scene.seedFrom)), ...sized };
    case 'suppression': {
      const index = scene.activeClass?.index ?? -1;
      const { kinds, counts } = maps.suppression(scene.active, scene.threshold, index, size);
      return { kind: 'suppression', source: kinds, counts, ...sized };
    }
  }
}

function labelLayer(labels: Labels) {
  return { kind: 'labels', source: labels, shares: labelShares(labels) } as const;
}

/** Without context prototypes there is no relu, so negative cosines survive into the map. */
function lpcamRange(scene: Scene): ValueRange {
  if (scene.active.contextRows.length > 0) return unitRange;
  const own = ownRange(scene.lpcam(scene.position).map);
  return own.signed ? own : unitRange;
}

function cosine(scene: Scene, rows: readonly number[], quantity: string) {
  const map = scene.maps.similarity(rows, scene.size);
  const range = scene.view.range === 'shared' ? scene.similarityRange : ownRange(map);
  return heat(scene, map, range, quantity);
}

function heat(scene: Scene, map: Float32Array, range: ValueRange, quantity: string | null) {
  const colourMap: ColourMapName = range.signed ? 'diverging' : scene.view.colourMap;
  return { kind: 'heat', source: map, range, colourMap, quantity } as const;
}
