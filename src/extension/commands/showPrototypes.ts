/** "LPCAM: Show Prototypes": opens a study's checkpoint at the page of its prototypes, or at one of them. */
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import type { CheckpointEditors } from '../checkpointEditor/checkpointEditors';
import type { EditorPlace } from '../checkpointEditor/editorPlace';
import { showProblem } from '../problem';
import type { StudyReader } from '../study/studyReader';
import { trusted } from '../trust';

export async function showPrototypes(
  editors: CheckpointEditors,
  reader: StudyReader,
  study: StudyReference,
  centre?: EditorPlace['centre'],
): Promise<void> {
  if (!trusted()) return;
  const outcome = await reader.read(study);
  if (!outcome.ok) await showProblem(outcome.failure);
  else {
    const uri = vscode.Uri.file(outcome.value.network.checkpoint);
    await editors.open(uri, { page: 'prototypes', study, ...(centre && { centre }) });
  }
}
