/**
 * Keeps what a worker makes of an image: knows which are wanted, asks for one missing part at a time, the
 * most wanted first, and drops those that nobody wants any more. A newer wish makes an older one's answer irrelevant:
 * it costs at most the one part that is being made.
 */
import type { ExplanationHeader, ScaleMaps } from '../../../protocol/explanation';
import { noFigures, type Figures, type IouCurve, type SeedFigures } from '../model/figures';
import type { Layer } from '../../shared/picture/layer';
import type { OutlineName } from '../model/outline';
import type { Outline } from '../../shared/picture/outline';
import type { Scene, SeedSource } from '../model/scene';
import type { ViewName, ViewState } from '../model/viewState';
import type { FromWorker, Link, LinkListener } from './messages';
import { isTallied, partKey, partsOf, type Part } from './part';
import type { Piece, Tally } from './piece';

/** Counts of a view's legend; `stale`: of an earlier state. */
export interface KnownTally {
  readonly tally: Tally;
  readonly stale: boolean;
}

/** What the worker knows of a scene; null: not yet. Layers and outlines only of large images. */
export interface Exact {
  readonly figures: Figures;
  /** Something that is shown is still being made. */
  readonly pending: boolean;
  layer(view: ViewName): Layer | null;
  outline(name: OutlineName): Outline | null;
  tally(view: ViewName): KnownTally | null;
}

interface Wanted {
  readonly key: string;
  readonly part: Part;
}

/** The piece of a part, when it is here. */
type Find = <K extends Piece['kind']>(kind: K, part: Part) => Extract<Piece, { kind: K }> | null;

export class ExactKeeper {
  readonly #pieces = new Map<string, Piece>();
  #link: Link | null = null;
  #image = 0;
  #header: ExplanationHeader | null = null;
  #scales: readonly ScaleMaps[] = [];
  #view: ViewState | null = null;
  #wanted: readonly Wanted[] = [];
  /** Key of the part that is being made. */
  #asked: string | null = null;
  /** Keys of parts that cannot be made. */
  readonly #failed = new Set<string>();
  #figures: Figures = noFigures;
  /** The last of each view. */
  readonly #tallies = new Map<ViewName, Tally>();

  /**
   * @param connect makes the link when it is first needed, and `connectAgain` where that one fails
   * @param onArrival a part that is wanted is here: draw again; @param onFault something went wrong, in words
   */
  constructor(
    private readonly connect: (listener: LinkListener) => Link,
    private readonly connectAgain: (listener: LinkListener) => Link,
    private readonly onArrival: () => void,
    private readonly onFault: (message: string) => void,
  ) {}

