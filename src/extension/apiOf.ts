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
    ready: panel.ready,
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
  return {
    engine: {
      get pid() {
        return parts.engine.pid;
      },
      get state() {
        return parts.engine.state;
      },
    },
    get readerPid() {
      return parts.fileReader.pid;
    },
    get panels() {
      return parts.panels.all.map(panelView);
    },
    get checkpoints() {
      return parts.checkpoints.all.map(checkpointEditorView);
    },
    get seeds() {
      return parts.seeds.views;
    },
    get comparisons() {
      return parts.comparisons.all.map(({ view }) => view);
    },
    get timelines() {
      return parts.timelines.all.map(({ view }) => view);
    },
    get triage() {
      return parts.triage.all.map(({ view }) => view);
    },
    get linesScanned() {
      return parts.references.linesScanned;
    },
    copiesFolder: parts.copies.folder,
    tellTrial: async (image, message) => {
      const panel = parts.panels.all.find((one) => one.image === image);
      if (panel) await parts.hyperParameters.receive(panel, message);
    },
    get stageStrips() {
      return parts.stages.all.map(({ view }) => view);
    },
    studies: (parent) => shownNodes(parts.studiesView, parent),
    slurmRuns: (parent) => shownNodes(parts.slurmView, parent),
    get slurmPolling() {
      return parts.slurmRuns.polling;
    },
    statusBar: {
      get text() {
        return parts.statusBar.text;
      },
      get tooltip() {
        return parts.statusBar.tooltip;
      },
    },
  };
}
