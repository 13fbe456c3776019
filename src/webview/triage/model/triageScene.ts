/** Everything the panel shows that follows from the counts and from what the person chose. */
import { suggestConfidence, type ConfidenceSuggestions } from '../../../lpcam/triage/confidence';
import { datasetTotals, datasetScores, type DatasetTotals } from '../../../lpcam/triage/datasetScores';
import type { SeedScores as LabelScores } from '../../../lpcam/metrics';
import { entryFlags } from '../../../lpcam/triage/imageCounts';
import { levelsAround, RowFigures } from '../../../lpcam/triage/rowFigures';
import { listOrder, rowOrder } from '../../../lpcam/triage/rowOrder';
import { sweepScores, type SweepScores } from '../../../lpcam/triage/thresholdChoice';
import type { ScoredSeeds, SeedScores } from '../../../protocol/score';
import { Kept } from '../../shared/kept';
import { columnsFor, worstFirst, type TableKind } from './columns';
import type { ColumnId, Sorting, TriageView } from './triageView';

/** Place of the threshold nearest to a value. */
function placeOf(thresholds: readonly number[], value: number): number {
  let best = 0;
  thresholds.forEach((threshold, place) => {
    if (Math.abs(threshold - value) < Math.abs((thresholds[best] ?? 0) - value)) best = place;
  });
  return best;
}

/** One folder at its threshold. */
export class FolderScene {
  readonly totals: DatasetTotals;
  readonly swept: SweepScores;
  readonly #figures = new Kept<RowFigures>();
  readonly #scores = new Kept<LabelScores>();

  constructor(
    readonly seeds: ScoredSeeds,
    classes: number,
  ) {
    this.totals = datasetTotals(seeds.columns, classes);
    this.swept = sweepScores(this.totals, seeds.sweep, seeds.columns.withMasks);
  }

  /** Place of the threshold looked at: the person's, else the study's, else the best. */
  place(chosen: number | null): number {
    const { thresholds, own } = this.seeds;
    if (chosen !== null) return placeOf(thresholds, chosen);
    return own?.place ?? this.swept.best ?? placeOf(thresholds, 0.3);
  }

  figures(place: number, label: number | null): RowFigures {
    return this.#figures.get(
      [place, label],
      () => new RowFigures(this.seeds.columns, levelsAround(this.seeds.thresholds, place), label),
    );
  }

  scores(place: number): LabelScores {
    return this.#scores.get([place], () => datasetScores(this.totals, place));
  }
}

type Figures = Float32Array | Uint8Array;

export interface TableScene {
  readonly kind: TableKind;
  readonly columns: readonly ColumnId[];
  readonly sorting: Sorting;
  /** Places of images in the order of the rows. */
  readonly order: Uint32Array;
  /** Figures of a column by the image's place; null for those that are no figures. */
  readonly values: (column: ColumnId) => Figures | null;
  /** One image's figure; not-a-number where it does not apply. */
  readonly cell: (column: ColumnId, image: number) => number;
}

export class TriageScene {
  readonly first: FolderScene;
  readonly second: FolderScene | null;
  readonly #places = new Map<string, number>();
  readonly #table = new Kept<TableScene>();
  readonly #shown = new Kept<{ readonly rows: Uint8Array | null }>();
  readonly #differences = new Kept<Float32Array>();
  readonly #agreements = new Kept<Float32Array>();
  /** Ids as the search compares them. */
  readonly #lowerIds = new Kept<readonly string[]>();
  readonly #suggestions = new Kept<ConfidenceSuggestions>();

  constructor(readonly scores: SeedScores) {
    const classes = scores.classes.length;
    this.first = new FolderScene(scores.first, classes);
    this.second = scores.second === null ? null : new FolderScene(scores.second, classes);
    scores.ids.forEach((id, place) => this.#places.set(id, place));
  }

  get kind(): TableKind {
    const { first, second, masks } = this.scores;
    return {
      withMasks: masks !== null,
      compared: second !== null,
      labelMaps: first.labelMaps && (second?.labelMaps ?? true),
    };
  }

  /** Place of an image; null: it was not scored. */
  imagePlace(id: string | null): number | null {
    return id === null ? null : (this.#places.get(id) ?? null);
  }

  /** Label id of a class's name. */
  label(className: string | null): number | null {
    const index = className === null ? -1 : this.scores.classes.indexOf(className);
    return index < 0 ? null : index + 1;
  }

  placeOfFirst({ threshold }: TriageView): number {
    return this.first.place(threshold);
  }

  placeOfSecond({ threshold2 }: TriageView): number {
    return this.second?.place(threshold2) ?? 0;
  }

  table(view: TriageView): TableScene {
    const { kind } = this;
    const columns = columnsFor(kind);
    const wanted = view.sort;
    const sorting = wanted !== null && columns.includes(wanted.column) ? wanted : worstFirst(kind);
    const label = this.label(view.className);
    const first = this.placeOfFirst(view);
    const second = this.placeOfSecond(view);
    const key = [first, second, label, view.search, sorting.column, sorting.descending];
    return this.#table.get(key, () => {
      const values = (column: ColumnId) => this.#values(column, first, second, label);
      const cell = (column: ColumnId, image: number) => this.#cell(column, image, first, second, label);
      const shown = this.#rowsShown(label, view.search);
      const figures = values(sorting.column);
      const order =
        figures === null
          ? listOrder(this.scores.ids.length, sorting.descending, shown)
          : rowOrder(figures, sorting.descending, shown);
      return { kind, columns, sorting, order, values, cell };
    });
  }

