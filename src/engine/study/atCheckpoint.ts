import type { StudyReference } from '../../protocol/study';

/** A study with one of its checkpoints, whatever comes after it; one without a file has a single one. */
export function atCheckpoint(study: StudyReference, checkpoint: string): StudyReference {
  return 'file' in study ? { ...study, weights: checkpoint } : study;
}