  /** What is known of a scene that shows these views; asks for what is not. */
  of(scene: Scene, views: readonly ViewName[]): Exact {
    this.#follow(scene.header, scene.explanation.scales);
    this.#view = scene.view;
    const keyOf = (part: Part) => `${this.#image} ${this.#scales.length} ${partKey(scene, part)}`;
    this.#wanted = partsOf(scene, views)
      .map((part) => ({ part, key: keyOf(part) }))
      .filter(({ key }) => !this.#failed.has(key));
    this.#askNext();
    const find: Find = (kind, part) => {
      const piece = this.#pieces.get(keyOf(part));
      return piece?.kind === kind ? (piece as Extract<Piece, { kind: typeof kind }>) : null;
    };
    this.#collect(scene.position < 0 ? [] : scene.seedSources, find);
    return {
      figures: this.#figures,
      pending: this.#wanted.some(({ key, part }) => part.kind !== 'curve' && !this.#pieces.has(key)),
      layer: (view) => find('layer', { kind: 'layer', view })?.layer ?? null,
      outline: (name) => find('outline', { kind: 'outline', name })?.outline ?? null,
      tally: (view) => this.#tally(view, find),
    };
  }

  /** Drops what is not wanted any more; call it once nothing old is on the stage. */
  sweep(): void {
    const wanted = new Set(this.#wanted.map(({ key }) => key));
    for (const [key, piece] of this.#pieces) {
      if (wanted.has(key)) continue;
      this.#pieces.delete(key);
      close(piece);
    }
  }

  /**
   * Nobody looks: the other side ends, which holds the maps once more, and is told all again when it is asked next.
   * @returns whether it was at work: it has to be asked anew
   */
  rest(): boolean {
    const busy = this.#asked !== null;
    this.#link?.close();
    this.#link = null;
    this.#asked = null;
    return busy;
  }

  /** Forgets everything: another image, or none. */
  clear(): void {
    if (this.#header === null) return;
    this.rest();
    this.#wanted = [];
    this.#forgetFigures();
    this.#header = null;
    this.#scales = [];
    this.sweep();
  }

  #forgetFigures(): void {
    this.#figures = noFigures;
    this.#tallies.clear();
  }

  /** Tells the other side of images and scales that it does not know. */
  #follow(header: ExplanationHeader, scales: readonly ScaleMaps[]): void {
    if (header !== this.#header) {
      // The same image computed anew keeps its figures, marked, until the new ones are here.
      if (header.image.path !== this.#header?.image.path) this.#forgetFigures();
      this.#header = null;
      this.#scales = [];
      this.#image++;
      open(this.#line(), this.#image, header);
      this.#header = header;
    }
    const fresh = scales.slice(this.#scales.length);
    if (fresh.length > 0) {
      const line = this.#line();
      for (const maps of fresh) line.post({ type: 'scale', image: this.#image, maps });
    }
    this.#scales = scales;
  }

  /** A new one is told what the last one knew. */
  #line(): Link {
    if (this.#link) return this.#link;
    const line = this.connect(this.#listener(this.connectAgain));
    this.#link = line;
    if (this.#header) open(line, this.#image, this.#header);
    for (const maps of this.#scales) line.post({ type: 'scale', image: this.#image, maps });
    return line;
  }

  #listener(otherwise: ((listener: LinkListener) => Link) | null): LinkListener {
    return {
      answer: (message) => this.#receive(message),
      fail: (message) => {
        this.onFault(`The worker of the image panel failed: ${message}`);
        if (!otherwise) return;
        this.#link = otherwise(this.#listener(null));
        // The other side knows nothing: the next drawing tells it all.
        this.#header = null;
        this.#asked = null;
        this.onArrival();
      },
    };
  }

  #askNext(): void {
    if (this.#asked !== null || !this.#view) return;
    const next = this.#wanted.find(({ key }) => !this.#pieces.has(key));
    if (!next) return;
    this.#asked = next.key;
    const { key, part } = next;
    this.#line().post({ type: 'ask', image: this.#image, key, view: this.#view, part });
  }

  #receive(message: FromWorker): void {
    if (message.key === this.#asked) this.#asked = null;
    const isWanted = this.#wanted.some(({ key }) => key === message.key);
    if (message.type === 'fault') {
      this.onFault(message.message);
      // It would fail again: what it is wanted for stays reduced.
      this.#failed.add(message.key);
      this.#wanted = this.#wanted.filter(({ key }) => key !== message.key);
    } else if (isWanted) {
      this.#pieces.set(message.key, message.piece);
      this.onArrival();
    } else close(message.piece);
    this.#askNext();
  }

  #tally(view: ViewName, find: Find): KnownTally | null {
    if (!isTallied(view)) return null;
    const found = find('tally', { kind: 'tally', view });
    if (found) this.#tallies.set(view, found.tally);
    const tally = found?.tally ?? this.#tallies.get(view);
    return tally ? { tally, stale: !found } : null;
  }

  /** Brings the figures up to date; those of an earlier state stay, marked, until the new ones are here. */
  #collect(sources: readonly SeedSource[], find: Find): void {
    const bySource = new Map<SeedSource, SeedFigures>();
    const curves = new Map<SeedSource, IouCurve>();
    let fault: string | null = null;
    let stale = false;
    let curvesStale = false;
    for (const source of sources) {
      const found = find('figures', { kind: 'figures', source });
      const figures = found ? found.figures : this.#figures.bySource.get(source);
      const drawn = find('curve', { kind: 'curve', source })?.curve;
      const curve = drawn ?? this.#figures.curves.get(source);
      if (figures) bySource.set(source, figures);
      if (curve) curves.set(source, curve);
      fault ??= found?.fault ?? null;
      stale ||= !found;
      curvesStale ||= !drawn;
    }
    this.#figures = { bySource, curves, fault, stale, curvesStale };
  }
}

function open(line: Link, image: number, header: ExplanationHeader): void {
  // The picture itself is not needed there.
  const bare = { ...header, image: { ...header.image, rgb: new Uint8Array() } };
  line.post({ type: 'open', image, header: bare });
}

function close(piece: Piece): void {
  if (piece.kind !== 'layer') return;
  for (const bitmap of Object.values(piece.layer.source)) bitmap.close();
}
