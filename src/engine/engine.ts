/**
 * The engine: one method per request of the protocol. The forked process and the command line both use it; nothing in
 * it knows of messages. Methods throw InputError for bad input, DeviceError for a failing device and the signal's
 * reason when they are cancelled.
 */
import * as ort from 'onnxruntime-node';
import { join } from 'node:path';
import { buildMapsGraph } from '../network/mapsGraph';
import { InputError } from '../lpcam/inputError';
import type { Notice } from '../lpcam/notice';
import {
  protocolVersion,
  type EngineEvent,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
} from '../protocol/engine';
import type { StudyReference } from '../protocol/study';
import { Banks, bankSummary, checkBankIsOurs } from './banks';
import { Checkpoints, type LoadedCheckpoint } from './checkpoints';
import { clusterStudy } from './clustering/clusterStudy';
import { Devices, type DeviceOptions } from './device';
import { CheckpointsOnDisk } from './follow/checkpointsOnDisk';
import { bankGeometry } from './gallery/bankGeometry';
import { BankMarks } from './gallery/bankMarks';
import { centreMap, classMapsCache } from './gallery/centreMap';
import { explainWhole } from './explanation';
import { galleryBank } from './gallery/galleryBank';
import { explainImage } from './explain/explain';
import { ImageFiles } from './image/imageFiles';
import { overlayOf } from './explain/overlay';
import { InputBuffers } from './image/inputBuffers';
import { mapsCache } from './explain/mapsCache';
import { defaultPixelLimit } from './explain/plan';
import { studySeeds } from './seeds/studySeeds';
import { SessionPool } from './sessionPool';
import { computeStages } from './stages/computeStages';
import { strideOf } from './stride';
import { nameClasses } from './study/classNames';
import { draftOf, presetOf } from './study/draft';
import { generateSeeds } from './seeds/generateSeeds';
import { resolveStudy } from './study/resolve';
import type { ResolvedStudy } from './study/resolvedStudy';
import { computeTimeline } from './timeline/computeTimeline';
import { networkSummary, studySummary } from './summary';
import { ThumbnailCache } from './thumbnailCache';
import { cutThumbnails } from './thumbnails';

export interface EngineOptions {
  /** How devices are tried; by default with the probe built beside this program. */
  readonly devices?: DeviceOptions;
  /** Largest input that is run, in pixels. */
  readonly pixelLimit?: number;
  /** Where pictures of patches are kept over sessions; without it they are made anew. */
  readonly thumbnailFolder?: string | undefined;
  /** Takes lines for the log. */
  readonly log?: (text: string) => void;
}

type Emit<M extends EngineMethod> = (event: EngineEvent<M>) => void;

/** A study with its checkpoint read and its classes named. */
interface OpenedStudy {
  readonly study: ResolvedStudy;
  readonly checkpoint: LoadedCheckpoint;
  readonly classNames: readonly string[];
  readonly notices: readonly Notice[];
}

/** Side of the square on which a stride is measured; every usual stride divides it. */
const measuredSide = 448;

export class Engine {
  readonly #devices: Devices;
  readonly #pixelLimit: number;
  readonly #checkpoints = new Checkpoints();
  readonly #banks = new Banks();
  readonly #sessions = new SessionPool();
  readonly #inputs = new InputBuffers();
  readonly #maps = mapsCache();
  readonly #images = new ImageFiles();
  readonly #thumbnails: ThumbnailCache | null;
  readonly #marks = new BankMarks();
  readonly #classMaps = classMapsCache();
  readonly #onDisk = new CheckpointsOnDisk();
  /** By the checkpoint's key. */
  readonly #strides = new Map<string, number | null>();

  constructor(options: EngineOptions = {}) {
    this.#devices = new Devices(options.devices ?? { probeScript: join(__dirname, 'probe.cjs') });
    this.#pixelLimit = options.pixelLimit ?? defaultPixelLimit();
    const { thumbnailFolder, log } = options;
    this.#thumbnails =
      thumbnailFolder === undefined ? null : new ThumbnailCache(thumbnailFolder, { ...(log && { log }) });
  }

