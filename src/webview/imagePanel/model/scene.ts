/** What the panel shows right now: the explanation seen through the person's choices. Made anew for every drawing. */
import type { ReducedSize } from '../../../lpcam/aggregate';
import type { Gates } from '../../../lpcam/presets';
import { winningMap, type ClassMap } from '../../../lpcam/seeds';
import type { Suppression } from '../../../lpcam/suppression';
import type { ImageClass } from '../../../protocol/explanation';
import type { ImageSeed } from '../../../protocol/seed';
import type { ComparedSeeds } from './comparedSeeds';
import { comparisonFault } from './comparisonView';
import type { Explanation } from './explanation';
import type { AttributionMap, Maps } from './maps';
import { isComparisonView } from './panes';
import { inStripOrder, prototypesOf, type ClassPrototypes, type Prototype } from './prototypes';
import { seedFileFault } from './seedFile';
import type {
  Drawn,
  HeatRecipe,
  MapRecipe,
  SeedRecipe,
  SuppressionRecipe,
} from '../../shared/picture/recipe';
import type { ValueRange } from '../../shared/picture/valueRange';
import type { ViewName, ViewState } from './viewState';

/** Where a seed comes from. */
export type SeedSource = 'lpcam' | 'cam';

export class Scene {
  /** Position of the shown class in `header.classes`; -1 when the image has none. */
  readonly position: number;
  readonly gates: Gates;
  readonly threshold: number;
  readonly #prototypes = new Map<number, ClassPrototypes>();

  constructor(
    readonly explanation: Explanation,
    readonly view: ViewState,
    readonly maps: Maps,
    /** Size that the stage is drawn at. */
    readonly size: ReducedSize,
    /** The study's seed file of the image; null: there is none. */
    readonly seedFile: ImageSeed | null = null,
    /** Two folders' seeds of the image; null: none are compared, or they are being read. */
    readonly compared: ComparedSeeds | null = null,
  ) {
    const { header } = explanation;
    const named = header.classes.findIndex((one) => one.name === view.className);
    this.position = named >= 0 ? named : header.classes.length > 0 ? 0 : -1;
    this.gates = view.gates ?? header.settings.gates;
    this.threshold = view.threshold ?? header.settings.seeds.threshold;
  }

  get header() {
    return this.explanation.header;
  }

  /** The class shown; null when the image has none. */
  get activeClass(): ImageClass | null {
    return this.header.classes[this.position] ?? null;
  }

  /** At least one scale's maps are here. */
  get hasMaps(): boolean {
    return this.explanation.scales.length > 0;
  }

  /** All scales are here. */
  get complete(): boolean {
    return this.explanation.timings !== null;
  }

  prototypes(position: number): ClassPrototypes {
    const known = this.#prototypes.get(position);
    if (known) return known;
    const classIndex = this.header.classes[position]?.index ?? -1;
    const made = prototypesOf(this.header, classIndex, this.gates, this.view.switches);
    this.#prototypes.set(position, made);
    return made;
  }

  /** Prototypes of the shown class. */
  get active(): ClassPrototypes {
    return this.prototypes(this.position);
  }

  /** The selected prototype, when it is one of the shown class. */
  get selected(): Prototype | null {
    const { selected } = this.view;
    return inStripOrder(this.active).find((prototype) => prototype.centre.id === selected) ?? null;
  }

  /** The bank has centres for the class. */
  hasCentres(position: number): boolean {
    const classIndex = this.header.classes[position]?.index;
    return this.header.centres.some((centre) => centre.classIndex === classIndex);
  }

  lpcam(position: number, size: ReducedSize = this.size): AttributionMap {
    return this.maps.lpcam(this.prototypes(position), size);
  }

  /** Sources that a seed can be made from: LPCAM needs prototypes of at least one class of the image. */
  get seedSources(): readonly SeedSource[] {
    const some = this.header.classes.some((_, position) => this.hasCentres(position));
    return some ? ['lpcam', 'cam'] : ['cam'];
  }

  /** The source in use: what the person chose where it can be had. */
  get seedFrom(): SeedSource {
    return this.seedSources.includes(this.view.seedFrom) ? this.view.seedFrom : 'cam';
  }

  /** Maps of all classes of the image, which compete for every pixel of a seed. */
  seedMaps(source: SeedSource, size: ReducedSize): readonly ClassMap[] {
    return this.seedPositions(source).map((position) => ({
      classIndex: this.header.classes[position]?.index ?? -1,
      map: source === 'cam' ? this.maps.cam(position, size) : this.lpcam(position, size).map,
    }));
  }

  /** Positions of the classes that compete for a source's seed. */
  seedPositions(source: SeedSource): readonly number[] {
    const positions = [...this.header.classes.keys()];
    return source === 'cam' ? positions : positions.filter((position) => this.hasCentres(position));
  }

  /** Names the rule that CAM and LPCAM follow. */
  get ruleKey(): string {
    return this.maps.rule?.rule ?? 'plain';
  }

