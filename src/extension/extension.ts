/** The extension's entry: puts the parts together and registers the commands. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { imagePanelActions } from '../protocol/imagePanel';
import { seedEditorViewType } from '../protocol/seedEditor';
import type { StudyReference } from '../protocol/study';
import type { LpcamApi, PanelView } from './api';
import { CheckpointEditors } from './checkpointEditor/checkpointEditors';
import { checkpointEditorView } from './checkpointEditor/editorView';
import { runGalleryCommand } from './checkpointEditor/galleryCommands';
import { checkpointStudy, chooseCheckpoint } from './commands/chooseCheckpoint';
import { compareBanks } from './commands/compareBanks';
import { ComparePanels } from './comparePanel/comparePanels';
import { SeedGeneration } from './commands/generateSeeds';
import { inspectCheckpoint } from './commands/inspectCheckpoint';
import { compareSeeds, scoreSeeds } from './commands/scoreSeeds';
import { showPrototypes } from './commands/showPrototypes';
import { PrototypeClustering, type PrototypeViews } from './commands/clusterPrototypes';
import { StudyCreator } from './commands/createStudy';
import { selectDevice } from './commands/selectDevice';
import { pickStudy, selectStudy } from './commands/selectStudy';
import { showActivationMaps } from './commands/showActivationMaps';
import { showMenu } from './commands/showMenu';
import { showStages } from './commands/showStages';
import { EngineClient } from './client/engineClient';
import { CheckpointFollower } from './follow/checkpointFollower';
import { PanelFollowing } from './follow/panelFollowing';
import type { Log } from './client/engineProcess';
import { HyperParameters } from './hyperparameters/hyperParameters';
import type { ImagePanel } from './panel/imagePanel';
import { ImagePanels } from './panel/imagePanels';
import { openPatchImage, openStudyFile, runPanelCommand, type PanelCommandParts } from './panelCommands';
import { openReadme, openWalkthrough } from './readme';
import { openAsSeed, SeedEditors } from './seedEditor/seedEditors';
import { showProblem } from './problem';
import { References } from './references/references';
import { deviceSetting } from './settings';
import { StatusBar } from './statusBar';
import { runStagesCommand } from './stagesPanel/stagesCommands';
import { StagesPanels } from './stagesPanel/stagesPanels';
import { Studies } from './study/studies';
import { StudyDiagnostics } from './study/studyDiagnostics';
import { studyFile, studyFileName } from './study/studyReference';
import { StudyReader } from './study/studyReader';
import { isStudiesNode } from './studiesView/node';
import { StudiesView } from './studiesView/studiesView';
import { studiesViewNodes } from './studiesView/viewNodes';
import { clickedCentre, clickedCheckpoint } from './studiesView/clicked';
import { TensorFiles } from './tensor/tensorFiles';
import { viewTensor } from './tensor/viewTensor';
import { TimelinePanels } from './timelinePanel/timelinePanels';
import { TriagePanels } from './triagePanel/triagePanels';
import { registerTools } from './tools/tools';
import { trusted, untrusted } from './trust';

function panelView(panel: ImagePanel): PanelView {
  const { answer } = panel;
  return {
    image: panel.image,
    study: studyFile(panel.study),
    visible: panel.visible,
    request: answer.request,
    classes: answer.header && answer.header.classes.map((one) => one.name),
    centres: answer.header && answer.header.centres.length,
    scales: answer.scales,
    done: answer.done,
    failure: answer.failure,
    checkpointHash: answer.header && answer.header.checkpoint.ownHash,
    freshHash: panel.fresh && panel.fresh.hash,
    trial: panel.trial,
  };
}

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

export function activate(context: vscode.ExtensionContext): LpcamApi {
  const output = vscode.window.createOutputChannel('LPCAM Lens', { log: true });
  const log: Log = (level, text) => output[level](text);
  const refusal = () => (vscode.workspace.isTrusted ? null : untrusted);
  const engine = new EngineClient({
    script: join(context.extensionPath, 'dist', 'engine.cjs'),
    args: [join(context.globalStorageUri.fsPath, 'thumbnails')],
    log,
    refusal,
  });
  // Looking into a file runs nothing native, so this process needs no trust.
  const fileReader = new EngineClient({ script: join(context.extensionPath, 'dist', 'reader.cjs'), log });
  const studies = new Studies(context.workspaceState);
  const diagnostics = new StudyDiagnostics();
  const reader = new StudyReader(engine, diagnostics);
  const creator = new StudyCreator(engine, studies);
  const panels = new ImagePanels({
    extensionUri: context.extensionUri,
    engine,
    reader,
    fileReader,
    log,
    onCommand: (panel, command) => void runPanelCommand(panel, command, parts),
    onTrial: (panel, message) => void hyperParameters.receive(panel, message),
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

  const command = (name: string, run: (...args: unknown[]) => unknown) =>
    vscode.commands.registerCommand(`lpcam.${name}`, run);
  context.subscriptions.push(
    output,
    diagnostics,
    studies,
    panels,
    following,
    follower,
    statusBar,
    checkpoints,
    comparisons,
    seeds,
    tensors,
    timelines,
    triage,
    stages,
    studiesView,
    references,
    hyperParameters,
    registerTools({ studies, reader, fileReader, finder: references.finder }),
    { dispose: () => engine.dispose() },
    { dispose: () => fileReader.dispose() },
    command('showActivationMaps', (first, second) =>
      showActivationMaps({ panels, studies, reader, creator }, first, second),
    ),
    command('clusterPrototypes', async (clicked) => {
      const study = await meantStudy(studies, clicked);
      if (study) await clustering.cluster(study);
    }),
    command('generateSeeds', async (clicked) => {
      const folder = await clickedFolder(clicked);
      const nearest = folder === null ? null : await studies.of(join(folder, 'x'));
      const study = nearest ?? (await meantStudy(studies, folder === null ? clicked : undefined));
      if (study) await seedGeneration.generate(study, folder);
    }),
    command('viewTensor', (clicked) =>
      viewTensor(clicked, async ({ expression, source, npy, texts }) => {
        const study = (source === null ? null : await studies.of(source)) ?? (await studies.current());
        const uri = tensors.keep(expression, npy, { study, imageHints: texts });
        seeds.reload(uri);
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
      inspectCheckpoint(checkpoints, studies, clickedCheckpoint(clicked) ?? clicked),
    ),
    command('showPrototypes', async (clicked) => {
      const study = await meantStudy(studies, clicked);
      if (study) await showPrototypes(checkpoints, reader, study, clickedCentre(clicked));
    }),
    command('followTraining', async (clicked) => {
      const study = await meantStudy(studies, clicked);
      if (study) timelines.open(study);
    }),
    command('compareBanks', (clicked, chosen) => compareBanks(comparisons, reader, clicked, chosen)),
    command('scoreSeeds', (clicked) => scoreSeeds(triage, clicked)),
    command('compareSeeds', (clicked, chosen) => compareSeeds(triage, clicked, chosen)),
    command('showStages', (clicked) => showStages({ stages, panels, studies }, clicked)),
    command('selectStudy', (clicked) => {
      const file = isStudiesNode(clicked) ? studyFile(clicked.study) : null;
      return file === null ? selectStudy(studies) : studies.select(file);
    }),
    command('refreshStudies', async () => {
      await studies.refresh();
      studiesView.refresh();
    }),
    command('chooseCheckpoint', async () => {
      const checkpoint = await chooseCheckpoint('LPCAM: Choose Checkpoint');
      if (checkpoint !== undefined) studies.useCheckpoint(checkpointStudy(checkpoint));
    }),
    command('openReadme', () => openReadme(extensionUri)),
    command('openWalkthrough', () => openWalkthrough(context.extension.id)),
    command('createStudy', (clicked) => {
      if (isStudiesNode(clicked) && 'checkpoint' in clicked.study) return creator.create(clicked.study);
      return creator.create(clicked instanceof vscode.Uri ? clicked.fsPath : undefined);
    }),
    command('openStudyFile', async (clicked) => {
      const shown = isStudiesNode(clicked) ? undefined : panels.active?.study;
      const study = shown ?? (await meantStudy(studies, clicked));
      const file = study && studyFile(study);
      if (file) await vscode.window.showTextDocument(vscode.Uri.file(file));
      else if (study && 'checkpoint' in study) await creator.create(study);
    }),
    command('selectDevice', () => selectDevice(engine, (report) => statusBar.showDevice(report))),
    command('restartEngine', () => {
      if (trusted()) engine.restart();
    }),
    command('showLog', () => output.show()),
    command('showMenu', () =>
      showMenu(statusBar.text.replace(/\$\([\w-]+\) /, ''), studies.files.length > 0),
    ),
    command('useNewCheckpoint', () => panels.shown?.renew()),
    ...imagePanelActions.map((action) => command(`panel.${action}`, () => panels.active?.act(action))),
    engine.onState((state) => {
      void vscode.commands.executeCommand('setContext', 'lpcam.engineUsed', true);
      // Whoever waited was told; a crash of the idle engine would else go unseen.
      if (state === 'givenUp')
        void showProblem({ kind: 'engine', message: 'The engine crashed too often and is stopped.' });
    }),
    studies.onDidChange(() => follow()),
    studies.onDidAdopt(({ checkpoint, study }) => {
      for (const panel of panels.of(checkpoint)) panel.useStudy(study);
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      const { uri } = document;
      if (uri.scheme !== 'file' || !uri.path.endsWith(`/${studyFileName}`) || !vscode.workspace.isTrusted)
        return;
      void reader.read({ file: uri.fsPath });
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(deviceSetting)) panels.refreshAll();
    }),
  );

  /** Panels go over to a study that was just selected for every image. */
  let selected = studies.selected;
  function follow(): void {
    if (studies.selected === selected) return;
    ({ selected } = studies);
    for (const panel of panels.all) {
      void studies.of(panel.image).then((study) => {
        if (study) panel.useStudy(study);
      });
    }
  }

  void studies.refresh();
  return {
    engine: {
      get pid() {
        return engine.pid;
      },
      get state() {
        return engine.state;
      },
    },
    get readerPid() {
      return fileReader.pid;
    },
    get panels() {
      return panels.all.map(panelView);
    },
    get checkpoints() {
      return checkpoints.all.map(checkpointEditorView);
    },
    get seeds() {
      return seeds.views;
    },
    get comparisons() {
      return comparisons.all.map(({ view }) => view);
    },
    get timelines() {
      return timelines.all.map(({ view }) => view);
    },
    get triage() {
      return triage.all.map(({ view }) => view);
    },
    get linesScanned() {
      return references.linesScanned;
    },
    writeBack: async (image, value) => {
      const panel = panels.all.find((one) => one.image === image);
      if (panel) await hyperParameters.receive(panel, { type: 'writeBack', value });
    },
    get stageStrips() {
      return stages.all.map(({ view }) => view);
    },
    studies: (parent) => studiesViewNodes(studiesView, parent),
    statusBar: {
      get text() {
        return statusBar.text;
      },
      get tooltip() {
        return statusBar.tooltip;
      },
    },
  };
}
