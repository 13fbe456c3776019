/** What a seed's page shows right now: the file seen through the person's choices. */
import { ConfusionMatrix, ignored, type SeedScores } from '../../../lpcam/metrics';
import { seedOf, type Labels } from '../../../lpcam/seeds';
import type { ShownSeed } from '../../../protocol/seed';
import { labelShares } from '../../shared/picture/labelShares';
import type { Layer } from '../../shared/picture/layer';
import { outlineOf, type Outline } from '../../shared/picture/outline';
import { ownRange, unitRange, type ValueRange } from '../../shared/picture/valueRange';
import type { Size } from '../../shared/picture/viewport';
import { Kept } from '../../shared/kept';
import { mapFacts, type MapFacts } from './mapFacts';
import type { SeedView, SeedViewName } from './seedView';

/** One class of the file, as the table lists it. */
export interface SeedClass {
  readonly index: number;
  readonly label: number;
  readonly name: string;
  readonly view: SeedViewName;
  /** Null: a label map has none. */
  readonly facts: MapFacts | null;
  /** Share of the pixels that bear its label in the seed. */
  readonly share: number;
  /** Against the mask; null without one, or where neither has the class. */
  readonly iou: number | null;
  readonly labelled: boolean | null;
}

/** Systems whose own evaluation compares the classes with the file's background map. */
const withOwnBackground: ReadonlySet<ShownSeed['dialect']> = new Set([
  'sipe',
  'probabilities',
  'array',
  'dict',
]);

/** Labels of the seed, by what they depend on. */
export class SeedLabels {
  readonly #kept = new Kept<Labels>();

  /** Null: a soft map that names no class has no labels. */
  of({ content, width, height }: ShownSeed, threshold: number, ownBackground: boolean): Labels | null {
    if (content.kind === 'saliency') return null;
    if (content.kind === 'labels') return content.labels;
    const { keys, maps, background } = content;
    const bound = ownBackground && background !== null ? background : threshold;
    return this.#kept.get([content, bound], () =>
      seedOf(
        keys.flatMap((classIndex, i) => {
          const map = maps[i];
          return map === undefined ? [] : [{ classIndex, map }];
        }),
        bound,
        width * height,
      ),
    );
  }
}

export class SeedScene {
  readonly threshold: number;
  /** Whether the background is the file's own map. */
  readonly ownBackground: boolean;
  /** Null: the file is a soft map, or empty. */
  readonly labels: Labels | null;
  /** Of the stage, in pixels: the maps', else the image's. */
  readonly size: Size | null;

  constructor(
    readonly seed: ShownSeed,
    readonly view: SeedView,
    labels: SeedLabels,
    picture: Size | null,
  ) {
    this.threshold = view.threshold ?? seed.threshold;
    this.ownBackground = this.hasBackground && (view.ownBackground ?? withOwnBackground.has(seed.dialect));
    const empty = seed.width === 0 || seed.height === 0;
    this.labels = empty ? null : labels.of(seed, this.threshold, this.ownBackground);
    this.size = empty ? picture : { width: seed.width, height: seed.height };
  }

  get hasBackground(): boolean {
    return this.seed.content.kind === 'maps' && this.seed.content.background !== null;
  }

  /** Whether a threshold decides: the file has maps, and no background of its own in use. */
  get thresholded(): boolean {
    return this.seed.content.kind === 'maps' && !this.ownBackground;
  }

  /** The mask, where it is of the seed's size. */
  get mask(): Uint8Array | null {
    const { mask, width, height } = this.seed;
    return mask?.width === width && mask.height === height ? mask.labels : null;
  }

  get classNames(): readonly string[] {
    return this.seed.classNames ?? [];
  }

  nameOf(index: number): string {
    return this.seed.classNames?.[index] ?? `class ${index}`;
  }

  get classes(): readonly SeedClass[] {
    const { content, labelled } = this.seed;
    if (content.kind === 'saliency') return [];
    const { labels } = this;
    const scores = this.#scores;
    const shares = new Map(labels === null ? [] : labelShares(labels));
    return content.keys.map((index, i) => {
      const label = index + 1;
      const map = content.kind === 'maps' ? content.maps[i] : undefined;
      return {
        index,
        label,
        name: this.nameOf(index),
        view: content.kind === 'maps' ? `class ${index}` : 'seed',
        facts: map === undefined ? null : mapFacts(map),
        share: shares.get(label) ?? 0,
        iou: scores?.iou[label] ?? null,
        labelled: labelled === null ? null : labelled.includes(index),
      };
    });
  }

  /** Mean IoU of the image over its labels with the background; null without a mask of the seed's size. */
  get miou(): number | null {
    return this.#scores?.miou ?? null;
  }

