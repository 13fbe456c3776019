/** The SHA-256 of a checkpoint, and what it tells about the study's prototype bank. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError } from '../../lpcam/inputError';
import type { CheckpointWarning } from '../../protocol/checkpoint';
import type { Progress } from '../../protocol/progress';
import { readBank } from '../bankFile';
import { combinedHash } from '../checkpoints';
import { fileVersion } from '../fileVersion';
import type { OpenedFile } from './openedFile';
import type { ViewedStudy } from './viewedStudy';

const chunk = 1 << 20;

export interface CheckpointHash {
  /** Of the file alone, hex. */
  readonly file: string;
  /** As banks name the checkpoint: with its data files. */
  readonly checkpoint: string;
}

/** @throws the signal's reason when somebody asked to stop */
export async function hashFile(
  { path, contents, table }: OpenedFile,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<CheckpointHash> {
  let done = 0;
  let told = 0;
  const hashes: string[] = [];
  for (const file of [path, ...contents.dataFiles]) {
    const hash = createHash('sha256');
    for await (const piece of createReadStream(file, { highWaterMark: chunk, signal })) {
      hash.update(piece as Buffer);
      done += (piece as Buffer).length;
      const share = Math.floor((done / table.bytes) * 100);
      if (share > told) onProgress({ stage: 'Hashing', done, total: table.bytes });
      told = Math.max(told, share);
    }
    hashes.push(hash.digest('hex'));
  }
  return { file: hashes[0] ?? '', checkpoint: combinedHash(hashes) };
}

/** What speaks against using the study's bank with this state of its checkpoint. */
export async function bankWarnings(
  { path, table }: OpenedFile,
  { study, usesThis }: ViewedStudy,
  classNames: readonly string[],
  hash: CheckpointHash,
): Promise<CheckpointWarning[]> {
  if (study === null || !usesThis || (await fileVersion(study.bankPath)) === null) return [];
  try {
    const { provenance } = await readBank(study.bankPath, classNames);
    if (provenance.checkpointHash === null || provenance.checkpointHash === hash.checkpoint) return [];
    const { mtimeMs } = await stat(study.bankPath);
    const since = table.modified > mtimeMs;
    return [
      {
        kind: 'bank',
        message: since
          ? `The checkpoint is newer than the prototype bank ${study.bankPath}, which was clustered from another state of it. Cluster the prototypes again before you trust LPCAM.`
          : `The prototype bank ${study.bankPath} was clustered from another checkpoint${from(provenance.checkpoint, path)}. Cluster the prototypes again, or name the bank that belongs to this one.`,
      },
    ];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [{ kind: 'bank', message: error.message }];
  }
}

function from(checkpoint: string | null, path: string): string {
  return checkpoint === null || checkpoint === path ? '' : ` (${checkpoint})`;
}
