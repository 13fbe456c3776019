/** The views of two compared seeds: whether they can be shown, and what lies over the picture. */
import type { ColourMapName } from '../../../lpcam/colourMap';
import type { MapDifference } from '../../../lpcam/mapDifference';
import { labelShares } from '../../shared/picture/labelShares';
import type { Layer } from '../../shared/picture/layer';
import { outlineOf, type Outline } from '../../shared/picture/outline';
import type { ValueRange } from '../../shared/picture/valueRange';
import { sideLetters, type ComparedSeeds, type SeedSide } from './comparedSeeds';
import type { ComparisonView } from './panes';
import type { Scene } from './scene';
import type { ViewName } from './viewState';

/** The side that a view shows; null: both. */
export function sideOf(view: ViewName): SeedSide | null {
  return view === 'seedA' ? 'first' : view === 'seedB' ? 'second' : null;
}

/** Whether the values of maps are compared, or labels: a label map has no values. */
export function comparesValues({ view, compared }: Pick<Scene, 'view' | 'compared'>): boolean {
  return view.differenceOf === 'values' && compared?.bothMaps === true;
}

/** Why a view of the comparison cannot be shown; null when it can. */
export function comparisonFault(scene: Scene, view: ComparisonView): string | null {
  const { compared, activeClass } = scene;
  if (!compared) return 'The two seeds are still being read.';
  const side = sideOf(view);
  const fault = side ? compared.fault(side) : (compared.fault('first') ?? compared.fault('second'));
  if (fault !== null) return fault;
  if (side && !comparesValues(scene)) return null;
  if (!activeClass) return 'The image has no class: add one.';
  const { index, name } = activeClass;
  if (side) return compared.has(side, index) ? null : `${sideLetters[side]} has no map of ${name}.`;
  const neither = !compared.has('first', index) && !compared.has('second', index);
  return neither ? `Neither seed has a map of ${name}.` : null;
}

/** The layer of a view that can be shown. */
export function comparisonLayer(scene: Scene, view: ComparisonView): Layer {
  const { compared, activeClass, header } = scene;
  if (!compared) return { kind: 'none' };
  const { width, height } = header.image;
  const index = activeClass?.index ?? -1;
  const side = sideOf(view);
  if (comparesValues(scene)) {
    if (side) {
      const range = compared.range(index);
      const colourMap: ColourMapName = range.signed ? 'diverging' : scene.view.colourMap;
      return {
        kind: 'heat',
        source: compared.map(side, index),
        range,
        colourMap,
        quantity: null,
        width,
        height,
      };
    }
    const difference = compared.difference(index);
    return {
      kind: 'heat',
      source: difference.map,
      range: differenceRange(difference),
      colourMap: 'diverging',
      quantity: null,
      width,
      height,
    };
  }
  if (side) {
    const labels = compared.labels(side);
    const shares = labelShares(labels);
    return { kind: 'labels', source: labels, shares, hatched: labels instanceof Uint8Array, width, height };
  }
  const agreement = compared.agreement(index, header.mask?.labels ?? null);
  return { kind: 'agreement', source: agreement.kinds, agreement, width, height };
}

const outlines = new WeakMap<ComparedSeeds, Map<string, Outline>>();

/** The outline of the shown class's seed over a map, at the threshold that its folder is compared at. */
export function comparisonOutline(scene: Scene, view: ViewName): Outline | null {
  const side = sideOf(view);
  const { compared, activeClass } = scene;
  if (!side || !compared || !activeClass || !scene.view.seedOutline || !comparesValues(scene)) return null;
  if (scene.unavailable(view) !== null) return null;
  const known = outlines.get(compared) ?? new Map<string, Outline>();
  outlines.set(compared, known);
  const key = `${side} ${activeClass.index}`;
  const { width, height } = scene.header.image;
  const made: Outline = known.get(key) ?? {
    segments: outlineOf(compared.labels(side), height, width, activeClass.index + 1),
    width,
    height,
    style: 'seed',
  };
  known.set(key, made);
  return made;
}

/** Zero in the middle; rounded outward to a hundredth, so that the ends of the colour bar can be quoted. */
function differenceRange({ largest }: MapDifference): ValueRange {
  const end = Math.max(0.01, Math.ceil(largest * 100 - 1e-4) / 100);
  return { low: -end, high: end, signed: true };
}
