/** "LPCAM: Show Stages": from what was clicked to a stage strip. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import { activeFile } from '../activeFile';
import { isImageName } from '../imageFile';
import type { ImagePanels } from '../panel/imagePanels';
import type { StagesPanels } from '../stagesPanel/stagesPanels';
import { isStudiesNode } from '../studiesView/node';
import type { Studies } from '../study/studies';
import { studyFileName } from '../study/studyReference';
import { clickedImages } from './clickedImages';

export interface ShowStagesParts {
  readonly stages: StagesPanels;
  readonly panels: ImagePanels;
  readonly studies: Studies;
}

async function withoutStudy(image: string | null): Promise<void> {
  const create = 'Create Study…';
  const choice = await vscode.window.showInformationMessage(
    image === null
      ? 'There is no study (lpcam.json) here. A study says where the stages of its images lie.'
      : `No study (lpcam.json) above ${basename(image)}. A study says where the stages of its images lie.`,
    create,
  );
  if (choice === create) await vscode.commands.executeCommand('lpcam.createStudy');
}

/** The image that is open: in an editor, or in an image panel. */
function openImage({ panels }: ShowStagesParts): { image: string; study: StudyReference | null } | null {
  const { active } = panels;
  if (active) return { image: active.image, study: active.study };
  const open = activeFile();
  return open?.scheme === 'file' && isImageName(open.path) ? { image: open.fsPath, study: null } : null;
}

/** @param clicked an image or a study file of the explorer, or a node of the tree of studies; else what is open is meant */
export async function showStages(parts: ShowStagesParts, clicked?: unknown): Promise<void> {
  const { stages, studies } = parts;
  if (isStudiesNode(clicked)) {
    stages.open({ image: 0, study: clicked.study });
    return;
  }
  if (clicked instanceof vscode.Uri && clicked.path.endsWith(`/${studyFileName}`)) {
    stages.open({ image: 0, study: { file: clicked.fsPath } });
    return;
  }
  if (clicked instanceof vscode.Uri) {
    const { images, leftOut } = clickedImages([clicked]);
    if (leftOut !== null) void vscode.window.showWarningMessage(leftOut);
    const [image] = images;
    if (image !== undefined) await open(parts, image, null);
    return;
  }
  const shown = openImage(parts);
  if (shown) {
    await open(parts, shown.image, shown.study);
    return;
  }
  const study = await studies.current();
  if (study) stages.open({ image: 0, study });
  else await withoutStudy(null);
}

async function open(parts: ShowStagesParts, image: string, known: StudyReference | null): Promise<void> {
  const study = known ?? (await parts.studies.of(image));
  if (study) parts.stages.open({ image, study });
  else await withoutStudy(image);
}
