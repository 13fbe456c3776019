/**
 * Looks into checkpoints: one method per request of the protocol. Nothing here runs a network, and nothing native is
 * loaded. Methods throw InputError for bad input and the signal's reason when they are cancelled.
 */
import { LRUCache } from 'lru-cache';
import { InputError } from '../../lpcam/inputError';
import type { EngineEvent, EngineParams, EngineResult } from '../../protocol/engine';
import { pause } from '../pause';
import { compareRows } from './classifierMatrix';
import { findNetwork, type FoundNetwork } from './classifier';
import { bankWarnings, hashFile, type CheckpointHash } from './hash';
import { openFile, unchanged, type OpenedFile } from './openedFile';
import { tensorStatistics } from './statistics';
import { namedClasses, viewedStudy, type ViewedStudy } from './viewedStudy';

/** Files that several editors may show at once. */
const mostOpened = 8;

interface Viewed {
  readonly file: OpenedFile;
  /** By what the study chooses in it. */
  readonly networks: Map<string, FoundNetwork>;
  hash: CheckpointHash | null;
  /** Requests that read its numbers now. */
  readers: number;
}

export class CheckpointView {
  readonly #viewed = new LRUCache<string, Viewed>({ max: mostOpened });

  async open(
    { checkpoint, study }: EngineParams<'openCheckpoint'>,
    emit: (event: EngineEvent<'openCheckpoint'>) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<'openCheckpoint'>> {
    const viewed = await this.#current(checkpoint);
    signal.throwIfAborted();
    emit({ type: 'table', table: viewed.file.table });
    // The table is on its way before the network is looked for, which may take a moment.
    await pause(signal);
    const found = await viewedStudy(study, checkpoint);
    signal.throwIfAborted();
    return this.#reading(viewed, () => {
      const { network, unknown } = this.#network(viewed, found);
      const classes = network === null ? [] : namedClasses(found, network.classes).warnings;
      return {
        network,
        unknown,
        study: found.shown,
        warnings: [...found.warnings, ...classes].map((warning) => ({ ...warning })),
      };
    });
  }

  async statistics(
    { checkpoint, version, tensors, bins }: EngineParams<'tensorStatistics'>,
    emit: (event: EngineEvent<'tensorStatistics'>) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<'tensorStatistics'>> {
    const viewed = await this.#opened(checkpoint, version);
    return this.#reading(viewed, async () => {
      for (const place of tensors) {
        const tensor = viewed.file.contents.tensors[place];
        if (!tensor || tensor.dtype === null || tensor.problem !== null) continue;
        const { dtype } = tensor;
        const statistics = await tensorStatistics({ ...tensor, dtype }, place, bins, signal);
        emit({ type: 'statistics', statistics });
      }
      return {};
    });
  }

  async classifier(
    { checkpoint, version, study }: EngineParams<'classifierMatrix'>,
    signal: AbortSignal,
  ): Promise<EngineResult<'classifierMatrix'>> {
    const viewed = await this.#opened(checkpoint, version);
    const found = await viewedStudy(study, checkpoint);
    return this.#reading(viewed, async () => {
      const { network, weights } = this.#network(viewed, found);
      if (network === null || weights === null)
        throw new InputError(`${checkpoint}: no classifier was found in it.`, { file: checkpoint });
      const { weight, bias } = weights();
      const { names, named } = namedClasses(found, network.classes);
      const compared = await compareRows(weight, network.classes, signal);
      const { classifier, channels } = network;
      return { ...compared, classifier, channels, classNames: [...names], named, bias: bias && bias.slice() };
    });
  }

  async hash(
    { checkpoint, version, study }: EngineParams<'hashCheckpoint'>,
    emit: (event: EngineEvent<'hashCheckpoint'>) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<'hashCheckpoint'>> {
    const viewed = await this.#opened(checkpoint, version);
    viewed.hash ??= await hashFile(viewed.file, (progress) => emit({ type: 'progress', progress }), signal);
    const found = await viewedStudy(study, checkpoint);
    const { network } = this.#network(viewed, found);
    const names = network === null ? null : namedClasses(found, network.classes).names;
    const warnings = names === null ? [] : await bankWarnings(viewed.file, found, names, viewed.hash);
    signal.throwIfAborted();
    return { hash: viewed.hash.file, warnings: warnings.map((warning) => ({ ...warning })) };
  }

  #network({ file, networks }: Viewed, { study, usesThis }: ViewedStudy): FoundNetwork {
    const chosen = usesThis && study !== null ? study.network : null;
    const { features = null, classifier = null, stride = null } = chosen ?? {};
    const key = JSON.stringify([features, classifier, stride]);
    const network = networks.get(key) ?? findNetwork(file, { features, classifier, stride });
    networks.set(key, network);
    return network;
  }

  /** The file as it is now: from memory when it did not change. */
  async #current(path: string): Promise<Viewed> {
    const known = this.#viewed.get(path);
    if (known && (await unchanged(known.file))) return known;
    this.#viewed.delete(path);
    const viewed = {
      file: await openFile(path),
      networks: new Map<string, FoundNetwork>(),
      hash: null,
      readers: 0,
    };
    this.#viewed.set(path, viewed);
    return viewed;
  }

  /** The file in the state that was asked about. @throws InputError when it changed since */
  async #opened(path: string, version: string): Promise<Viewed> {
    const viewed = await this.#current(path);
    if (viewed.file.table.version !== version)
      throw new InputError(`${path} changed on disk since it was opened. Read it again.`, { file: path });
    return viewed;
  }

  /** Runs what reads numbers of the file, and closes the file when nobody reads any more. */
  async #reading<T>(viewed: Viewed, run: () => T | Promise<T>): Promise<T> {
    viewed.readers++;
    try {
      return await run();
    } finally {
      viewed.readers--;
      if (viewed.readers === 0) viewed.file.release();
    }
  }
}
