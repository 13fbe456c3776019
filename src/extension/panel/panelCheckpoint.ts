/** Which checkpoint a panel shows, and whether a newer one lies on disk. Pure. */
import type { Failure } from '../../protocol/failure';
import type { FreshCheckpoint } from '../../protocol/imagePanel';
import type { StudyReference } from '../../protocol/study';
import type { FollowedState } from '../follow/checkpointFollower';
import type { FollowChoice } from '../settings';
import type { Answer } from './answer';

export class PanelCheckpoint {
  /** Told to the person; the same object as long as it is the same checkpoint. */
  #fresh: FreshCheckpoint | null = null;
  #state: FollowedState | null = null;
  /** Stays shown while newer ones come: one of those the study follows. */
  #at: string | null = null;
  /** Newest by its hash that a failed panel was shown anew for. */
  #tried = '';

  get fresh(): FreshCheckpoint | null {
    return this.#fresh;
  }

  onDisk(state: FollowedState): void {
    this.#state = state;
  }

  /** The next answer is made with what the study means then. */
  forget(): void {
    this.#at = null;
    this.#fresh = null;
  }

  /** The study with the checkpoint that stays shown. */
  reference(study: StudyReference): StudyReference {
    return 'file' in study && study.weights === undefined && this.#at !== null
      ? { ...study, weights: this.#at }
      : study;
  }

  /** Whether a file is one of those that are waited for until they are whole. */
  follows(file: string): boolean {
    return this.#state?.checkpoints.some(({ path }) => path === file) ?? false;
  }

  /** Whether an answer failed because the checkpoint that stayed shown is gone. */
  isGone({ file }: Failure): boolean {
    return this.#at !== null && file === this.#at;
  }

  /**
   * Compares what is shown with what lies on disk.
   * @returns `renew`: the panel goes over to the newest by itself
   */
  judge(answer: Answer, study: StudyReference, choice: FollowChoice): 'renew' | 'stay' {
    const newest = this.#state?.newest ?? null;
    const shown = answer.header?.checkpoint;
    // The person chose this one out of all.
    const chosen = 'file' in study && study.weights !== undefined;
    if (shown?.followed && !chosen) this.#at = shown.path;
    if (newest === null || chosen) {
      this.#fresh = null;
      return 'stay';
    }
    if (answer.failure !== null && shown === undefined) return this.#waited(answer.failure, newest.hash);
    const another = shown !== undefined && shown.ownHash !== newest.hash;
    if (!another || choice === 'never') {
      this.#fresh = null;
      return 'stay';
    }
    if (choice === 'always') return answer.finished ? 'renew' : 'stay';
    if (this.#fresh?.hash !== newest.hash || this.#fresh.path !== newest.path) this.#fresh = { ...newest };
    return 'stay';
  }

  /** A panel that shows nothing, for want of a whole checkpoint, has nothing to lose. */
  #waited({ file, field }: Failure, hash: string): 'renew' | 'stay' {
    const ours = field === 'follow' || field === 'checkpoint' || (file !== undefined && this.follows(file));
    if (!ours || this.#tried === hash) return 'stay';
    this.#tried = hash;
    return 'renew';
  }
}
