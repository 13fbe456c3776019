/** Everything the strip's templates read, and what they can ask for. */
import type { Failure } from '../../protocol/failure';
import type { StagesPanelCommand, StageStrip } from '../../protocol/stages';
import type { StageName } from '../../lpcam/stages';
import type { Pane, PaneListener, Pixel } from '../shared/picture/pane';
import type { StagePane } from './model/stagePanes';
import type { StagesView } from './model/stagesView';
import type { StripAction } from './shortcuts';
import type { StripPicture } from './stripPicture';

/** How far the engine is with what no folder holds. */
export type Computing =
  | { readonly state: 'none' | 'busy' | 'done' }
  | { readonly state: 'failed'; readonly failure: Failure; readonly untrusted: boolean };

export interface Strip {
  readonly strip: StageStrip;
  readonly picture: StripPicture | null;
  readonly panes: readonly StagePane[];
  /** Class indices of the image and of its stages. */
  readonly classes: readonly number[];
  /** Of heat maps and outlines; null: the image has no class. */
  readonly classIndex: number | null;
  readonly view: StagesView;
  readonly cursor: Pixel | null;
  readonly computing: Computing;
  /** Why the engine has no LPCAM. */
  readonly lpcamFault: string | null;
  /** The classes of computed maps are predictions. */
  readonly predicted: boolean;
  readonly busy: boolean;
  readonly listener: PaneListener;
  readonly change: (patch: Partial<StagesView>) => void;
  readonly act: (action: StripAction) => void;
  readonly go: (place: number) => void;
  readonly openStage: (stage: StageName) => void;
  readonly command: (command: StagesPanelCommand) => void;
  /** Which pane the person is in, for zooming by keys. */
  readonly enter: (pane: Pane) => void;
}
