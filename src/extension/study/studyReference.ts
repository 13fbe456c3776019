/** Words about a study reference: its name, its folder, whether two are the same. */
import { basename, dirname } from 'node:path';
import type { ImagePanelState } from '../../protocol/imagePanel';
import type { StudyReference } from '../../protocol/study';

export const studyFileName = 'lpcam.json';

/** What people see: the study file's folder, or the checkpoint's file. */
export function studyName(reference: StudyReference): string {
  if ('checkpoint' in reference) return basename(reference.checkpoint);
  return basename(dirname(reference.file)) || reference.file;
}

/** The study file, or null for a checkpoint without one. */
export function studyFile(reference: StudyReference): string | null {
  return 'checkpoint' in reference ? null : reference.file;
}

/** Equal for references to the same study. */
export function studyKey(reference: StudyReference): string {
  return 'checkpoint' in reference
    ? JSON.stringify([reference.checkpoint, reference.folder])
    : JSON.stringify([reference.file]);
}

/** Equal for references under which the same is tried. */
function trialKey({ trial }: StudyReference): string {
  const { scales, k, split } = trial ?? {};
  return JSON.stringify([scales, k, split]);
}

/** The study with its own settings. */
export function withoutTrial(study: StudyReference): StudyReference {
  const own = { ...study };
  delete own.trial;
  return own;
}

/** Whether two references also name the same checkpoint and bank in place of the study's own. */
export function isSameReference(one: StudyReference, other: StudyReference): boolean {
  const places = (study: StudyReference) => [
    ...('file' in study ? [study.weights, study.bank] : []),
    trialKey(study),
  ];
  return studyKey(one) === studyKey(other) && JSON.stringify(places(one)) === JSON.stringify(places(other));
}

/** The study that a panel showed before a reload; null when its state names none. */
export function studyOfState(state: ImagePanelState): StudyReference | null {
  const { weights, bank, trial } = state;
  const tried = trial === undefined ? {} : { trial };
  if (state.study !== null)
    return {
      file: state.study,
      ...(weights === undefined ? {} : { weights }),
      ...(bank === undefined ? {} : { bank }),
      ...tried,
    };
  if (state.checkpoint === null || state.folder === null) return null;
  return { checkpoint: state.checkpoint, folder: state.folder, ...tried };
}
