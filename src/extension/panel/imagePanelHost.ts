/** What image panels show, and what they need of the rest of the extension. */
import type * as vscode from 'vscode';
import type { FromImagePanel, TrialSource } from '../../protocol/imagePanel';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import type { StudyReader } from '../study/studyReader';
import type { DiskCopies } from '../virtual/diskCopies';
import type { ImagePanel } from './imagePanel';
import type { OpeningPictures } from './openingPictures';

/** What a panel shows: an image, by a study, with classes of the person's own where they named some. */
export interface ImageTarget {
  readonly image: string;
  /** Address of what the image is a copy of. */
  readonly origin?: string;
  readonly study: StudyReference;
  readonly classes: readonly string[] | null;
}

type PanelCommand = Extract<FromImagePanel, { type: 'command' }>['command'];

export type TrialMessage = Extract<
  FromImagePanel,
  { type: 'writeBack' | 'endTrial' | 'showCode' | 'runTrial' | 'keepTrialBank' }
>;

/** What the panels need of the rest. */
export interface ImagePanelHost {
  /** Copies of images that are not on disk. */
  readonly copies: DiskCopies;
  /** What panels showed first, for those to come. */
  readonly pictures: OpeningPictures;
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  readonly reader: StudyReader;
  /** The process that looks into files without running them. */
  readonly fileReader: EngineClient;
  readonly log: Log;
  /** A button of the page was pressed that is not the panel's own business. */
  readonly onCommand: (panel: ImagePanel, command: PanelCommand) => void;
  /** A message about the code whose value is tried in the panel. */
  readonly onTrial: (panel: ImagePanel, message: TrialMessage) => void;
  /** A panel from before a reload tried a value of the code; null: nothing says where it stands. */
  readonly onRestoredTrial: (panel: ImagePanel, source: TrialSource | null) => void;
  readonly onOpenImage: (panel: ImagePanel, image: string) => void;
  /** Something about the panel changed that others show. */
  readonly onChange: (panel: ImagePanel) => void;
  readonly onClose: (panel: ImagePanel) => void;
}
