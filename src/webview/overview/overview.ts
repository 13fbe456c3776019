/** What the overview's parts may read and do. Each part is a function from this to a template. */
import type { BankGeometry } from '../../protocol/overview';
import type { ClassPair } from '../checkpoint/model/cosines';
import type { Gallery } from '../gallery/gallery';
import type { GatedBank } from '../gallery/model/gatedCentres';
import type { OverviewScene } from './model/overviewScene';
import type { OverviewView } from './model/overviewView';
import type { ThemeColours } from './themeColours';

export interface Overview extends OverviewScene {
  readonly gallery: Gallery;
  readonly gated: GatedBank;
  readonly geometry: BankGeometry;
  readonly view: OverviewView;
  readonly colours: ThemeColours;
  /** Width of the page in CSS pixels. */
  readonly width: number;
  /** Centre that the pointer or the keys were on last. */
  readonly pointed: number | null;
  /** Cell of the matrix under the pointer or the keys. */
  readonly cell: ClassPair | null;
  /** Groups of the catalogue that are shown, and those that show all of their prototypes, by their first member. */
  readonly groupsShown: number;
  readonly unfolded: ReadonlySet<number>;

  readonly change: (patch: Partial<OverviewView>) => void;
  /** @param byKey the keys went there, so it is said and kept */
  readonly point: (centre: number | null, byKey: boolean) => void;
  readonly pointCell: (cell: ClassPair | null, byKey: boolean) => void;
  /** Shows a centre in the gallery. */
  readonly open: (centre: number) => void;
  readonly showMoreGroups: () => void;
  readonly unfold: (group: number) => void;
}
