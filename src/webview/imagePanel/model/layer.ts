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
import { extremesOf, type Drawn, type HeatRecipe } from '../../shared/picture/recipe';
import { rangeBetween, unitRange, type ValueRange } from '../../shared/picture/valueRange';
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
    case 'cam': {
      const drawn = scene.drawnMap(`cam ${position}`, scene.recipe('cam', position), () =>
        maps.cam(position, size),
      );
      return { ...sized, ...heat(scene, drawn, unitRange, null) };
    }
    case 'lpcam': {
      const { active } = scene;
      const drawn = scene.drawnMap(
        `lpcam ${scene.selectionKey(position)}`,
        scene.recipe('lpcam', position),
        () => maps.lpcam(active, size).map,
      );
      return { ...sized, ...heat(scene, drawn, lpcamRange(scene, drawn), null) };
    }
    case 'class':
      return { ...sized, ...cosine(scene, scene.active.classRows, 'mean cosine, class prototypes') };
    case 'context':
      return { ...sized, ...cosine(scene, scene.active.contextRows, 'mean cosine, context prototypes') };
    case 'prototype': {
      const row = scene.selected?.row;
      return row === undefined ? { kind: 'none' } : { ...sized, ...cosine(scene, [row], 'cosine') };
    }
    case 'seed':
      return { kind: 'labels', source: scene.drawnSeed(scene.seedFrom), shares: null, ...sized };
    case 'suppression':
      return { kind: 'suppression', source: scene.drawnSuppression(), counts: null, ...sized };
  }
}

type DrawnMap = Drawn<HeatRecipe, Float32Array>;

function labelLayer(labels: Labels) {
  return { kind: 'labels', source: labels, shares: labelShares(labels) } as const;
}

/** Without context prototypes there is no relu, so negative cosines survive into the map. */
function lpcamRange(scene: Scene, { recipe }: DrawnMap): ValueRange {
  if (scene.active.contextRows.length > 0) return unitRange;
  const own = rangeBetween(extremesOf(recipe.map));
  return own.signed ? own : unitRange;
}

function cosine(scene: Scene, rows: readonly number[], quantity: string) {
  const { maps, size } = scene;
  const map = maps.similarityRecipe(rows, size);
  const drawn = scene.drawnMap(`similarity ${rows.join()}`, map, () => maps.similarity(rows, size));
  const range = scene.view.range === 'shared' ? scene.similarityRange : rangeBetween(extremesOf(map));
  return heat(scene, drawn, range, quantity);
}

function heat(scene: Scene, source: DrawnMap, range: ValueRange, quantity: string | null) {
  const colourMap: ColourMapName = range.signed ? 'diverging' : scene.view.colourMap;
  return { kind: 'heat', source, range, colourMap, quantity } as const;
}
