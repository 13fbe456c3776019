/** Requests about studies and checkpoints as such. */
import { InputError } from '../lpcam/inputError';
import type { Notice } from '../lpcam/notice';
import type { EngineParams, EngineResult } from '../protocol/engine';
import type { EngineParts } from './engineParts';
import { studySeeds } from './seeds/studySeeds';
import { draftOf, presetOf } from './study/draft';
import { resolveStudy } from './study/resolve';
import { networkSummary, studySummary } from './summary';

export class StudyRequests {
  constructor(private readonly parts: EngineParts) {}

  async openStudy(
    params: EngineParams<'openStudy'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'openStudy'>> {
    const { study, checkpoint, classNames, notices: naming } = await this.parts.openStudy(params.study);
    signal.throwIfAborted();
    const notices = [...naming];
    const bank = await this.parts.banks
      .find(study.bankPath, checkpoint, classNames)
      .catch((error: unknown) => {
        // Clustering makes a damaged bank anew, so the study opens without it.
        if (!(error instanceof InputError)) throw error;
        notices.push({ kind: 'study', message: error.message, file: study.bankPath });
        return null;
      });
    const all = [...study.notices, ...notices, ...(bank?.notices ?? [])];
    const stride = this.parts.strides.known(checkpoint);
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
      outputs = (await this.parts.checkpoints.load(first.checkpoint, first.network)).network.classes;
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
    const checkpoint = await this.parts.checkpoints.load(params.checkpoint, tensors);
    signal.throwIfAborted();
    return networkSummary(checkpoint, await this.parts.strides.of(checkpoint));
  }
}
