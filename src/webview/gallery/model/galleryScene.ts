/** What the gallery shows right now: the bank seen through the person's choices. Each part is made anew only when what it depends on is another. */
import type { Mark } from '../../../lpcam/bank';
import type { Gates } from '../../../lpcam/presets';
import type { GalleryBank } from '../../../protocol/gallery';
import { Kept } from '../../shared/kept';
import { cardGap, cardHeight, cardWidth, headingHeight, pageMargin } from '../cardSize';
import { arrange, type Section } from './arrangement';
import { gateBank, scoreBank, type GatedBank, type ScoredCentre } from './gatedCentres';
import type { GalleryView } from './galleryView';
import { columnsIn, layOut, type Layout } from './layout';

export interface GalleryScene {
  /** The gates that apply now: the person's, else the study's. */
  readonly gates: Gates;
  /** Null without a bank. */
  readonly gated: GatedBank | null;
  readonly sections: readonly Section[];
  readonly layout: Layout;
}

const open: Gates = { class: 0, context: [0, 1] };

export class GallerySceneMaker {
  readonly #scored = new Kept<readonly ScoredCentre[]>();
  readonly #gated = new Kept<GatedBank>();
  readonly #sections = new Kept<readonly Section[]>();
  readonly #layout = new Kept<Layout>();

  /** @param width of the grid, pixels */
  make(
    opened: GalleryBank | null,
    view: GalleryView,
    marks: ReadonlyMap<number, Mark>,
    width: number,
  ): GalleryScene {
    const gates = view.gates ?? opened?.gates ?? open;
    const gated = opened?.bank ? this.#gate(opened, opened.bank, gates, marks) : null;
    const sections = gated ? this.#arrange(gated, view) : [];
    const columns = columnsIn(width - 2 * pageMargin, cardWidth, cardGap);
    const rowHeight = cardHeight(view.grouped) + cardGap;
    const layout = this.#layout.get([sections, columns, rowHeight], () =>
      layOut(sections, { columns, headingHeight, rowHeight }),
    );
    return { gates, gated, sections, layout };
  }

  #gate(
    opened: GalleryBank,
    bank: NonNullable<GalleryBank['bank']>,
    gates: Gates,
    marks: ReadonlyMap<number, Mark>,
  ): GatedBank {
    const scored = this.#scored.get([opened], () => scoreBank(bank, opened.classNames));
    const [low, high] = gates.context;
    return this.#gated.get([scored, gates.class, low, high, marks], () =>
      gateBank(scored, gates, bank.summary.alreadyGated, marks),
    );
  }

  #arrange(gated: GatedBank, view: GalleryView): readonly Section[] {
    const { search, kind, set, sort, reversed, grouped } = view;
    return this.#sections.get([gated, search, kind, set, sort, reversed, grouped], () =>
      arrange(gated.centres, view),
    );
  }
}
