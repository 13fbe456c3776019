/**
 * The engine: one method per request of the protocol. The forked process and the command line both use it; nothing in
 * it knows of messages. Methods throw InputError for bad input, DeviceError for a failing device and the signal's
 * reason when they are cancelled.
 */
import { cudaFilesChanged } from './cuda/preparedCuda';
import * as ort from 'onnxruntime-node';
import { join } from 'node:path';
import { InputError } from '../lpcam/inputError';
import type { Notice } from '../lpcam/notice';
import {
  protocolVersion,
  type EngineEvent,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
} from '../protocol/engine';
import type { DeviceReport } from '../protocol/device';
import type { StudyReference } from '../protocol/study';
import type { Progress } from '../protocol/progress';
import { Banks, bankSummary, checkBankIsOurs } from './banks';
import { Checkpoints } from './checkpoints';
import { clusterPart, clusterStudy, type ClusterPart, type PartResult } from './clustering/clusterStudy';
import { markedCentres, marksGone } from './clustering/lostMarks';
import type { ClusterOptions } from './clustering/studyClustering';
import { Devices, type DeviceOptions } from './device';
import { DeviceMemory } from './deviceMemory';
import { CheckpointsOnDisk } from './follow/checkpointsOnDisk';
import { bankGeometry } from './gallery/bankGeometry';
import { BankMarks } from './gallery/bankMarks';
import { centreMap, classMapsCache } from './gallery/centreMap';
import { explainWhole } from './explanation';
import { galleryBank } from './gallery/galleryBank';
import { explainImage } from './explain/explain';
import { ImageFiles } from './image/imageFiles';
import { overlayOf } from './explain/overlay';
import { decodeImage } from './image/decode';
import { InputMaker } from './image/inputMaker';
import { mapsCache } from './explain/mapsCache';
import { defaultPixelLimit } from './explain/plan';
import { studySeeds } from './seeds/studySeeds';
import { SessionPool } from './sessionPool';
import { computeStages } from './stages/computeStages';
import { Strides } from './strides';
import { draftOf, presetOf } from './study/draft';
import { generateSeeds } from './seeds/generateSeeds';
import { loadStudy, openStudy, type OpenedStudy } from './study/openedStudy';
import { resolveStudy } from './study/resolve';
import type { ResolvedStudy } from './study/resolvedStudy';
import { computeTimeline } from './timeline/computeTimeline';
import { networkSummary, studySummary } from './summary';
import { ThumbnailCache } from './thumbnailCache';
import { cutThumbnails } from './thumbnails';

export interface EngineOptions {
  /** How devices are tried; by default with the probe built beside this program. */
  readonly devices?: DeviceOptions;
  /** File in which what was found out about devices is kept; without it each process probes. */
  readonly deviceMemory?: string;
  /** Largest input that is run, in pixels. */
  readonly pixelLimit?: number;
  /** Path of the bundled inputWorker; without it the network's inputs are made in this thread. */
  readonly inputScript?: string;
  /** Where pictures of patches are kept over sessions; without it they are made anew. */
  readonly thumbnailFolder?: string | undefined;
  /** Takes lines for the log. */
  readonly log?: (text: string) => void;
}

type Emit<M extends EngineMethod> = (event: EngineEvent<M>) => void;

export class Engine {
  readonly #devices: Devices;
  readonly #pixelLimit: number;
  readonly #checkpoints = new Checkpoints();
  readonly #banks = new Banks();
  readonly #sessions: SessionPool;
  /** In this thread, and in one of their own. */
  readonly #inputs: { readonly here: InputMaker; readonly aside: InputMaker };
  readonly #maps = mapsCache();
  readonly #images = new ImageFiles();
  readonly #thumbnails: ThumbnailCache | null;
  readonly #marks = new BankMarks();
  readonly #classMaps = classMapsCache();
  readonly #onDisk = new CheckpointsOnDisk();
  readonly #strides: Strides;

