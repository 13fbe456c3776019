/** Requests that cluster: a study's bank, a share of it, and the points of a timeline. */
import type { Notice } from '../lpcam/notice';
import type { EngineEvent, EngineParams, EngineResult } from '../protocol/engine';
import type { Progress } from '../protocol/progress';
import type { StudyReference } from '../protocol/study';
import { bankSummary, checkBankIsOurs } from './banks';
import { clusterPart, clusterStudy, type ClusterPart, type PartResult } from './clustering/clusterStudy';
import { markedCentres, marksGone } from './clustering/lostMarks';
import type { ClusterOptions } from './clustering/studyClustering';
import type { EngineParts } from './engineParts';
import { CheckpointsOnDisk } from './follow/checkpointsOnDisk';
import { loadStudy, type OpenedStudy } from './study/openedStudy';
import { resolveStudy } from './study/resolve';
import { computeTimeline } from './timeline/computeTimeline';

type Emit<M extends 'cluster' | 'computeTimeline'> = (event: EngineEvent<M>) => void;

/** The bank of the study as it stands in its file, where `bank` is that of something tried; else null. */
async function lenderOf(reference: StudyReference, bank: string): Promise<string | null> {
  if (reference.trial === undefined) return null;
  const { bankPath } = await resolveStudy({ ...reference, trial: undefined });
  return bankPath === bank ? null : bankPath;
}

export class ClusterRequests {
  readonly #onDisk = new CheckpointsOnDisk();

  constructor(private readonly parts: EngineParts) {}

  async cluster(
    params: EngineParams<'cluster'>,
    emit: Emit<'cluster'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'cluster'>> {
    const { options, opened, notices } = await this.#clustering(params, emit, signal);
    const { study, checkpoint } = opened;
    const marked = await markedCentres(this.parts.banks, opened);
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
    const opened = await this.parts.openStudy(params.study);
    const { study, checkpoint, classNames } = opened;
    checkBankIsOurs(study.bankPath, study.file);
    const device = await this.parts.device(params, study);
    signal.throwIfAborted();
    const options = {
      lender: await lenderOf(params.study, study.bankPath),
      study,
      network: checkpoint.network,
      checkpointHash: checkpoint.hash,
      device: device.inUse,
      precision: device.precision,
      inputs: this.parts.inputsFor(device),
      batching: this.parts.batchingOn(device),
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
    const device = await this.parts.device(params, await resolveStudy(params.study));
    signal.throwIfAborted();
    return computeTimeline(params, {
      device,
      sessions: this.parts.sessions,
      inputs: this.parts.inputsFor(device),
      pixelLimit: this.parts.pixelLimit,
      signal,
      onDisk: this.#onDisk,
      load: (study) => loadStudy(study, this.parts.checkpoints),
      emit,
    });
  }
}