  suggestions(view: TriageView): ConfidenceSuggestions {
    const { fg, bg } = view.targets;
    return this.#suggestions.get([fg, bg], () => suggestConfidence(this.first.totals, { fg, bg }));
  }

  /** Classes of an image: label ids with what they are to it, of both folders. */
  classesOf(
    place: number,
  ): readonly { readonly label: number; readonly inMask: boolean; readonly seeded: boolean }[] {
    const found = new Map<number, { inMask: boolean; seeded: boolean }>();
    for (const folder of [this.first, this.second]) {
      if (folder === null) continue;
      const { first, label, flags, truth } = folder.seeds.columns;
      for (let entry = first[place] ?? 0; entry < (first[place + 1] ?? 0); entry++) {
        const id = label[entry] ?? 0;
        const one = found.get(id) ?? { inMask: false, seeded: false };
        found.set(id, {
          inMask: one.inMask || (truth[entry] ?? 0) > 0,
          seeded: one.seeded || ((flags[entry] ?? 0) & entryFlags.seeded) !== 0,
        });
      }
    }
    return [...found]
      .map(([label, one]) => ({ label, ...one }))
      .sort((one, other) => one.label - other.label);
  }

  #rowsShown(label: number | null, search: string): Uint8Array | null {
    return this.#shown.get([label, search], () => {
      if (label === null && search === '') return { rows: null };
      const rows = this.#withLabel(label);
      if (search === '') return { rows };
      const wanted = search.toLowerCase();
      const ids = this.#lowerIds.get([], () => this.scores.ids.map((id) => id.toLowerCase()));
      for (let i = 0; i < rows.length; i++) if (rows[i] === 1 && !ids[i]?.includes(wanted)) rows[i] = 0;
      return { rows };
    }).rows;
  }

  /** 1 for images that have the class in either folder; without a class, for all. */
  #withLabel(label: number | null): Uint8Array {
    const images = this.scores.ids.length;
    const rows = new Uint8Array(images);
    if (label === null) return rows.fill(1);
    for (const folder of [this.first, this.second]) {
      if (folder === null) continue;
      const { first, label: labels } = folder.seeds.columns;
      for (let i = 0; i < images; i++) {
        const end = first[i + 1] as number;
        for (let entry = first[i] as number; entry < end; entry++) if (labels[entry] === label) rows[i] = 1;
      }
    }
    return rows;
  }

  #values(column: ColumnId, first: number, second: number, label: number | null): Figures | null {
    switch (column) {
      case 'image':
      case 'classes':
        return null;
      case 'iou2':
        return this.second?.figures(second, label).column('iou') ?? null;
      case 'area2':
        return this.second?.figures(second, label).column('area') ?? null;
      case 'delta':
        return this.#delta(first, second, label);
      case 'differs':
        return this.#differs(first, second);
      case 'iou':
      case 'fp':
      case 'fn':
      case 'area':
      case 'stability':
      case 'dead':
      case 'missing':
        return this.first.figures(first, label).column(column);
    }
  }

  #cell(column: ColumnId, image: number, first: number, second: number, label: number | null): number {
    const of = (folder: FolderScene | null, place: number, name: 'iou' | 'area') =>
      folder?.figures(place, label).of(name, image) ?? NaN;
    switch (column) {
      case 'image':
      case 'classes':
        return NaN;
      case 'iou2':
        return of(this.second, second, 'iou');
      case 'area2':
        return of(this.second, second, 'area');
      case 'delta':
        return of(this.second, second, 'iou') - of(this.first, first, 'iou');
      case 'differs':
        return this.#disagreement(image, first, second);
      case 'iou':
      case 'fp':
      case 'fn':
      case 'area':
      case 'stability':
      case 'dead':
      case 'missing':
        return this.first.figures(first, label).of(column, image);
    }
  }

  #delta(first: number, second: number, label: number | null): Float32Array {
    return this.#differences.get([first, second, label], () => {
      const before = this.first.figures(first, label).column('iou');
      const after = this.second?.figures(second, label).column('iou') ?? before;
      const delta = new Float32Array(before.length);
      for (let i = 0; i < delta.length; i++) delta[i] = (after[i] as number) - (before[i] as number);
      return delta;
    });
  }

  #differs(first: number, second: number): Float32Array {
    return this.#agreements.get([first, second], () => {
      const differs = new Float32Array(this.scores.ids.length);
      for (let i = 0; i < differs.length; i++) differs[i] = this.#disagreement(i, first, second);
      return differs;
    });
  }

  /** Share of the pixels that either seed names that they name differently. */
  #disagreement(image: number, first: number, second: number): number {
    const { agreement } = this.scores;
    const rows = this.first.seeds.thresholds.length;
    const columns = this.second?.seeds.thresholds.length ?? 1;
    if (agreement === null) return NaN;
    return 1 - (agreement[(image * rows + first) * columns + second] ?? 0) / 65535;
  }
}
