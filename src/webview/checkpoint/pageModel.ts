/** What the parts of the checkpoint page draw from, and what they can ask for. */
import type { CheckpointEditorCommand } from '../../protocol/checkpointEditor';
import type { Choices, PageState } from './model/pageState';
import type { Warning } from './model/warnings';
import type { ClassPair } from './model/cosines';

export interface PageModel {
  readonly state: PageState;
  readonly choices: Choices;
  readonly warnings: readonly Warning[];
  /** Places of the tensors to show. */
  readonly rows: readonly number[];
  /** Place of the selected tensor; null: none. */
  readonly selected: number | null;
  /** How far the check of all tensors is. */
  readonly check: {
    readonly open: number;
    readonly readable: number;
    readonly all: boolean;
    readonly failed: boolean;
  };
  /** The two classes the pointer or the keys are on. */
  readonly pair: ClassPair | null;
  /** Width of the page in CSS pixels. */
  readonly width: number;
  readonly change: (patch: Partial<Choices>) => void;
  readonly select: (place: number) => void;
  readonly checkAll: (all: boolean) => void;
  readonly point: (pair: ClassPair | null, byKey: boolean) => void;
  /** Moves on from the pair that is read. */
  readonly step: (rows: number, columns: number) => void;
  readonly askClassifier: () => void;
  readonly askHistogram: () => void;
  readonly command: (command: CheckpointEditorCommand) => void;
  readonly copy: (text: string) => void;
}
