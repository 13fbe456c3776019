/** "LPCAM: Show Prototypes": opens a study's checkpoint at the page of its prototypes. */
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import type { CheckpointEditors } from '../checkpointEditor/checkpointEditors';
import { showProblem } from '../problem';
import type { StudyReader } from '../study/studyReader';
import { trusted } from '../trust';

export async function showPrototypes(
  editors: CheckpointEditors,
  reader: StudyReader,
  study: StudyReference,
): Promise<void> {
  if (!trusted()) return;
  const outcome = await reader.read(study);
  if (!outcome.ok) await showProblem(outcome.failure);
  else await editors.open(vscode.Uri.file(outcome.value.network.checkpoint), 'prototypes');
}
