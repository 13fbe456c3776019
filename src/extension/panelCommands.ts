/** What the buttons of an image panel do. */
import * as vscode from 'vscode';
import type { FromImagePanel } from '../protocol/imagePanel';
import type { ComparedFolders } from '../protocol/seedPair';
import type { StudyReference } from '../protocol/study';
import type { PrototypeClustering } from './commands/clusterPrototypes';
import type { StudyCreator } from './commands/createStudy';
import { pickStudy } from './commands/selectStudy';
import type { EngineClient } from './client/engineClient';
import type { ImagePanel } from './panel/imagePanel';
import type { ImagePanels } from './panel/imagePanels';
import { patchImage } from './panel/patchImage';
import { openAsSeed } from './seedEditor/seedEditors';
import { showProblem } from './problem';
import { openReadme } from './readme';
import type { StagesPanels } from './stagesPanel/stagesPanels';
import type { Studies } from './study/studies';
import { studyFile } from './study/studyReference';
import type { StudyReader } from './study/studyReader';

type PanelCommand = Extract<FromImagePanel, { type: 'command' }>['command'];

export interface PanelCommandParts {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  readonly studies: Studies;
  readonly reader: StudyReader;
  readonly creator: StudyCreator;
  readonly clustering: PrototypeClustering;
  readonly panels: ImagePanels;
  readonly stages: StagesPanels;
}

/** Writes the study file of a checkpoint, or of one to be chosen. */
async function createStudy(
  study: StudyReference,
  { creator }: Pick<PanelCommandParts, 'creator'>,
): Promise<void> {
  await creator.create('checkpoint' in study ? study : undefined);
}

export async function openStudyFile(
  study: StudyReference,
  parts: Pick<PanelCommandParts, 'creator'>,
): Promise<void> {
  const file = studyFile(study);
  if (file === null) await createStudy(study, parts);
  else await vscode.window.showTextDocument(vscode.Uri.file(file), { viewColumn: vscode.ViewColumn.One });
}

async function selectStudy(panel: ImagePanel, { studies }: PanelCommandParts): Promise<void> {
  const study = await pickStudy(studies, 'Show this image by');
  if (study) panel.useStudy(study);
}

export async function runPanelCommand(
  panel: ImagePanel,
  command: PanelCommand,
  parts: PanelCommandParts,
): Promise<void> {
  switch (command) {
    case 'cluster':
      return parts.clustering.cluster(panel.study);
    case 'cancel':
      if (!parts.clustering.cancel(panel.study)) panel.cancel();
      return;
    case 'retry':
      if (parts.engine.state === 'givenUp') parts.engine.restart();
      return panel.explain(true);
    case 'useNewCheckpoint':
      panel.renew();
      return;
    case 'openStudyFile':
      return openStudyFile(panel.study, parts);
    case 'createStudy':
      return createStudy(panel.study, parts);
    case 'selectStudy':
      return selectStudy(panel, parts);
    case 'showStages':
      parts.stages.open({ image: panel.image, study: panel.study });
      return;
    case 'selectDevice':
      await vscode.commands.executeCommand('lpcam.selectDevice');
      return;
    case 'openSeedFile': {
      const path = panel.answer.seedFile;
      if (path !== null) await openAsSeed(vscode.Uri.file(path));
      return;
    }
    case 'openSeedA':
    case 'openSeedB': {
      const side = panel.seedPair?.[command === 'openSeedA' ? 'first' : 'second'];
      if (side?.seed) await openAsSeed(vscode.Uri.file(side.seed.path));
      return;
    }
    case 'endComparison':
      panel.endComparison();
      return;
    case 'showLog':
      await vscode.commands.executeCommand('lpcam.showLog');
      return;
    case 'openHelp':
      return openReadme(parts.extensionUri);
  }
}

type OpeningParts = Pick<PanelCommandParts, 'reader' | 'panels'>;

/** Opens the panel of an image that a bank or a list knows by its id; null where it is not to be found, which is said. */
async function openById(
  study: StudyReference,
  image: string,
  parts: OpeningParts,
): Promise<ImagePanel | null> {
  const outcome = await parts.reader.read(study);
  if (!outcome.ok) {
    await showProblem(outcome.failure);
    return null;
  }
  const folder = outcome.value.images;
  const path = await patchImage(folder, image);
  if (path === null) {
    void vscode.window.showWarningMessage(
      `The image ${image} is not ${folder === null ? 'to be found: the study names no folder of images' : `in ${folder}`}.`,
    );
    return null;
  }
  return parts.panels.open({ image: path, study, classes: null });
}

/**
 * Shows the image that a nearest patch comes from, in a panel of its own.
 * @param centre id in the bank of the prototype to select there; null: none
 */
export async function openPatchImage(
  study: StudyReference,
  image: string,
  centre: number | null,
  parts: OpeningParts,
): Promise<void> {
  (await openById(study, image, parts))?.select(centre);
}

/** Shows an image with what lies between the seeds that two folders have of it. */
export async function openComparedSeeds(
  study: StudyReference,
  image: string,
  compared: ComparedFolders,
  className: string | null,
  parts: OpeningParts,
): Promise<void> {
  (await openById(study, image, parts))?.compareSeeds(compared, { className });
}
