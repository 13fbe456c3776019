/** Requests about a study's bank: its gallery, what its centres see, and the patches they stand for. */
import type { EngineParams, EngineResult } from '../protocol/engine';
import type { EngineParts } from './engineParts';
import { bankGeometry } from './gallery/bankGeometry';
import { BankMarks } from './gallery/bankMarks';
import { centreMap, classMapsCache } from './gallery/centreMap';
import { galleryBank } from './gallery/galleryBank';
import { cutThumbnails } from './thumbnails';

export class BankRequests {
  readonly #marks = new BankMarks();
  readonly #classMaps = classMapsCache();

  constructor(private readonly parts: EngineParts) {}

  async thumbnails(
    params: EngineParams<'thumbnails'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'thumbnails'>> {
    const { study, checkpoint } = await this.parts.openStudy(params.study);
    signal.throwIfAborted();
    const stride = await this.parts.strides.of(checkpoint);
    if (stride === null) return { crops: params.patches.map(() => null) };
    const { fixedSize } = checkpoint.network;
    const geometry = { stride, fixedSize };
    const setting = { study, geometry, images: this.parts.images, kept: this.parts.thumbnails };
    return { crops: await cutThumbnails(params, setting, signal) };
  }

  async openBank(params: EngineParams<'openBank'>, signal: AbortSignal): Promise<EngineResult<'openBank'>> {
    const { study, checkpoint, classNames, notices } = await this.parts.openStudy(params.study);
    signal.throwIfAborted();
    const found = await this.parts.banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const stride = found?.bank == null ? null : await this.parts.strides.of(checkpoint);
    const whole = found === null ? null : await this.parts.banks.withPatches(found, study, stride, signal);
    return galleryBank({ study, checkpoint, classNames, found: whole, stride, notices });
  }

  async bankGeometry(
    params: EngineParams<'bankGeometry'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'bankGeometry'>> {
    const { study, checkpoint, classNames } = await this.parts.openStudy(params.study);
    const found = await this.parts.banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const setting = { bank: found?.bank ?? null, path: study.bankPath, sessions: this.parts.sessions };
    return bankGeometry(params.identity, setting, signal);
  }

  async centreMap(
    params: EngineParams<'centreMap'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'centreMap'>> {
    const { study, checkpoint, classNames } = await this.parts.openStudy(params.study);
    const bank = await this.parts.banks.find(study.bankPath, checkpoint, classNames);
    signal.throwIfAborted();
    const device = await this.parts.device(params, study);
    signal.throwIfAborted();
    const setting = {
      study,
      checkpoint,
      bank,
      device,
      sessions: this.parts.sessions,
      inputs: this.parts.inputsFor(device),
      images: this.parts.images,
      cache: this.#classMaps,
      pixelLimit: this.parts.pixelLimit,
    };
    return { map: await centreMap(params, setting, signal) };
  }

  async markCentres(
    params: EngineParams<'markCentres'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'markCentres'>> {
    const { study, classNames } = await this.parts.openStudy(params.study);
    signal.throwIfAborted();
    return { marked: await this.#marks.mark(study.bankPath, params, classNames) };
  }

  clear(): void {
    this.#classMaps.clear();
  }
}
