/** The checkpoints that a study follows, as they lie on disk now. */
import { dirname, resolve } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { EngineParams } from '../../protocol/engine';
import type { CheckpointsOnDisk as OnDisk, FollowedCheckpoint } from '../../protocol/follow';
import type { StudyReference } from '../../protocol/study';
import { combinedHash, sha256 } from '../checkpoints';
import { lookAtFile } from '../completeFile';
import { studyPathOf } from '../study/images';
import { matchingFiles, oneFile, type MatchingFile } from '../study/matchingFiles';
import { readStudyFile } from '../study/read';

interface Followed {
  readonly pattern: string;
  readonly follows: boolean;
  /** Without wildcards: the file that counts while nothing matches. */
  readonly named: string;
}

/** What a study follows, by its file alone: its checkpoint need not be there yet. @throws InputError */
async function followedBy(reference: StudyReference): Promise<Followed> {
  if ('checkpoint' in reference) {
    const named = resolve(reference.folder, reference.checkpoint);
    return { pattern: named, follows: false, named };
  }
  const folder = dirname(resolve(reference.file));
  const { checkpoint, follow } = await readStudyFile(reference.file);
  const named = studyPathOf(folder, checkpoint);
  return follow === undefined
    ? { pattern: named, follows: false, named }
    : { pattern: studyPathOf(folder, follow), follows: true, named };
}

async function states(files: readonly MatchingFile[], signal: AbortSignal): Promise<FollowedCheckpoint[]> {
  const found: FollowedCheckpoint[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    const { version, whole, problem } = await lookAtFile(file.path);
    // It may have gone meanwhile.
    if (version !== null) found.push({ ...file, version, whole, problem });
  }
  return found;
}

export class CheckpointsOnDisk {
  readonly #hashes = new LRUCache<string, string>({ max: 1000 });

  /** @throws InputError when the study cannot be read; the signal's reason */
  async look({ study, hash }: EngineParams<'lookAtCheckpoints'>, signal: AbortSignal): Promise<OnDisk> {
    const { pattern, follows, named } = await followedBy(study);
    let checkpoints = follows ? await states(await matchingFiles(pattern), signal) : [];
    // As long as none of them is whole, the one that is named counts.
    if (!checkpoints.some(({ whole }) => whole))
      checkpoints = [
        ...(await states(await oneFile(named), signal)),
        ...checkpoints.filter(({ path }) => path !== named),
      ];
    const found = hash && (await this.hash(hash.path, hash.version, signal));
    return { pattern, follows, checkpoints, hash: found };
  }

  /** SHA-256 with the data files; null when the file is not in that state, before or after it was read. */
  async hash(path: string, version: string, signal: AbortSignal): Promise<string | null> {
    const key = `${path}\0${version}`;
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    const found = await lookAtFile(path);
    if (!found.whole || found.version !== version) return null;
    const hashes: string[] = [];
    for (const file of [path, ...found.dataFiles]) hashes.push(await sha256(file, signal));
    if ((await lookAtFile(path)).version !== version) return null;
    const hash = combinedHash(hashes);
    this.#hashes.set(key, hash);
    return hash;
  }
}
