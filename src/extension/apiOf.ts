/** What other extensions, and the tests, see of this one. */
import type { LpcamApi, PanelView } from './api';
import { checkpointEditorView } from './checkpointEditor/editorView';
import type { ImagePanel } from './panel/imagePanel';
import { studyFile } from './study/studyReference';
import { shownNodes } from './shownNodes';
import type { Parts } from './parts';

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

/** Getters, so that each look is at the state of that moment. */
export function apiOf(parts: Parts): LpcamApi {
  const {
    engine,
    fileReader,
    panels,
    stages,
    statusBar,
    checkpoints,
    copies,
    seeds,
    comparisons,
    timelines,
    triage,
    hyperParameters,
    references,
    studiesView,
    slurmRuns,
    slurmView,
  } = parts;
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
    copiesFolder: copies.folder,
    tellTrial: async (image, message) => {
      const panel = panels.all.find((one) => one.image === image);
      if (panel) await hyperParameters.receive(panel, message);
    },
    get stageStrips() {
      return stages.all.map(({ view }) => view);
    },
    studies: (parent) => shownNodes(studiesView, parent),
    slurmRuns: (parent) => shownNodes(slurmView, parent),
    get slurmPolling() {
      return slurmRuns.polling;
    },
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
