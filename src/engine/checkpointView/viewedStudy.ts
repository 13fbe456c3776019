/** What the study of a checkpoint says about it: which classes, which tensors, which bank. */
import { InputError } from '../../lpcam/inputError';
import type { CheckpointIdentity, CheckpointWarning } from '../../protocol/checkpoint';
import type { StudyReference } from '../../protocol/study';
import { nameClasses } from '../study/classNames';
import { atCheckpoint } from '../study/atCheckpoint';
import { matchingFiles } from '../study/matchingFiles';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';

export interface ViewedStudy {
  readonly study: ResolvedStudy | null;
  /** Null: there is none, or its file is damaged. */
  readonly shown: CheckpointIdentity['study'];
  /** Whether this checkpoint is the study's own, so that its tensor names apply. */
  readonly usesThis: boolean;
  readonly warnings: readonly CheckpointWarning[];
}

/** The study; about this checkpoint where it is one of those that the study follows, whichever is the newest. */
async function studyWith(reference: StudyReference, checkpoint: string): Promise<ResolvedStudy> {
  const study = await resolveStudy(reference);
  if (study.follow === null || study.checkpoint === checkpoint) return study;
  const followed = (await matchingFiles(study.follow)).some(({ path }) => path === checkpoint);
  return followed ? resolveStudy(atCheckpoint(reference, checkpoint)) : study;
}

/** A study that cannot be read is a warning here: the file is looked into all the same. */
export async function viewedStudy(
  reference: StudyReference | null,
  checkpoint: string,
): Promise<ViewedStudy> {
  if (reference === null) return { study: null, shown: null, usesThis: false, warnings: [] };
  try {
    const study = await studyWith(reference, checkpoint);
    const usesThis = study.checkpoint === checkpoint;
    const { file, name } = study;
    return { study, shown: { file, name, usesThis }, usesThis, warnings: [] };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      study: null,
      shown: null,
      usesThis: false,
      warnings: [{ kind: 'study', message: error.message }],
    };
  }
}

export interface NamedClasses {
  readonly names: readonly string[];
  /** Whether the study names them; else they are numbers. */
  readonly named: boolean;
  readonly warnings: readonly CheckpointWarning[];
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `class ${index}`);

/** The study's names for a classifier's outputs, as far as they fit. */
export function namedClasses({ study, usesThis }: ViewedStudy, outputs: number): NamedClasses {
  if (study === null) return { names: numbers(outputs), named: false, warnings: [] };
  const meant = study.classes;
  // Names that only the data set suggests are no promise that a checkpoint could break.
  if (!usesThis && meant?.length !== outputs) return { names: numbers(outputs), named: false, warnings: [] };
  try {
    const { classNames, notices } = nameClasses(study, outputs);
    return {
      names: classNames,
      named: notices.length === 0,
      warnings: notices.map(({ message }) => ({ kind: 'classes', message })),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      names: numbers(outputs),
      named: false,
      warnings: [{ kind: 'classes', message: error.message }],
    };
  }
}
