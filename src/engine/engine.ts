/**
 * The engine: one method per request of the protocol, those about studies, banks and clustering in groups of their own. The
 * forked process and the command line both use it; nothing in it knows of messages. Methods throw InputError for bad input,
 * DeviceError for a failing device and the signal's reason when they are cancelled.
 */
import { cudaFilesChanged } from './cuda/preparedCuda';
import * as ort from 'onnxruntime-node';
import { InputError } from '../lpcam/inputError';
import { protocolVersion, type EngineEvent, type EngineParams, type EngineResult } from '../protocol/engine';
import { BankRequests } from './bankRequests';
import { ClusterRequests } from './clusterRequests';
import { EngineParts, type EngineOptions } from './engineParts';
import { explainImage } from './explain/explain';
import type { NetworkBatch } from './explain/networkRun';
import { overlayOf } from './explain/overlay';
import { explainWhole } from './explanation';
import { decodeImage } from './image/decode';
import { generateSeeds } from './seeds/generateSeeds';
import { computeStages } from './stages/computeStages';
import { StudyRequests } from './studyRequests';

export class Engine {
  readonly studies: StudyRequests;
  readonly bank: BankRequests;
  readonly clustering: ClusterRequests;
  private readonly parts: EngineParts;

  constructor(options: EngineOptions = {}) {
    this.parts = new EngineParts(options);
    this.studies = new StudyRequests(this.parts);
    this.bank = new BankRequests(this.parts);
    this.clustering = new ClusterRequests(this.parts);
  }

  hello(): EngineResult<'hello'> {
    const { node, common } = ort.env.versions;
    return {
      version: protocolVersion,
      pid: process.pid,
      runtime: `onnxruntime-node ${node ?? common}, Node ${process.versions.node}`,
    };
  }

  async explain(
    params: EngineParams<'explain'>,
    emit: (event: EngineEvent<'explain'>) => void,
    signal: AbortSignal,
    batch: NetworkBatch | null = null,
  ): Promise<EngineResult<'explain'>> {
    const started = performance.now();
    const image = decodeImage(params.image);
    // Whoever waits for it is told.
    image.catch(() => undefined);
    const { study, checkpoint, classNames } = await this.parts.openStudy(params.study);
    const bank = await this.parts.banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const device = await this.parts.device(params, study);
    signal.throwIfAborted();
    return explainImage(
      params,
      {
        study,
        checkpoint,
        classNames,
        bank,
        device,
        sessions: this.parts.sessions,
        inputs: this.parts.inputsFor(device),
        cache: this.parts.maps,
        pixelLimit: this.parts.pixelLimit,
        batch,
        image,
        started,
      },
      (event) => {
        if (event.type === 'header') this.parts.strides.learn(checkpoint, event.header.stride);
        emit(event);
      },
      signal,
    );
  }

  makeSeeds(
    params: EngineParams<'makeSeeds'>,
    emit: (event: EngineEvent<'makeSeeds'>) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<'makeSeeds'>> {
    const explain: Engine['explain'] = (...asked) => this.explain(...asked);
    const openStudy: StudyRequests['openStudy'] = (...asked) => this.studies.openStudy(...asked);
    return generateSeeds(
      {
        explain,
        openStudy,
        hello: () => this.hello(),
        batching: async (asked, study) => this.parts.batchingOn(await this.parts.device(asked, study)),
      },
      params,
      (progress) => emit({ type: 'progress', progress }),
      signal,
    );
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

  async devices(params: EngineParams<'devices'>, signal: AbortSignal): Promise<EngineResult<'devices'>> {
    if (params.again) this.parts.devices.forget();
    const probes = await this.parts.devices.probeAll();
    signal.throwIfAborted();
    const report = await this.parts.devices.choose(params.deviceChoice, params.precisionChoice);
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
    await this.parts.dispose();
    this.bank.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
