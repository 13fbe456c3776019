/** Outlines of labels, as line segments between pixels: which a view has, and how they are found. */
import { mapSize } from '../../../lpcam/aggregate';
import type { Labels } from '../../../lpcam/seeds';
import type { Scene, SeedSource } from './scene';
import type { ViewName } from './viewState';

/** Border of one label of a label map of this size. */
export interface Outline {
  readonly segments: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly style: 'seed' | 'mask';
}

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

/**
 * @param labels label ids, [height, width]
 * @returns four numbers per segment (x0, y0, x1, y1) in pixel corners; runs are joined. The image's border counts as
 *   an edge of the label. Hand-written: a contour library would interpolate, and seeds are exact to the pixel.
 */
export function outlineOf(labels: Labels, height: number, width: number, label: number): Float32Array {
  const segments: number[] = [];
  const at = (row: number, column: number) =>
    row >= 0 && column >= 0 && row < height && column < width && labels[row * width + column] === label;
  for (let row = 0; row <= height; row++) {
    let start = -1;
    for (let column = 0; column <= width; column++) {
      const edge = column < width && at(row - 1, column) !== at(row, column);
      if (edge && start < 0) start = column;
      if (!edge && start >= 0) {
        segments.push(start, row, column, row);
        start = -1;
      }
    }
  }
  for (let column = 0; column <= width; column++) {
    let start = -1;
    for (let row = 0; row <= height; row++) {
      const edge = row < height && at(row, column - 1) !== at(row, column);
      if (edge && start < 0) start = row;
      if (!edge && start >= 0) {
        segments.push(column, start, column, row);
        start = -1;
      }
    }
  }
  return Float32Array.from(segments);
}
