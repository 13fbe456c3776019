/** What the extension is made of, put together; nothing is registered with VS Code's commands here. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { CheckpointEditors } from './checkpointEditor/checkpointEditors';
import { runGalleryCommand } from './checkpointEditor/galleryCommands';
import { ComparePanels } from './comparePanel/comparePanels';
import { SeedGeneration } from './commands/generateSeeds';
import { PrototypeClustering, type PrototypeViews } from './commands/clusterPrototypes';
import { StudyCreator } from './commands/createStudy';
import { EngineClient } from './client/engineClient';
import { engineEnvironment } from './engineEnvironment';
import { CheckpointFollower } from './follow/checkpointFollower';
import { PanelFollowing } from './follow/panelFollowing';
import type { Log } from './client/engineProcess';
import { HyperParameters } from './hyperparameters/hyperParameters';
import { ImagePanels } from './panel/imagePanels';
import {
  openComparedSeeds,
  openPatchImage,
  openStudyFile,
  runPanelCommand,
  type PanelCommandParts,
} from './panelCommands';
import { SeedEditors } from './seedEditor/seedEditors';
import { References } from './references/references';
import { StatusBar } from './statusBar';
import { runStagesCommand } from './stagesPanel/stagesCommands';
import { StagesPanels } from './stagesPanel/stagesPanels';
import { Studies } from './study/studies';
import { StudyDiagnostics } from './study/studyDiagnostics';
import { studyFile } from './study/studyReference';
import { StudyReader } from './study/studyReader';
import { ScriptsDocuments } from './slurm/scriptsDocument';
import { SlurmRuns } from './slurm/slurmRuns';
import { SlurmView } from './slurm/slurmView';
import { StudiesView } from './studiesView/studiesView';
import { TensorFiles } from './tensor/tensorFiles';
import { TimelinePanels } from './timelinePanel/timelinePanels';
import { TriagePanels } from './triagePanel/triagePanels';
import { DiskCopies } from './virtual/diskCopies';
import { registerTools } from './tools/tools';
import { trusted, untrusted } from './trust';

/** Every part that a command or another extension asks; see each one's own file. */
export type Parts = ReturnType<typeof makeParts>;

