/** "LPCAM: Show Activation Maps": from what was clicked to open panels. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import { activeFile } from '../activeFile';
import { isImageName } from '../imageFile';
import type { ImagePanels } from '../panel/imagePanels';
import type { Studies } from '../study/studies';
import type { StudyReader } from '../study/studyReader';
import { trusted } from '../trust';
import { DiskCopyError } from '../virtual/diskCopies';
import { checkpointStudy, chooseCheckpoint } from './chooseCheckpoint';
import { clickedImages, type ClickedImages } from './clickedImages';
import type { StudyCreator } from './createStudy';
import { pickImage } from './pickImage';
import { pickStudy } from './selectStudy';

export interface ShowActivationMapsParts {
  readonly panels: ImagePanels;
  readonly studies: Studies;
  readonly reader: StudyReader;
  readonly creator: StudyCreator;
}

/** What VS Code passes: the clicked file, then all selected ones (explorer) or the editor group (editor title). */
function clicked(first: unknown, second: unknown): vscode.Uri[] {
  const uris = [first, ...(Array.isArray(second) ? (second as unknown[]) : [])];
  return uris.filter((uri) => uri instanceof vscode.Uri);
}

/** Asks how to go on without a study. @param near a file on disk of the same data, when there is one */
async function withoutStudy(
  image: string,
  near: string | undefined,
  { studies, creator }: ShowActivationMapsParts,
): Promise<StudyReference | undefined> {
  if (studies.files.length > 0)
    return pickStudy(studies, `No study (lpcam.json) above ${basename(image)}; show it by`);
  const choose = 'Choose Checkpoint…';
  const create = 'Create Study…';
  const choice = await vscode.window.showInformationMessage(
    `No study (lpcam.json) above ${basename(image)}. LPCAM Lens needs a checkpoint to look at it with.`,
    choose,
    create,
  );
  if (choice === create) return creator.create();
  if (choice !== choose) return undefined;
  const checkpoint = await chooseCheckpoint('LPCAM: Choose Checkpoint');
  if (checkpoint === undefined) return undefined;
  const study = checkpointStudy(checkpoint, near);
  studies.useCheckpoint(study);
  return study;
}

type WantedImages = Pick<ClickedImages<vscode.Uri>, 'images' | 'virtual'>;

/** The images meant: clicked, else open, else asked for. */
async function wantedImages(
  uris: readonly vscode.Uri[],
  parts: ShowActivationMapsParts,
): Promise<WantedImages> {
  const open = activeFile();
  const meant = uris.length > 0 ? uris : open && isImageName(open.path) ? [open] : [];
  if (meant.length > 0) {
    const { images, virtual, leftOut } = clickedImages(meant);
    if (leftOut !== null) void vscode.window.showWarningMessage(leftOut);
    return { images, virtual };
  }
  const picked = await pickImage(await parts.studies.current(), parts.reader);
  return { images: picked === undefined ? [] : [picked], virtual: [] };
}

export async function showActivationMaps(
  parts: ShowActivationMapsParts,
  first?: unknown,
  second?: unknown,
): Promise<void> {
  if (!trusted()) return;
  const { images, virtual } = await wantedImages(clicked(first, second), parts);
  /** The answer for the first image without a study holds for the others clicked with it. */
  let asked: StudyReference | undefined;
  for (const image of images) {
    const study =
      (await parts.studies.of(image)) ?? asked ?? (asked = await withoutStudy(image, image, parts));
    if (!study) return;
    // Only the last takes the focus, so that all open in the same column.
    parts.panels.open({ image, study, classes: null }, virtual.length === 0 && image === images.at(-1));
  }
  if (virtual.length > 0) await parts.studies.known;
  for (const uri of virtual) {
    const study =
      parts.studies.ofNothing() ?? asked ?? (asked = await withoutStudy(uri.path, undefined, parts));
    if (!study) return;
    try {
      await parts.panels.openVirtual(uri, study, uri === virtual.at(-1));
    } catch (error) {
      if (!(error instanceof DiskCopyError)) throw error;
      void vscode.window.showErrorMessage(error.message);
    }
  }
}
