/** Outlines of labels: which a view has. */
import { mapSize } from '../../../lpcam/aggregate';
import { bitsAbove, bitsOfLabel, noBits, type Bits } from '../../shared/picture/bits';
import { outlineOfBits, type Outline } from '../../shared/picture/outline';
import type { SeedRecipe } from '../../shared/picture/recipe';
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

/** The graphics card, as far as outlines need it. */
export interface SeedGpu {
  bits(recipe: SeedRecipe, label: number): Bits | null;
}

/**
 * The outline, at the scene's size.
 * @param gpu where seeds may be computed; null: on the processor, to the last bit
 */
export function outlineNamed(scene: Scene, name: OutlineName, gpu: SeedGpu | null = null): Outline {
  const { height, width } = mapSize(scene.header.image.height, scene.header.image.width, scene.size);
  const label = (scene.activeClass?.index ?? -1) + 1;
  const style = name === 'mask' ? 'mask' : 'seed';
  const state = name === 'mask' ? '' : `${scene.seedKey(name)} ${scene.threshold}`;
  const segments = scene.maps.remembered(
    `outline ${name} ${label} ${state} ${scene.size} ${gpu === null}`,
    () => outlineOfBits(bitsOf(scene, name, label, gpu) ?? noBits),
    (made) => made.byteLength,
  );
  return { segments, height, width, style };
}

function bitsOf(scene: Scene, name: OutlineName, label: number, gpu: SeedGpu | null): Bits | null {
  const { height, width } = mapSize(scene.header.image.height, scene.header.image.width, scene.size);
  if (name === 'mask') {
    const labels = scene.maps.mask(scene.size);
    return labels && bitsOfLabel(labels, height, width, label);
  }
  return (
    gpu?.bits(scene.drawnSeed(name).recipe, label) ??
    bitsAbove(scene.winning(name), height, width, scene.threshold)
  );
}
