/** A place in a checkpoint's editor that something asks to be shown. */
import type { CheckpointPageName } from '../../protocol/checkpointEditor';
import type { StudyReference } from '../../protocol/study';

export interface EditorPlace {
  readonly page: CheckpointPageName;
  /** Whose prototypes are meant, where several studies use the checkpoint. */
  readonly study?: StudyReference;
  /** A centre by its id, which means something in this bank alone. */
  readonly centre?: { readonly identity: string; readonly id: number };
}
