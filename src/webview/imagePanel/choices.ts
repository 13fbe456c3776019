/** What the person chose in the panel, kept over a reload. */
import type { FromImagePanel, ToImagePanel, TrialSource } from '../../protocol/imagePanel';
import type { Host } from '../shared/host';
import { fitZoom } from '../shared/picture/viewport';
import { Keeper } from './keeper';
import { withComparison, withoutComparison } from './model/panes';
import type { Prototype } from './model/prototypes';
import type { Scene } from './model/scene';
import { fitHeader, withCentre, withChange, withoutSelection, withSelection } from './model/viewChanges';
import type { ViewState } from './model/viewState';

export class Choices {
  readonly #kept: Keeper;
  #view: ViewState;
  /** Until the person chooses something the panel chooses for them. */
  #touched: boolean;

  /** @param changed called when the person's view has become another */
  constructor(
    host: Host<FromImagePanel>,
    private readonly changed: () => void,
  ) {
    this.#kept = new Keeper(host, () => this.#view);
    this.#touched = this.#kept.restored;
    this.#view = this.#kept.restoredView;
  }

  get view(): ViewState {
    return this.#view;
  }

  /** The person has chosen something, now or in an earlier page. */
  get touched(): boolean {
    return this.#touched;
  }

  change(patch: Partial<ViewState>): void {
    this.#choose(withChange(this.#view, patch));
  }

  select(prototype: Prototype | null): void {
    const { selected, panes, before } = prototype
      ? withSelection(this.#view, prototype)
      : withoutSelection(this.#view);
    this.change({ selected, panes, before });
  }

  /** Shows a centre, where the image has it. */
  show(centre: number, header: Scene['header']): void {
    const view = withCentre(this.#view, header, centre);
    if (view) this.#choose(view);
  }

  /**
   * Another image starts fitted.
   * @returns whether it is another
   */
  open(opening: Extract<ToImagePanel, { type: 'opening' }>): boolean {
    if (this.#kept.open(opening)) return false;
    this.#view = { ...this.#view, zoom: fitZoom };
    return true;
  }

  /** Seeds are compared, or no longer are. */
  compare({ compared, show }: Extract<ToImagePanel, { type: 'seedPair' }>): void {
    this.#kept.keepCompared(compared);
    if (show) {
      this.#touched = true;
      this.#view = withComparison(this.#view, show.className);
    } else if (!compared) this.#view = withoutComparison(this.#view);
  }

  /** The image's classes and bank are known. @returns whether the bank is another */
  meet(header: Scene['header']): boolean {
    const { bank } = this.#view;
    this.#view = fitHeader(this.#view, header, !this.#touched);
    this.#kept.soon();
    return this.#view.bank !== bank;
  }

  /** The classes the person asked for; null: the image's own. */
  keepClasses(classes: readonly string[] | null): void {
    this.#kept.keepClasses(classes);
  }

  /** Where in the code a tried value stands; null: none is tried. */
  keepCode(code: TrialSource | null): void {
    this.#kept.keepCode(code);
  }

  #choose(view: ViewState): void {
    this.#touched = true;
    this.#view = view;
    this.#kept.soon();
    this.changed();
  }
}
