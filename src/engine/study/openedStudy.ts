/** A study with its checkpoint read, its classes named and its labels checked against the classifier. */
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { StudyReference } from '../../protocol/study';
import type { Checkpoints, LoadedCheckpoint } from '../checkpoints';
import { nameClasses } from './classNames';
import { largestClass } from './labelFacts';
import { resolveStudy } from './resolve';
import type { ResolvedStudy } from './resolvedStudy';

export interface OpenedStudy {
  readonly study: ResolvedStudy;
  readonly checkpoint: LoadedCheckpoint;
  readonly classNames: readonly string[];
  readonly notices: readonly Notice[];
}

/** @throws InputError where the study's file, its checkpoint or its labels are not what they should be */
export async function openStudy(reference: StudyReference, checkpoints: Checkpoints): Promise<OpenedStudy> {
  return loadStudy(await resolveStudy(reference), checkpoints);
}

/** The same for a study that is resolved already, e.g. at another of its checkpoints. */
export async function loadStudy(study: ResolvedStudy, checkpoints: Checkpoints): Promise<OpenedStudy> {
  const checkpoint = await checkpoints.load(study.checkpoint, study.network);
  const { classNames, notices } = nameClasses(study, checkpoint.network.classes);
  checkLabels(study, checkpoint.network.classes);
  return { study, checkpoint, classNames, notices };
}

/** Refuses labels of another data set than the classifier's. */
function checkLabels({ dataset, file }: ResolvedStudy, outputs: number): void {
  if (dataset.labels === null || largestClass(dataset.labels) < outputs) return;
  for (const [id, indices] of dataset.labels) {
    const beyond = indices.find((index) => index >= outputs);
    if (beyond === undefined) continue;
    throw new InputError(
      `${dataset.labelsFile ?? 'The labels'} give ${id} the class number ${beyond}, but the classifier has ${outputs} ` +
        'outputs, numbered from 0: these labels belong to another checkpoint.',
      { file: file ?? dataset.labelsFile ?? undefined, field: 'dataset.labels' },
    );
  }
}
