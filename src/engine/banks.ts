/** Prototype banks, kept between requests as long as their files do not change. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { PrototypeBank } from '../lpcam/bank';
import { InputError } from '../lpcam/inputError';
import type { Notice } from '../lpcam/notice';
import { stalenessOf } from '../lpcam/staleness';
import { scorePrototype } from '../network/prototypeScores';
import type { BankSummary } from '../protocol/study';
import { readBank } from './bankFile';
import type { LoadedCheckpoint } from './checkpoints';
import { clusterPaths, isClusterFile } from './clusterFolder';
import { withMembers } from './clusterMembers';
import { fileVersion } from './fileVersion';
import type { ResolvedStudy } from './study/resolvedStudy';

/** A bank and whether this checkpoint can use it. */
export interface FoundBank {
  readonly summary: BankSummary;
  /** Null when its centres do not belong to features and classes of this checkpoint. */
  readonly bank: PrototypeBank | null;
  /** Names the bank's content for caches. */
  readonly key: string;
  readonly notices: readonly Notice[];
}

export class Banks {
  readonly #read = new LRUCache<string, Promise<PrototypeBank>>({ max: 2 });
  readonly #members = new LRUCache<string, PrototypeBank>({ max: 2 });
  readonly #scored = new LRUCache<string, PrototypeBank>({ max: 2 });