  /** Names the prototypes that take part in a class's LPCAM. */
  selectionKey(position: number): string {
    const { classRows, contextRows } = this.prototypes(position);
    return `${this.ruleKey} ${classRows.join()}-${contextRows.join()}`;
  }

  /** Names the maps of a source's seed. */
  seedKey(source: SeedSource): string {
    if (source === 'cam') return `cam ${this.ruleKey}`;
    return `lpcam ${this.header.classes.map((_, position) => this.selectionKey(position)).join(' ')}`;
  }

  seed(source: SeedSource, size: ReducedSize = this.size): Uint16Array {
    return this.maps.seed(this.seedKey(source), this.seedMaps(source, size), this.threshold, size);
  }

  /** The shown class's map of a source where it wins over the image's other classes: above any threshold, its seed. */
  winning(source: SeedSource): Float32Array {
    const index = this.activeClass?.index ?? -1;
    const others = this.seedPositions(source).length > 1;
    if (!others)
      return source === 'cam' ? this.maps.cam(this.position, this.size) : this.lpcam(this.position).map;
    return this.maps.remembered(
      `winning ${this.seedKey(source)} ${index} ${this.size}`,
      () => winningMap(this.seedMaps(source, this.size), index),
      (made) => made.byteLength,
    );
  }

  /** What a class's map is made of. */
  recipe(source: SeedSource, position: number, size: ReducedSize = this.size): MapRecipe {
    return source === 'cam'
      ? this.maps.camRecipe(position, size)
      : this.maps.lpcamRecipe(this.prototypes(position), size);
  }

  /** A seed as it is drawn. */
  drawnSeed(source: SeedSource): Drawn<SeedRecipe, Uint16Array> {
    return this.maps.kept(`drawn seed ${this.seedKey(source)} ${this.threshold} ${this.size}`, () => {
      const positions = this.seedPositions(source);
      const recipe: SeedRecipe = {
        kind: 'seed',
        maps: positions.map((position) => this.recipe(source, position)),
        labels: positions.map((position) => (this.header.classes[position]?.index ?? -1) + 1),
        threshold: this.threshold,
      };
      return { recipe, values: () => this.seed(source) };
    });
  }

  /** What context took away of the shown class, as it is drawn. */
  drawnSuppression(): Drawn<SuppressionRecipe, Uint8Array> {
    const { maps, active, threshold, size, position } = this;
    const index = this.activeClass?.index ?? -1;
    const key = `drawn suppression ${this.selectionKey(position)} ${threshold} ${index} ${size}`;
    return maps.kept(key, () => {
      const recipe: SuppressionRecipe = {
        kind: 'suppression',
        before: maps.lpcamRecipe({ classRows: active.classRows, contextRows: [] }, size),
        after: maps.lpcamRecipe(active, size),
        threshold,
        mask: maps.mask(size),
        label: index + 1,
      };
      return { recipe, values: () => this.suppression().kinds };
    });
  }

  suppression(): Suppression {
    const index = this.activeClass?.index ?? -1;
    return this.maps.suppression(this.active, this.threshold, index, this.size);
  }

  /** A map as it is drawn; `key` names it, besides the size. */
  drawnMap(key: string, map: MapRecipe, values: () => Float32Array): Drawn<HeatRecipe, Float32Array> {
    return this.maps.kept(`drawn ${key} ${this.size}`, () => ({ recipe: { kind: 'heat', map }, values }));
  }

  /** Why a view cannot be shown; null when it can. */
  unavailable(view: ViewName): string | null {
    if (view === 'image') return null;
    if (view === 'mask') return this.header.mask ? null : 'The study has no mask for this image.';
    if (view === 'seedFile') {
      if (this.seedFile) return seedFileFault(this.seedFile, this.header.image);
      return 'The study has no seed file of this image: “LPCAM: Generate Seeds” makes them.';
    }
    if (isComparisonView(view)) return comparisonFault(this, view);
    if (this.position < 0) return 'The image has no class: add one.';
    if (view === 'cam' || view === 'seed') return null;
    if (!this.header.bank) return 'No prototype bank yet: cluster the study’s prototypes first.';
    if (!this.hasCentres(this.position)) {
      return `The prototype bank has no centres of ${this.activeClass?.name ?? 'this class'}.`;
    }
    if (view === 'context' && this.active.contextRows.length === 0) return 'No context prototype is on.';
    if (view === 'suppression' && this.active.contextRows.length === 0) {
      return 'No context prototype is on, so nothing is taken away.';
    }
    if (view === 'class' && this.active.classRows.length === 0) return 'No class prototype is on.';
    if (view === 'prototype' && !this.selected) return 'No prototype is selected.';
    return null;
  }

  /** Range of all similarity maps of the shown class, so that their colours compare. */
  get similarityRange(): ValueRange {
    const rows = inStripOrder(this.active).map((prototype) => prototype.row);
    return this.maps.rangeOf(rows);
  }
}
