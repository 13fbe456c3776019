/** Outlines of labels: which a view has. */
import { mapSize } from '../../../lpcam/aggregate';
import type { Labels } from '../../../lpcam/seeds';
import { outlineOf, type Outline } from '../../shared/picture/outline';
import type { Scene, SeedSource } from './scene';
import type { ViewName } from './viewState';

/** Names an outline of the shown class: in the mask, or in the seed of a source. */
export type OutlineName = 'mask' | SeedSource;

/** The source whose seed belongs to a view; null where none does. */
function seedSourceOf(scene: Scene, view: ViewName): SeedSource | null {
  if (!scene.hasMaps || scene.position < 0) return null;
  if (view === 'cam') return 'cam';
  if (view === 'lpcam') return scene.hasCentres(scene.position) ? 'lpcam' : null;
  if (view === 'image' || view === 'mask') return scene.seedFrom;
  return null;
}

/** The outlines that lie over a view, lowest first. */
export function outlineNames(scene: Scene, view: ViewName): readonly OutlineName[] {
  if (scene.position < 0) return [];
  const names: OutlineName[] = [];
  if (scene.view.maskOutline && scene.header.mask && view !== 'mask') names.push('mask');
  const source = seedSourceOf(scene, view);
  if (scene.view.seedOutline && source !== null) names.push(source);
  return names;
}

const known = new WeakMap<Labels, Map<number, Float32Array>>();

/** The outline, at the scene's size. */
export function outlineNamed(scene: Scene, name: OutlineName): Outline {
  const { height, width } = mapSize(scene.header.image.height, scene.header.image.width, scene.size);
  const label = (scene.activeClass?.index ?? -1) + 1;
  const style = name === 'mask' ? 'mask' : 'seed';
  const labels = name === 'mask' ? scene.maps.mask(scene.size) : scene.seed(name);
  if (!labels) return { segments: new Float32Array(), height, width, style };
  const perLabel = known.get(labels) ?? new Map<number, Float32Array>();
  known.set(labels, perLabel);
  const segments = perLabel.get(label) ?? outlineOf(labels, height, width, label);
  perLabel.set(label, segments);
  return { segments, height, width, style };
}