  /**
   * The bank of a study; null when there is no file yet.
   * @throws InputError when the file cannot be read as a bank
   */
  async find(
    path: string,
    checkpoint: LoadedCheckpoint,
    classNames: readonly string[],
  ): Promise<FoundBank | null> {
    const version = await fileVersion(path);
    if (version === null) return null;
    const key = JSON.stringify([version, await versionsBeside(path), classNames]);
    const known = this.#read.get(key);
    const reading = known ?? readBank(path, classNames);
    if (known === undefined) {
      this.#read.set(key, reading);
      reading.catch(() => this.#read.delete(key));
    }
    const bank = await reading;
    const misfit = misfitOf(bank, checkpoint, classNames);
    const { mtimeMs = null } = (await stat(path).catch(() => null)) ?? {};
    const summary = bankSummary(path, bank, checkpoint, mtimeMs);
    const notices: Notice[] = [];
    if (misfit !== null) {
      const message = `The bank ${path} does not fit the checkpoint: ${misfit}. Only CAMs are shown; cluster again.`;
      notices.push({ kind: 'bank-of-other-checkpoint', message, file: path });
    } else if (summary.matchesCheckpoint === false) {
      const message =
        'The prototypes were clustered with another checkpoint (or before this one changed); cluster again for figures that mean anything.';
      notices.push({ kind: 'bank-of-other-checkpoint', message, file: path });
    }
    if (misfit !== null) return { summary, bank: null, key, notices };
    const { scoring } = checkpoint.network;
    if (!scoredOtherwise(bank, scoring)) return { summary, bank, key, notices };
    const message =
      `The p of its centres were scored as "${bank.provenance.scoring ?? ''}", the network scores prototypes as ` +
      `"${scoring}": they were scored anew with the network, and the gates apply to these p. The file stays as it is.`;
    notices.push({ kind: 'bank-scored-anew', message, file: path });
    return { summary, bank: this.#rescored(bank, key, checkpoint), key, notices };
  }

  /**
   * The same bank with patches, where its files hold them only by way of the study's CAMs; what stands in the way is a
   * notice. It reads the CAM of every labelled image, so it is for those who look at patches.
   */
  async withPatches(
    found: FoundBank,
    study: ResolvedStudy,
    stride: number | null,
    signal: AbortSignal,
  ): Promise<FoundBank> {
    const { path } = found.summary;
    if (found.bank === null || stride === null || !isClusterFile(path)) return found;
    const { dataset, settings } = study;
    const facts = [found.key, dataset.list, dataset.labelsFile, settings.clustering.split, stride];
    const key = JSON.stringify([...facts, settings.clustering.imagesPerClass]);
    const known = this.#members.get(key);
    if (known !== undefined) return { ...found, bank: known };
    try {
      const bank = await withMembers(found.bank, path, study, stride, signal);
      this.#members.set(key, bank);
      return { ...found, bank };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const notice: Notice = { kind: 'study', message: error.message, file: path };
      return { ...found, notices: [...found.notices, notice] };
    }
  }

  #rescored(bank: PrototypeBank, key: string, checkpoint: LoadedCheckpoint): PrototypeBank {
    const name = JSON.stringify([key, checkpoint.key]);
    const known = this.#scored.get(name);
    if (known !== undefined) return known;
    const { network } = checkpoint;
    const centres = bank.centres.map((centre) => ({
      ...centre,
      scores: scorePrototype(network, centre.vector),
    }));
    const scored = { ...bank, centres };
    this.#scored.set(name, scored);
    return scored;
  }
}

/**
 * Whether a bank holds scores of another kind than the network's: gates would compare them with bounds meant for these.
 * A bank that does not say is taken at its word, and one without scores gets the network's anyway.
 */
function scoredOtherwise({ provenance, classes, centres }: PrototypeBank, scoring: string): boolean {
  return (
    provenance.scoring !== undefined &&
    provenance.scoring !== scoring &&
    centres.some((centre) => centre.scores.length === classes.length)
  );
}

/** The files that the one named stands for as well: the published formats come in several. */
async function versionsBeside(path: string): Promise<readonly (string | null)[]> {
  if (isClusterFile(path)) {
    const versions: (string | null)[] = [];
    for (const { centres, ids } of await clusterPaths(path))
      versions.push(await fileVersion(centres), ids === null ? null : await fileVersion(ids));
    return versions;
  }
  return path.endsWith('.pt') ? [await fileVersion(join(dirname(path), 'class_context.pt'))] : [];
}

function misfitOf(
  bank: PrototypeBank,
  { network }: LoadedCheckpoint,
  classNames: readonly string[],
): string | null {
  if (bank.channels !== network.channels) {
    return `its centres have ${bank.channels} channels, the feature map has ${network.channels}`;
  }
  if (bank.classes.length !== classNames.length) {
    return `it knows ${bank.classes.length} classes, the classifier has ${classNames.length}`;
  }
  const other = bank.classes.findIndex((name, index) => name !== classNames[index]);
  return other < 0
    ? null
    : `its class ${other} is ${bank.classes[other] ?? ''}, the study's is ${classNames[other] ?? ''}`;
}

/** A bank in a few figures. @param modified when its file was written, milliseconds; null: nobody knows */
export function bankSummary(
  path: string,
  bank: PrototypeBank,
  checkpoint: Pick<LoadedCheckpoint, 'hash' | 'modified'>,
  modified: number | null,
): BankSummary {
  const { provenance } = bank;
  const made = { checkpointHash: provenance.checkpointHash, modified };
  return {
    path,
    centres: bank.centres.length,
    classes: new Set(bank.centres.map((centre) => centre.classIndex)).size,
    created: provenance.created,
    matchesCheckpoint:
      provenance.checkpointHash === null ? null : provenance.checkpointHash === checkpoint.hash,
    stale: stalenessOf(made, [checkpoint.hash], checkpoint.modified),
    alreadyGated: bank.alreadyGated,
    scoring: provenance.scoring ?? null,
  };
}

/**
 * Refuses to write over a bank of the published format, which somebody named to look at.
 * @throws InputError
 */
export function checkBankIsOurs(path: string, study: string | null): void {
  if (path.endsWith('.safetensors')) return;
  throw new InputError(
    `The bank ${path} is a published one, which clustering would write over. Let \`bank\` name a .safetensors file, or leave it out.`,
    { file: study ?? path, field: 'bank' },
  );
}
