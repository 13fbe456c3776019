/** What lies over the picture in a view: exact where that is known, else made here at the scene's size. */
import { comparisonOutline } from './comparisonView';
import { layerOf } from './layer';
import type { Layer } from '../../shared/picture/layer';
import { outlineNamed, outlineNames, type OutlineName, type SeedGpu } from './outline';
import type { Outline } from '../../shared/picture/outline';
import type { Scene } from './scene';
import type { ViewName } from './viewState';

interface Known {
  layer(view: ViewName): Layer | null;
  outline(name: OutlineName): Outline | null;
}

/** The layer of a view that is available. */
export function shownLayer(scene: Scene, exact: Known | null, view: ViewName): Layer {
  return exact?.layer(view) ?? layerOf(scene, view);
}

/** @param gpu where seeds may be computed; null: on the processor, to the last bit */
export function shownOutlines(
  scene: Scene,
  exact: Known | null,
  view: ViewName,
  gpu: SeedGpu | null = null,
): readonly Outline[] {
  const known = outlineNames(scene, view).map(
    (name) => exact?.outline(name) ?? outlineNamed(scene, name, gpu),
  );
  const own = comparisonOutline(scene, view);
  return own ? [...known, own] : known;
}