/** Makes every part; the extension's context owns them. */
export function makeParts(context: vscode.ExtensionContext) {
  const output = vscode.window.createOutputChannel('LPCAM Lens', { log: true });
  const log: Log = (level, text) => output[level](text);
  const refusal = () => (vscode.workspace.isTrusted ? null : untrusted);
  const engine = new EngineClient({
    script: join(context.extensionPath, 'dist', 'engine.cjs'),
    args: [join(context.globalStorageUri.fsPath, 'thumbnails')],
    log,
    refusal,
    env: engineEnvironment,
  });
  // Looking into a file runs nothing native, so this process needs no trust.
  const fileReader = new EngineClient({ script: join(context.extensionPath, 'dist', 'reader.cjs'), log });
  const studies = new Studies(context.workspaceState);
  const diagnostics = new StudyDiagnostics();
  const reader = new StudyReader(engine, diagnostics);
  const creator = new StudyCreator(engine, studies);
  const copies = new DiskCopies(join(context.globalStorageUri.fsPath, 'copies'));
  const panels = new ImagePanels({
    copies,
    extensionUri: context.extensionUri,
    engine,
    reader,
    fileReader,
    log,
    onCommand: (panel, command) => void runPanelCommand(panel, command, parts),
    onTrial: (panel, message) => void hyperParameters.receive(panel, message),
    onRestoredTrial: (panel, source) => void hyperParameters.resume(panel, source),
    onOpenImage: (panel, image) => void openPatchImage(panel.study, image, null, parts),
  });
  const follower = new CheckpointFollower(fileReader, log);
  const following = new PanelFollowing(panels, follower);
  const views: PrototypeViews = {
    showProgress: (study, progress) => {
      panels.showProgress(study, progress);
      checkpoints.showProgress(study, progress);
    },
    // The checkpoint editors watch the bank's file.
    refresh: (study) => panels.refresh(study),
  };
  const clustering = new PrototypeClustering(engine, reader, views, log);
  const seedGeneration = new SeedGeneration(engine, reader, log, (study) => panels.refresh(study));
  const { extensionUri } = context;
  const stages = new StagesPanels({
    extensionUri,
    engine,
    reader: fileReader,
    log,
    onCommand: (panel, name) => void runStagesCommand(panel, name, parts),
  });
  const parts: PanelCommandParts = {
    extensionUri,
    engine,
    studies,
    reader,
    creator,
    clustering,
    panels,
    stages,
  };
  const statusBar = new StatusBar(studies, panels, engine);
  const checkpoints = new CheckpointEditors({
    copies,
    extensionUri,
    reader: fileReader,
    log,
    studyOf: (checkpoint) => studies.of(checkpoint),
    onCommand: (editor, name) => {
      const file = editor.reading.studyFile;
      if (name === 'showLog') output.show();
      else if (file !== null) void vscode.window.showTextDocument(vscode.Uri.file(file));
    },
    gallery: {
      engine,
      reader,
      log,
      studyOf: (checkpoint) => studies.of(checkpoint),
      onCommand: (study, name) => void runGalleryCommand(study, name, parts),
      onOpenImage: (study, image, centre) => void openPatchImage(study, image, centre, parts),
    },
  });

  const tensors = new TensorFiles();
  const seeds = new SeedEditors({
    extensionUri,
    reader: fileReader,
    log,
    studyOf: (path) => studies.of(path),
    originOf: (uri) => tensors.originOf(uri),
    onCommand: (editor, name) => {
      const file = editor.study && studyFile(editor.study);
      const image = editor.seed?.image;
      if (name === 'showLog') output.show();
      else if (name === 'openStudyFile' && file !== null)
        void vscode.window.showTextDocument(vscode.Uri.file(file));
      else if (name === 'showActivationMaps' && editor.study && image != null && trusted())
        panels.open({ image, study: editor.study, classes: null });
    },
  });
  const comparisons = new ComparePanels({
    extensionUri,
    reader: fileReader,
    engine,
    studies: reader,
    log,
    studyOf: (bank) => studies.of(bank),
    lastImage: () => panels.lastImage,
    showLog: () => output.show(),
  });
  const timelines = new TimelinePanels({
    extensionUri,
    engine,
    reader: fileReader,
    follower,
    log,
    openImage: (study, first) => {
      const image = panels.of(study)[0]?.image ?? first;
      if (image !== null && trusted()) panels.open({ image, study, classes: null });
    },
    inspect: (checkpoint) => void checkpoints.open(vscode.Uri.file(checkpoint), { page: 'checkpoint' }),
    openStudyFile: (study) => void openStudyFile(study, { creator }),
    showLog: () => output.show(),
  });
  const triage = new TriagePanels({
    extensionUri,
    reader: fileReader,
    engine,
    log,
    studyOf: (folder) => studies.of(join(folder, 'seeds')),
    openImage: (study, id) => void openPatchImage(study, id, null, parts),
    compareSeeds: (study, id, folders, className) =>
      void openComparedSeeds(study, id, folders, className, parts),
    showLog: () => output.show(),
  });
  const hyperParameters = new HyperParameters({
    panels,
    studies,
    reader,
    fileReader,
    log,
    parserFolder: join(context.extensionPath, 'dist'),
  });
  const references = new References({
    reader: fileReader,
    engine,
    studies,
    panels,
    log,
    storage: join(context.globalStorageUri.fsPath, 'overlays'),
  });
  const studiesView = new StudiesView({ studies, panels, engine, reader, follower });

  const slurmRuns = new SlurmRuns({ reader: fileReader, studies });
  const slurmView = new SlurmView(slurmRuns);
  const slurmScripts = new ScriptsDocuments();

  context.subscriptions.push(
    output,
    diagnostics,
    studies,
    panels,
    following,
    follower,
    statusBar,
    checkpoints,
    copies,
    comparisons,
    seeds,
    tensors,
    timelines,
    triage,
    stages,
    studiesView,
    slurmRuns,
    slurmView,
    slurmScripts,
    references,
    hyperParameters,
    registerTools({ studies, reader, fileReader, finder: references.finder }),
    { dispose: () => engine.dispose() },
    { dispose: () => fileReader.dispose() },
  );
  return {
    extensionUri,
    output,
    engine,
    fileReader,
    studies,
    reader,
    creator,
    panels,
    clustering,
    seedGeneration,
    stages,
    statusBar,
    checkpoints,
    copies,
    tensors,
    seeds,
    comparisons,
    timelines,
    triage,
    hyperParameters,
    references,
    studiesView,
    slurmRuns,
    slurmView,
    slurmScripts,
  };
}
