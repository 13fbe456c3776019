/** The commands: which name does what, and what it means for the thing that was clicked. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { imagePanelActions } from '../../protocol/imagePanel';
import { seedEditorViewType } from '../../protocol/seedEditor';
import type { StudyReference } from '../../protocol/study';
import { checkpointStudy, chooseCheckpoint } from './chooseCheckpoint';
import { compareBanks } from './compareBanks';
import { inspectCheckpoint } from './inspectCheckpoint';
import { compareSeeds, scoreSeeds } from './scoreSeeds';
import { showPrototypes } from './showPrototypes';
import { selectDevice } from './selectDevice';
import { pickStudy, selectStudy } from './selectStudy';
import { showActivationMaps } from './showActivationMaps';
import { showMenu } from './showMenu';
import { showStages } from './showStages';
import { openReadme, openWalkthrough } from '../readme';
import { openAsSeed } from '../seedEditor/seedEditors';
import { cancelSlurmRun, openSlurmLog, resubmitSlurmRun } from '../slurm/runActions';
import { runOnSlurm } from '../slurm/runOnSlurm';
import type { Studies } from '../study/studies';
import { studyFile, studyFileName } from '../study/studyReference';
import { isStudiesNode } from '../studiesView/node';
import { clickedCentre, clickedCheckpoint } from '../studiesView/clicked';
import { viewTensor } from '../tensor/viewTensor';
import { trusted } from '../trust';
import type { Parts } from '../parts';

/** The study a command means: the study file or the node of the tree that was clicked, else the current one, else the person is asked. */
async function meantStudy(studies: Studies, clicked: unknown): Promise<StudyReference | undefined> {
  if (isStudiesNode(clicked)) return clicked.study;
  if (clicked instanceof vscode.Uri && clicked.path.endsWith(`/${studyFileName}`))
    return { file: clicked.fsPath };
  const current = await studies.current();
  if (current) return current;
  if (studies.files.length > 0) return pickStudy(studies, 'Which study?');
  void vscode.window.showInformationMessage(
    'There is no study (lpcam.json) here. "LPCAM: Create Study…" writes one.',
  );
  return undefined;
}

/** The folder of the explorer that was clicked; null: something else was, or nothing. */
async function clickedFolder(clicked: unknown): Promise<string | null> {
  if (!(clicked instanceof vscode.Uri) || clicked.scheme !== 'file') return null;
  const { type } = await vscode.workspace.fs.stat(clicked);
  return (type & vscode.FileType.Directory) === 0 ? null : clicked.fsPath;
}

/** Registers every command of package.json; the extension owns them from now on. */
export function registerCommands(context: vscode.ExtensionContext, parts: Parts): void {
  const { studies } = parts;
  const slurm = { reader: parts.fileReader, runs: parts.slurmRuns };
  const command = (name: string, run: (...args: unknown[]) => unknown) =>
    vscode.commands.registerCommand(`lpcam.${name}`, run);
  context.subscriptions.push(
    command('showActivationMaps', (first, second) => showActivationMaps(parts, first, second)),
    command('clusterPrototypes', async (clicked) => {
      const study = await meantStudy(studies, clicked);
      if (study) await parts.clustering.cluster(study);
    }),
    command('generateSeeds', async (clicked) => {
      const folder = await clickedFolder(clicked);
      const nearest = folder === null ? null : await studies.of(join(folder, 'x'));
      const study = nearest ?? (await meantStudy(studies, folder === null ? clicked : undefined));
      if (study) await parts.seedGeneration.generate(study, folder);
    }),
    command('viewTensor', (clicked) =>
      viewTensor(clicked, async ({ expression, source, npy, texts }) => {
        const study = (source === null ? null : await studies.of(source)) ?? (await studies.current());
        const uri = parts.tensors.keep(expression, npy, { study, imageHints: texts });
        parts.seeds.reload(uri);
        await vscode.commands.executeCommand(
          'vscode.openWith',
          uri,
          seedEditorViewType,
          vscode.ViewColumn.Beside,
        );
      }),
    ),
    command('openAsSeed', (clicked) => openAsSeed(clicked)),
    command('inspectCheckpoint', (clicked) =>
      inspectCheckpoint(parts.checkpoints, studies, clickedCheckpoint(clicked) ?? clicked),
    ),
    command('showPrototypes', async (clicked) => {
      const study = await meantStudy(studies, clicked);
      if (study) await showPrototypes(parts.checkpoints, parts.reader, study, clickedCentre(clicked));
    }),
    command('followTraining', async (clicked) => {
      const study = await meantStudy(studies, clicked);
      if (study) parts.timelines.open(study);
    }),
    command('compareBanks', (clicked, chosen) =>
      compareBanks(parts.comparisons, parts.reader, clicked, chosen),
    ),
    command('scoreSeeds', (clicked) => scoreSeeds(parts, clicked)),
    command('compareSeeds', (clicked, chosen) => compareSeeds(parts, clicked, chosen)),
    command('showStages', (clicked) => showStages(parts, clicked)),
    command('runOnSlurm', async (clicked, given) => {
      const study = await meantStudy(studies, clicked);
      return (
        study && runOnSlurm({ ...slurm, view: parts.slurmView, scripts: parts.slurmScripts }, study, given)
      );
    }),
    command('resubmitSlurmRun', (clicked) => resubmitSlurmRun(slurm, clicked)),
    command('cancelSlurmRun', (clicked, given) => cancelSlurmRun(slurm, clicked, given)),
    command('openSlurmLog', (clicked) => openSlurmLog(clicked)),
    command('refreshSlurmRuns', () => parts.slurmRuns.look(true)),
    command('selectStudy', (clicked) => {
      const file = isStudiesNode(clicked) ? studyFile(clicked.study) : null;
      return file === null ? selectStudy(studies) : studies.select(file);
    }),
    command('refreshStudies', async () => {
      await studies.refresh();
      parts.studiesView.refresh();
    }),
    command('chooseCheckpoint', async () => {
      const checkpoint = await chooseCheckpoint('LPCAM: Choose Checkpoint');
      if (checkpoint !== undefined) studies.useCheckpoint(checkpointStudy(checkpoint));
    }),
    command('openReadme', () => openReadme(parts.extensionUri)),
    command('openWalkthrough', () => openWalkthrough(context.extension.id)),
    command('createStudy', (clicked) => {
      if (isStudiesNode(clicked) && 'checkpoint' in clicked.study) return parts.creator.create(clicked.study);
      return parts.creator.create(clicked instanceof vscode.Uri ? clicked.fsPath : undefined);
    }),
    command('openStudyFile', async (clicked) => {
      const shown = isStudiesNode(clicked) ? undefined : parts.panels.active?.study;
      const study = shown ?? (await meantStudy(studies, clicked));
      const file = study && studyFile(study);
      if (file) await vscode.window.showTextDocument(vscode.Uri.file(file));
      else if (study && 'checkpoint' in study) await parts.creator.create(study);
    }),
    command('selectDevice', () => selectDevice(parts.engine, (report) => parts.statusBar.showDevice(report))),
    command('restartEngine', () => {
      if (trusted()) parts.engine.restart();
    }),
    command('showLog', () => parts.output.show()),
    command('showMenu', () =>
      showMenu(parts.statusBar.text.replace(/\$\([\w-]+\) /, ''), studies.files.length > 0),
    ),
    command('useNewCheckpoint', () => parts.panels.shown?.renew()),
    ...imagePanelActions.map((action) => command(`panel.${action}`, () => parts.panels.active?.act(action))),
  );
}