  hello(): EngineResult<'hello'> {
    const { node, common } = ort.env.versions;
    return {
      version: protocolVersion,
      pid: process.pid,
      runtime: `onnxruntime-node ${node ?? common}, Node ${process.versions.node}`,
    };
  }

  async openStudy(
    params: EngineParams<'openStudy'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'openStudy'>> {
    const { study, checkpoint, classNames, notices: naming } = await this.#open(params.study);
    signal.throwIfAborted();
    const notices = [...naming];
    const bank = await this.#banks.find(study.bankPath, checkpoint, classNames).catch((error: unknown) => {
      // Clustering makes a damaged bank anew, so the study opens without it.
      if (!(error instanceof InputError)) throw error;
      notices.push({ kind: 'study', message: error.message, file: study.bankPath });
      return null;
    });
    const all = [...study.notices, ...notices, ...(bank?.notices ?? [])];
    const stride = this.#strides.get(checkpoint.key) ?? null;
    const seeds = await studySeeds(study.seedsFolder, checkpoint);
    return studySummary(study, checkpoint, stride, classNames, bank, seeds, all);
  }

  async draftStudy(
    params: EngineParams<'draftStudy'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'draftStudy'>> {
    const notices: Notice[] = [];
    const first = await resolveStudy(params);
    let outputs: number | null = null;
    try {
      outputs = (await this.#checkpoints.load(first.checkpoint, first.network)).network.classes;
    } catch (error) {
      // The file can be written all the same: its fields are how such a network is made known.
      if (!(error instanceof InputError)) throw error;
      notices.push({ kind: 'study', message: error.message, file: first.checkpoint });
    }
    signal.throwIfAborted();
    const preset = presetOf(outputs);
    const found = preset === 'voc' ? first : await resolveStudy(params, preset);
    const draft = draftOf(found, preset, found.classesFile, outputs);
    return { study: draft.study, notices: [...notices, ...draft.notices] };
  }

  async inspect(params: EngineParams<'inspect'>, signal: AbortSignal): Promise<EngineResult<'inspect'>> {
    // Another checkpoint than the study's may still be one of its kind: its tensor names apply.
    const study = params.study === null ? null : await resolveStudy(params.study);
    const tensors = study?.network ?? { features: null, classifier: null };
    const checkpoint = await this.#checkpoints.load(params.checkpoint, tensors);
    signal.throwIfAborted();
    return networkSummary(checkpoint, await this.#strideOf(checkpoint));
  }

  async explain(
    params: EngineParams<'explain'>,
    emit: Emit<'explain'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'explain'>> {
    const started = performance.now();
    const { study, checkpoint, classNames } = await this.#open(params.study);
    const bank = await this.#banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const device = await this.#devices.choose(params.deviceChoice ?? study.device);
    signal.throwIfAborted();
    return explainImage(
      params,
      {
        study,
        checkpoint,
        classNames,
        bank,
        device,
        sessions: this.#sessions,
        inputs: this.#inputs,
        cache: this.#maps,
        pixelLimit: this.#pixelLimit,
        started,
      },
      (event) => {
        if (event.type === 'header') this.#learnStride(checkpoint, event.header.stride);
        emit(event);
      },
      signal,
    );
  }

  makeSeeds(
    params: EngineParams<'makeSeeds'>,
    emit: Emit<'makeSeeds'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'makeSeeds'>> {
    return generateSeeds(this, params, (progress) => emit({ type: 'progress', progress }), signal);
  }

  /** An image's map as one small picture; an image that was explained already is not run again. */
  async overlay(params: EngineParams<'overlay'>, signal: AbortSignal): Promise<EngineResult<'overlay'>> {
    const { study, image, deviceChoice, side } = params;
    const explanation = await explainWhole(this, { study, image, classes: null, deviceChoice }, signal);
    signal.throwIfAborted();
    return overlayOf(explanation, side);
  }

  computeStages(
    params: EngineParams<'computeStages'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'computeStages'>> {
    return computeStages(this, params, signal);
  }

  async cluster(
    params: EngineParams<'cluster'>,
    emit: Emit<'cluster'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'cluster'>> {
    const { study, checkpoint, classNames, notices } = await this.#open(params.study);
    checkBankIsOurs(study.bankPath, study.file);
    const marked = await this.#markedIn(study.bankPath, checkpoint, classNames);
    const device = await this.#devices.choose(params.deviceChoice ?? study.device);
    signal.throwIfAborted();
    const clustered = await clusterStudy({
      study,
      network: checkpoint.network,
      checkpointHash: checkpoint.hash,
      device: device.inUse,
      classNames,
      onProgress: (progress) => emit({ type: 'progress', progress }),
      signal,
    });
    const fallback: Notice[] = device.fallback ? [{ kind: 'device-fallback', message: device.reason }] : [];
    return {
      bank: bankSummary(study.bankPath, clustered.bank, checkpoint, Date.now()),
      notices: [...notices, ...fallback, ...marksGone(marked), ...clustered.notices],
    };
  }

  async computeTimeline(
    params: EngineParams<'computeTimeline'>,
    emit: Emit<'computeTimeline'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'computeTimeline'>> {
    const { device: asked } = await resolveStudy(params.study);
    const device = await this.#devices.choose(params.deviceChoice ?? asked);
    signal.throwIfAborted();
    return computeTimeline(params, {
      device,
      sessions: this.#sessions,
      pixelLimit: this.#pixelLimit,
      signal,
      onDisk: this.#onDisk,
      load: (study) => this.#load(study),
      emit,
    });
  }

  async thumbnails(
    params: EngineParams<'thumbnails'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'thumbnails'>> {
    const { study, checkpoint } = await this.#open(params.study);
    signal.throwIfAborted();
    const stride = await this.#strideOf(checkpoint);
    if (stride === null) return { crops: params.patches.map(() => null) };
    const { fixedSize } = checkpoint.network;
    const geometry = { stride, fixedSize };
    const setting = { study, geometry, images: this.#images, kept: this.#thumbnails };
    return { crops: await cutThumbnails(params, setting, signal) };
  }

  async openBank(params: EngineParams<'openBank'>, signal: AbortSignal): Promise<EngineResult<'openBank'>> {
    const { study, checkpoint, classNames, notices } = await this.#open(params.study);
    signal.throwIfAborted();
    const found = await this.#banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const stride = found?.bank == null ? null : await this.#strideOf(checkpoint);
    const whole = found === null ? null : await this.#banks.withPatches(found, study, stride, signal);
    return galleryBank({ study, checkpoint, classNames, found: whole, stride, notices });
  }

  async bankGeometry(
    params: EngineParams<'bankGeometry'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'bankGeometry'>> {
    const { study, checkpoint, classNames } = await this.#open(params.study);
    const found = await this.#banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const setting = { bank: found?.bank ?? null, path: study.bankPath, sessions: this.#sessions };
    return bankGeometry(params.identity, setting, signal);
  }

  async centreMap(
    params: EngineParams<'centreMap'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'centreMap'>> {
    const { study, checkpoint, classNames } = await this.#open(params.study);
    const bank = await this.#banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const device = await this.#devices.choose(params.deviceChoice ?? study.device);
    signal.throwIfAborted();
    const setting = {
      study,
      checkpoint,
      bank,
      device,
      sessions: this.#sessions,
      inputs: this.#inputs,
      images: this.#images,
      cache: this.#classMaps,
      pixelLimit: this.#pixelLimit,
    };
    return { map: await centreMap(params, setting, signal) };
  }

  async markCentres(
    params: EngineParams<'markCentres'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'markCentres'>> {
    const { study, classNames } = await this.#open(params.study);
    signal.throwIfAborted();
    return { marked: await this.#marks.mark(study.bankPath, params, classNames) };
  }

  async devices(params: EngineParams<'devices'>, signal: AbortSignal): Promise<EngineResult<'devices'>> {
    if (params.again) this.#devices.forget();
    const probes = await this.#devices.probeAll();
    signal.throwIfAborted();
    return { report: await this.#devices.choose(params.deviceChoice), probes };
  }

  /** Ends the process as a crash would, for the tests of the restart. */
  crash(): Promise<never> {
    if (process.env['LPCAM_TEST'] !== '1') {
      return Promise.reject(new InputError('The engine crashes on request only when LPCAM_TEST is 1.'));
    }
    process.abort();
  }

  /** Closes sessions, and waits for what is being kept. */
  async dispose(): Promise<void> {
    await this.#thumbnails?.settled();
    await this.#sessions.dispose();
    this.#maps.clear();
    this.#classMaps.clear();
    this.#images.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #open(reference: StudyReference): Promise<OpenedStudy> {
    const study = await resolveStudy(reference);
    return { study, ...(await this.#load(study)) };
  }

  async #load(study: ResolvedStudy): Promise<Omit<OpenedStudy, 'study'>> {
    const checkpoint = await this.#checkpoints.load(study.checkpoint, study.network);
    const { classNames, notices } = nameClasses(study, checkpoint.network.classes);
    checkLabels(study, checkpoint.network.classes);
    return { checkpoint, classNames, notices };
  }

  /** Centres marked by hand in the bank that is about to be replaced; none where it cannot be read. */
  async #markedIn(
    path: string,
    checkpoint: LoadedCheckpoint,
    classNames: readonly string[],
  ): Promise<number> {
    const found = await this.#banks.find(path, checkpoint, classNames).catch((error: unknown) => {
      if (!(error instanceof InputError)) throw error;
      return null;
    });
    return found?.bank?.centres.filter(({ mark }) => mark !== null).length ?? 0;
  }

  #learnStride(checkpoint: LoadedCheckpoint, stride: number | null): void {
    if (stride !== null) this.#strides.set(checkpoint.key, stride);
  }

  /** The network's stride, measured on an empty image when no image has shown it yet. */
  async #strideOf(checkpoint: LoadedCheckpoint): Promise<number | null> {
    const known = this.#strides.get(checkpoint.key);
    if (known !== undefined) return known;
    const { network } = checkpoint;
    if (network.origin !== null) return network.origin.stride;
    const [height, width] = network.fixedSize ?? [measuredSide, measuredSide];
    const options = { mirror: false, similarity: false, feature: false };
    const stride = await this.#sessions.use(
      JSON.stringify([checkpoint.key, false, false]),
      'cpu',
      () => buildMapsGraph(network, options),
      async (session) => {
        const image = new ort.Tensor('float32', new Float32Array(3 * height * width), [1, 3, height, width]);
        const { cam } = await session.run({ image });
        const [, rows = 0, columns = 0] = cam?.dims ?? [];
        return strideOf({ height, width }, { height: rows, width: columns });
      },
    );
    this.#strides.set(checkpoint.key, stride);
    return stride;
  }
}

/** Says that marks went with the centres they were made on. */
function marksGone(marked: number): Notice[] {
  if (marked === 0) return [];
  const centres = marked === 1 ? 'one centre that was' : `${marked} centres that were`;
  return [
    {
      kind: 'study',
      message: `The bank that was replaced had ${centres} pinned or dropped by hand; the new centres bear no marks.`,
    },
  ];
}

/** Refuses labels of another data set than the classifier's. */
function checkLabels({ dataset, file }: ResolvedStudy, outputs: number): void {
  for (const [id, indices] of dataset.labels ?? []) {
    const beyond = indices.find((index) => index >= outputs);
    if (beyond === undefined) continue;
    throw new InputError(
      `${dataset.labelsFile ?? 'The labels'} give ${id} the class number ${beyond}, but the classifier has ${outputs} ` +
        'outputs, numbered from 0: these labels belong to another checkpoint.',
      { file: file ?? dataset.labelsFile ?? undefined, field: 'dataset.labels' },
    );
  }
}