  get #scores(): SeedScores | null {
    const { labels, mask } = this;
    return labels === null || mask === null ? null : scoresOf(labels, mask);
  }

  /** Views that a pane can show, in the order they are listed. */
  get views(): readonly SeedViewName[] {
    const { content, mask, image } = this.seed;
    const of: SeedViewName[] = image === null ? [] : ['image'];
    if (content.kind === 'maps') {
      of.push(...content.keys.map((key): SeedViewName => `class ${key}`));
      if (content.background !== null) of.push('background');
    }
    if (content.kind === 'saliency') of.push('saliency');
    if (this.labels !== null) of.push('seed');
    if (mask !== null) of.push('mask');
    return of;
  }

  /** What the two panes show: what the person chose where it can be had, else what the file is about. */
  get panes(): readonly [SeedViewName, SeedViewName | null] {
    const { views } = this;
    const chosen = (which: 0 | 1) => views.find((name) => name === this.view.panes[which]);
    const soft = views.find((name) => name.startsWith('class ')) ?? views.find((name) => name === 'saliency');
    const first = chosen(0) ?? soft ?? views[0] ?? 'image';
    const rest = views.filter((name) => name !== first);
    const second = chosen(1) ?? rest.find((name) => name === 'seed') ?? rest[0] ?? null;
    return [first, second];
  }

  titleOf(view: SeedViewName): string {
    switch (view) {
      case 'image':
        return 'Image';
      case 'seed':
        return this.seed.content.kind === 'labels' ? 'Labels' : 'Seed';
      case 'background':
        return 'Background map';
      case 'saliency':
        return 'Soft map';
      case 'mask':
        return 'Mask';
      default:
        return this.nameOf(classOf(view));
    }
  }

  mapOf(view: SeedViewName): Float32Array | null {
    const { content } = this.seed;
    if (content.kind === 'saliency') return view === 'saliency' ? content.map : null;
    if (content.kind === 'labels') return null;
    if (view === 'background') return content.background;
    return view.startsWith('class ') ? (content.maps[content.keys.indexOf(classOf(view))] ?? null) : null;
  }

  layerOf(view: SeedViewName): Layer {
    const { width, height, mask } = this.seed;
    if (view === 'mask' && mask !== null)
      return { kind: 'labels', source: mask.labels, shares: labelShares(mask.labels), ...sizeOf(mask) };
    if (view === 'seed' && this.labels !== null)
      return { kind: 'labels', source: this.labels, shares: labelShares(this.labels), width, height };
    const map = this.mapOf(view);
    if (map === null) return { kind: 'none' };
    const range = this.#rangeOf(map);
    const colourMap = range.signed ? 'diverging' : this.view.colourMap;
    return { kind: 'heat', source: map, range, colourMap, quantity: null, width, height };
  }

  #rangeOf(map: Float32Array): ValueRange {
    const own = ownRange(map);
    if (this.view.range === 'own') return own;
    const { content } = this.seed;
    if (content.kind === 'saliency') return { low: 0, high: content.full, signed: false };
    return own.signed || own.high > 1 ? own : unitRange;
  }

  /** Outlines over a view: of its class, or of every label. */
  outlinesOf(view: SeedViewName): readonly Outline[] {
    const outlines: Outline[] = [];
    const { width, height, mask } = this.seed;
    const labels = view.startsWith('class ') ? [classOf(view) + 1] : this.classes.map((one) => one.label);
    if (this.view.maskOutline && mask !== null && view !== 'mask')
      for (const label of labels) outlines.push(outlined(mask.labels, label, 'mask', sizeOf(mask)));
    if (this.view.seedOutline && this.labels !== null && view !== 'seed' && view !== 'background')
      for (const label of labels) outlines.push(outlined(this.labels, label, 'seed', { width, height }));
    return outlines;
  }
}

/** Largest label that is scored; 255 is ignored in masks, and undecided in IR labels. */
const largestLabel = ignored - 1;
const scored = new WeakMap<Labels, { readonly mask: Uint8Array; readonly scores: SeedScores }>();

/** Of one image. Pixels that the mask ignores, or the seed leaves undecided, count for nothing. */
function scoresOf(labels: Labels, mask: Uint8Array): SeedScores {
  const before = scored.get(labels);
  if (before?.mask === mask) return before.scores;
  const matrix = new ConfusionMatrix(largestLabel);
  for (let i = 0; i < mask.length; i++) {
    const truth = mask[i] as number;
    const predicted = labels[i] as number;
    if (truth !== ignored && predicted <= largestLabel) matrix.count(truth, predicted, 1);
  }
  const scores = matrix.scores();
  scored.set(labels, { mask, scores });
  return scores;
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}

function classOf(view: SeedViewName): number {
  return Number(view.slice('class '.length));
}

const known = new WeakMap<Labels, Map<number, Outline>>();

function outlined(labels: Labels, label: number, style: Outline['style'], { width, height }: Size): Outline {
  const perLabel = known.get(labels) ?? new Map<number, Outline>();
  known.set(labels, perLabel);
  const found = perLabel.get(label) ?? {
    segments: outlineOf(labels, height, width, label),
    height,
    width,
    style,
  };
  perLabel.set(label, found);
  return found;
}
