/** What each pane of the strip shows: where a stage comes from, its label map, its score. No page needed. */
import { softLabels, takesThreshold, type SoftMaps } from '../../../lpcam/stageLabels';
import { scoredLabels, stageChanges, stageScore, type StageScore } from '../../../lpcam/stageScores';
import { stageTitles, type StageName } from '../../../lpcam/stages';
import type { Labels } from '../../../lpcam/seeds';
import type { ComputedStages, StageReading, StageStrip } from '../../../protocol/stages';
import { thresholdOf, type StagesView } from './stagesView';

export interface StagePane {
  readonly name: StageName;
  readonly title: string;
  readonly reading: StageReading;
  /** `computed`: made now, because no folder holds the stage. Null: nothing to show. */
  readonly source: 'file' | 'computed' | null;
  readonly height: number;
  readonly width: number;
  readonly soft: SoftMaps | null;
  /** The stage's labels, thresholded where it is soft; null without any. */
  readonly labels: Labels | null;
  /** Null where none plays a part. */
  readonly threshold: number | null;
  readonly score: StageScore | null;
  /** Why it is not scored although there is a ground truth. */
  readonly unscored: string | null;
  readonly change: { readonly from: string; readonly by: number } | null;
}

/** Labels and scores of what has not changed since the last drawing. */
export class StagePanes {
  readonly #labels = new WeakMap<object, { readonly threshold: number; readonly labels: Labels }>();
  readonly #soft = new WeakMap<object, SoftMaps>();
  readonly #scores = new WeakMap<Labels, { readonly mask: Labels; readonly score: StageScore }>();

  make(strip: StageStrip, computed: ComputedStages | null, view: StagesView): readonly StagePane[] {
    const truth = strip.stages.find(({ name }) => name === 'groundTruth')?.content ?? null;
    const mask = truth?.kind === 'labels' ? truth : null;
    const wanted = mask === null ? [] : scoredLabels(strip.labels, mask.labels);
    const panes = strip.stages.map((reading) => {
      const shown = this.#shown(strip, reading, computed, view);
      const scored = reading.name !== 'groundTruth' && mask !== null && shown.labels !== null;
      const fits = mask !== null && shown.height === mask.height && shown.width === mask.width;
      const score = scored && fits ? this.#score(shown.labels, mask.labels, wanted) : null;
      const unscored =
        scored && !fits
          ? `Not scored: ${shown.width} × ${shown.height}, the ground truth ${mask.width} × ${mask.height}.`
          : null;
      return { ...shown, score, unscored };
    });
    const changes = stageChanges(panes.map(({ score }) => score?.mean ?? null));
    return panes.map((pane, place) => {
      const change = changes[place] ?? null;
      const from = change === null ? undefined : panes[change.from];
      return { ...pane, change: change && from ? { from: from.title, by: change.by } : null };
    });
  }

  #shown(
    strip: StageStrip,
    reading: StageReading,
    computed: ComputedStages | null,
    view: StagesView,
  ): Omit<StagePane, 'score' | 'unscored' | 'change'> {
    const { name, content } = reading;
    const title = stageTitles[name];
    const common = { name, title, reading };
    const made = this.#computed(reading, computed);
    if (content?.kind === 'labels') {
      const { height, width, labels } = content;
      return { ...common, source: 'file', height, width, soft: null, labels, threshold: null };
    }
    const soft = content ?? made;
    if (soft === null)
      return { ...common, source: null, height: 0, width: 0, soft, labels: null, threshold: null };
    const threshold = thresholdOf(view, name, strip.threshold);
    return {
      ...common,
      source: content === null ? 'computed' : 'file',
      height: soft.height,
      width: soft.width,
      soft,
      labels: soft.height === 0 ? null : this.#thresholded(soft, threshold),
      threshold: takesThreshold(soft) ? threshold : null,
    };
  }

  /** Computed maps stand in where there is no folder at all: never for a file that a folder lacks. */
  #computed({ name, folder, from }: StageReading, computed: ComputedStages | null): SoftMaps | null {
    if (computed === null || folder !== null || from !== null) return null;
    const maps = name === 'cam' ? computed.cam : name === 'lpcam' ? computed.lpcam : null;
    if (maps === null) return null;
    const known = this.#soft.get(maps);
    if (known) return known;
    const { keys, height, width } = computed;
    const soft: SoftMaps = { dialect: 'irn', keys, height, width, maps, background: null };
    this.#soft.set(maps, soft);
    return soft;
  }

  #thresholded(soft: SoftMaps, threshold: number): Labels {
    const known = this.#labels.get(soft);
    if (known?.threshold === threshold) return known.labels;
    const labels = softLabels(soft, threshold);
    this.#labels.set(soft, { threshold, labels });
    return labels;
  }

  #score(labels: Labels, mask: Uint8Array, wanted: readonly number[]): StageScore {
    const known = this.#scores.get(labels);
    if (known?.mask === mask) return known.score;
    const score = stageScore(labels, mask, wanted);
    this.#scores.set(labels, { mask, score });
    return score;
  }
}

/** Class indices that the image's stages have to do with, ascending: its own, and those of any stage. */
export function stripClasses(strip: StageStrip, panes: readonly StagePane[]): readonly number[] {
  const all = new Set(strip.labels ?? []);
  for (const { soft, score } of panes) {
    for (const key of soft?.keys ?? []) all.add(key);
    for (const { label } of score?.classes ?? []) if (label > 0) all.add(label - 1);
  }
  return [...all].sort((one, other) => one - other);
}

export function className(names: readonly string[], index: number): string {
  return names[index] ?? `class ${index}`;
}
