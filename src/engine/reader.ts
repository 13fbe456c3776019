/**
 * The reader process: looks into checkpoints without running them, and finds the images that texts refer to. It loads neither ONNX Runtime nor sharp, so that it
 * may be started in a workspace that nobody trusts; and a file that brings it down takes no other work along.
 */
import { join } from 'node:path';
import { protocolVersion } from '../protocol/engine';
import { CheckpointView } from './checkpointView/checkpointView';
import { CheckpointsOnDisk } from './follow/checkpointsOnDisk';
import { compareBanks } from './gallery/bankComparison';
import { imageSeed } from './seedView/imageSeed';
import { seedPair } from './seedView/seedPair';
import { seedIou } from './seedView/seedIou';
import { seedsFolder } from './seedView/seedsFolder';
import { seedView } from './seedView/seedView';
import { serveParent } from './parentChannel';
import { findImages } from './references/findImages';
import { imageNames } from './references/imageNames';
import { readScoreRecords, studyFolder } from './scoring/scoreRecords';
import { scoreSeeds } from './scoring/scoreSeeds';
import { Timelines } from './timeline/openTimeline';
import {
  cancelStudyRun,
  resubmitRun,
  runChoices,
  runScripts,
  studyRuns,
  submitStudyRun,
} from './slurm/runRequests';
import { statusOf } from './slurm/runStatus';
import { readStages } from './stages/readStages';

const scoreWorker = join(__dirname, 'scoreWorker.cjs');

serveParent(() => {
  const view = new CheckpointView();
  const onDisk = new CheckpointsOnDisk();
  const timelines = new Timelines(onDisk);
  return {
    hello: () => ({
      version: protocolVersion,
      pid: process.pid,
      runtime: `reader, Node ${process.versions.node}`,
    }),
    openCheckpoint: (params, emit, signal) => view.open(params, emit, signal),
    tensorStatistics: (params, emit, signal) => view.statistics(params, emit, signal),
    classifierMatrix: (params, _, signal) => view.classifier(params, signal),
    compareBanks: (params, _, signal) => compareBanks(params, signal),
    scoreSeeds: (params, emit, signal) =>
      scoreSeeds({
        ...params,
        thresholds: null,
        script: scoreWorker,
        signal,
        onProgress: (progress) => emit({ type: 'progress', progress }),
      }),
    scoreRecords: ({ study }) => readScoreRecords(studyFolder(study)),
    imageSeed: (params, _, signal) => imageSeed(params, signal),
    seedPair: (params, _, signal) => seedPair(params, signal),
    seedIou: (params, _, signal) => seedIou(params, signal),
    seedsFolder: (params) => seedsFolder(params),
    openSeed: (params, _, signal) => seedView(params, signal),
    lookAtCheckpoints: (params, _, signal) => onDisk.look(params, signal),
    openTimeline: async (params, _, signal) => (await timelines.open(params, signal)).timeline,
    imageNames: (params, _, signal) => imageNames(params, signal),
    findImages: (params, _, signal) => findImages(params, signal),
    readStages: (params, _, signal) => readStages(params, signal),
    slurmChoices: ({ study }) => runChoices(study),
    slurmScripts: (params) => runScripts(params),
    submitSlurmRun: (params) => submitStudyRun(params),
    slurmRuns: ({ study }) => studyRuns(study),
    slurmStatus: ({ folder }) => statusOf(folder),
    resubmitSlurmRun: ({ folder }) => resubmitRun(folder),
    cancelSlurmRun: ({ folder }) => cancelStudyRun(folder),
    hashCheckpoint: (params, emit, signal) => view.hash(params, emit, signal),
  };
});
