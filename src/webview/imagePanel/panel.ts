/** What the panel's parts may read and do. Each part is a function from this to a template. */
import type { Notice } from '../../lpcam/notice';
import type { Patch } from '../../lpcam/bank';
import type { FromImagePanel, ImagePanelAction, Trial } from '../../protocol/imagePanel';
import type { Exact } from './exact/exactKeeper';
import type { Figures } from './model/figures';
import type { PanelState } from './model/panelState';
import type { Reading } from './model/reading';
import type { Prototype } from './model/prototypes';
import type { Scene } from './model/scene';
import type { ViewState } from './model/viewState';
import type { Pixel } from '../shared/picture/pane';

export type Command = Extract<FromImagePanel, { type: 'command' }>['command'];

/** Things that last as long as the panel and are not worth keeping. */
export interface Momentary {
  readonly cursor: Pixel | null;
  readonly reading: Reading | null;
  readonly helpOpen: boolean;
  readonly pickerOpen: boolean;
  readonly filter: string;
  /** Place in the class picker's list. */
  readonly picked: number;
  readonly gatesOpen: boolean;
  readonly notesOpen: boolean;
}

export interface Panel {
  readonly state: PanelState;
  readonly view: ViewState;
  readonly scene: Scene | null;
  /** What the worker knows of the scene; null without one. */
  readonly exact: Exact | null;
  readonly momentary: Momentary;
  readonly figures: Figures;
  readonly notices: readonly Notice[];
  /** Two panes are shown. */
  readonly split: boolean;
  readonly picture: HTMLCanvasElement | null;
  /** Maps have been painted: until then outlines, which take as long as all else, are left out. */
  readonly painted: boolean;

  /** A value of the code that is tried. */
  readonly trial: Trial | null;

  change(patch: Partial<ViewState>): void;
  note(patch: Partial<Momentary>): void;
  act(action: ImagePanelAction): void;
  command(command: Command): void;
  /** Explain again with these classes (names); null: the image's own. */
  askClasses(classes: readonly string[] | null): void;
  select(prototype: Prototype | null): void;
  toggle(prototype: Prototype): void;
  only(prototype: Prototype): void;
  tellCode(
    message: Extract<
      FromImagePanel,
      { type: 'writeBack' | 'endTrial' | 'showCode' | 'runTrial' | 'keepTrialBank' }
    >,
  ): void;
  openImage(image: string): void;
  /** The crop around a patch: undefined while it is on its way, null when the image is gone. */
  crop(patch: Patch): ImageData | null | undefined;
}