  constructor(options: EngineOptions = {}) {
    const { deviceMemory } = options;
    this.#devices = new Devices({
      probeScript: join(__dirname, 'probe.cjs'),
      ...(deviceMemory !== undefined && { memory: new DeviceMemory(deviceMemory) }),
      ...(options.log && { log: options.log }),
      ...options.devices,
    });
    this.#inputs = { here: new InputMaker(null), aside: new InputMaker(options.inputScript ?? null) };
    this.#pixelLimit = options.pixelLimit ?? defaultPixelLimit();
    const { thumbnailFolder, log } = options;
    // The small maps stay: they are bounded, and what makes an image open at once again.
    const onIdle = () => {
      this.#inputs.here.clear();
      this.#inputs.aside.clear();
      this.#images.clear();
    };
    this.#sessions = new SessionPool({ onIdle, ...(log && { log }) });
    this.#strides = new Strides(this.#sessions);
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
    const stride = this.#strides.known(checkpoint);
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
    return networkSummary(checkpoint, await this.#strides.of(checkpoint));
  }

  async explain(
    params: EngineParams<'explain'>,
    emit: Emit<'explain'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'explain'>> {
    const started = performance.now();
    const image = decodeImage(params.image);
    // Whoever waits for it is told.
    image.catch(() => undefined);
    const { study, checkpoint, classNames } = await this.#open(params.study);
    const bank = await this.#banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const device = await this.#device(params, study);
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
        inputs: this.#inputsFor(device),
        cache: this.#maps,
        pixelLimit: this.#pixelLimit,
        image,
        started,
      },
      (event) => {
        if (event.type === 'header') this.#strides.learn(checkpoint, event.header.stride);
        emit(event);
      },
      signal,
    );
  }

  /**
   * On the CPU the network takes every core: a thread beside it made it wait for longer than the inputs take (measured on two
   * cores, docs/benchmarks.md). Other devices leave the cores to it.
   */
  #inputsFor({ inUse }: DeviceReport): InputMaker {
    return inUse === 'cpu' ? this.#inputs.here : this.#inputs.aside;
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
    const { study, image, deviceChoice, precisionChoice, side } = params;
    const whole = { study, image, classes: null, deviceChoice, precisionChoice };
    const explanation = await explainWhole(this, whole, signal);
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
    const { options, opened, notices } = await this.#clustering(params, emit, signal);
    const { study, checkpoint } = opened;
    const marked = await markedCentres(this.#banks, opened);
    const clustered = await clusterStudy(options);
    return {
      bank: bankSummary(study.bankPath, clustered.bank, checkpoint, Date.now()),
      notices: [...notices, ...marksGone(marked), ...clustered.notices],
    };
  }

  /** A share of the same, or one of its steps: for several machines, so not a request of the protocol. */
  async clusterPart(
    params: EngineParams<'cluster'>,
    part: ClusterPart,
    emit: Emit<'cluster'>,
    signal: AbortSignal,
  ): Promise<PartResult> {
    const { options, notices } = await this.#clustering(params, emit, signal);
    const result = await clusterPart(options, part);
    return { ...result, notices: [...notices, ...result.notices] };
  }

  async #clustering(
    params: EngineParams<'cluster'>,
    emit: Emit<'cluster'>,
    signal: AbortSignal,
  ): Promise<{ options: ClusterOptions; opened: OpenedStudy; notices: readonly Notice[] }> {
    const opened = await this.#open(params.study);
    const { study, checkpoint, classNames } = opened;
    checkBankIsOurs(study.bankPath, study.file);
    const device = await this.#device(params, study);
    signal.throwIfAborted();
    const options = {
      study,
      network: checkpoint.network,
      checkpointHash: checkpoint.hash,
      device: device.inUse,
      precision: device.precision,
      inputs: this.#inputsFor(device),
      classNames,
      onProgress: (progress: Progress) => emit({ type: 'progress', progress }),
      signal,
    };
    const fallback: Notice[] = device.fallback ? [{ kind: 'device-fallback', message: device.reason }] : [];
    return { options, opened, notices: [...opened.notices, ...fallback] };
  }

  async computeTimeline(
    params: EngineParams<'computeTimeline'>,
    emit: Emit<'computeTimeline'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'computeTimeline'>> {
    const device = await this.#device(params, await resolveStudy(params.study));
    signal.throwIfAborted();
    return computeTimeline(params, {
      device,
      sessions: this.#sessions,
      inputs: this.#inputsFor(device),
      pixelLimit: this.#pixelLimit,
      signal,
      onDisk: this.#onDisk,
      load: (study) => loadStudy(study, this.#checkpoints),
      emit,
    });
  }

  async thumbnails(
    params: EngineParams<'thumbnails'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'thumbnails'>> {
    const { study, checkpoint } = await this.#open(params.study);
    signal.throwIfAborted();
    const stride = await this.#strides.of(checkpoint);
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
    const stride = found?.bank == null ? null : await this.#strides.of(checkpoint);
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
    const device = await this.#device(params, study);
    signal.throwIfAborted();
    const setting = {
      study,
      checkpoint,
      bank,
      device,
      sessions: this.#sessions,
      inputs: this.#inputsFor(device),
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
    const report = await this.#devices.choose(params.deviceChoice, params.precisionChoice);
    return { report, probes, restart: cudaFilesChanged() };
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

  /** The device and precision of a request: what a person set, else what the study says. */
  #device(
    { deviceChoice, precisionChoice }: Pick<EngineParams<'cluster'>, 'deviceChoice' | 'precisionChoice'>,
    study: Pick<ResolvedStudy, 'device' | 'precision'>,
  ): Promise<DeviceReport> {
    return this.#devices.choose(deviceChoice ?? study.device, precisionChoice ?? study.precision);
  }

  #open(reference: StudyReference): Promise<OpenedStudy> {
    return openStudy(reference, this.#checkpoints);
  }
}
