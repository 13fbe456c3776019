/** Which classes an image is explained for. */
import { basename } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { ImageClass } from '../../protocol/explanation';
import { labelsOf } from '../study/images';
import { nearestName } from '../study/nearestName';
import type { ResolvedStudy } from '../study/resolvedStudy';

/** Classes known before the network has run, or null: the network's predictions decide. */
export interface KnownClasses {
  readonly indices: readonly number[];
  readonly source: 'asked' | 'label';
}

function indexOf(name: string, classNames: readonly string[]): number {
  const index = classNames.indexOf(name);
  if (index >= 0) return index;
  const meant = nearestName(name, classNames);
  const known = classNames.length > 25 ? `${classNames.slice(0, 25).join(', ')} ...` : classNames.join(', ');
  throw new InputError(
    `There is no class "${name}". ${meant === null ? `Known are: ${known}.` : `Did you mean "${meant}"?`}`,
    { field: 'classes' },
  );
}

/**
 * The classes somebody names, else the study's labels of the image.
 * @throws InputError when a name is unknown
 */
export function knownClasses(
  study: ResolvedStudy,
  id: string | null,
  asked: readonly string[] | null,
  classNames: readonly string[],
): KnownClasses | null {
  if (asked !== null && asked.length > 0) {
    const indices = [...new Set(asked.map((name) => indexOf(name, classNames)))];
    return { indices, source: 'asked' };
  }
  const labels = id === null ? null : labelsOf(study, id);
  return labels === null || labels.length === 0 ? null : { indices: labels, source: 'label' };
}

/** Why the classes are predicted ones. */
export function predictionNotice(study: ResolvedStudy, id: string | null, path: string): Notice {
  const name = basename(path);
  const labels = id === null ? null : labelsOf(study, id);
  const why =
    study.dataset.labels === null
      ? 'the study has no labels'
      : labels === null
        ? `the study has no label of ${name}`
        : `the study labels ${name} with no class`;
  return {
    kind: 'labels-missing',
    message: `The classes are the network's predictions: ${why}.`,
    file: path,
  };
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** A network trained with softmax has hundreds of logits above 0; nobody looks at hundreds of maps. */
const mostPredicted = 8;

/** Classes of probability above .5, at most the eight likeliest, or the one likeliest; ascending. */
export function predictedClasses(logits: Float32Array): number[] {
  const likeliest = [...logits.keys()].sort((one, other) => (logits[other] ?? 0) - (logits[one] ?? 0));
  const likely = likeliest.filter((index) => (logits[index] ?? 0) > 0).slice(0, mostPredicted);
  return (likely.length > 0 ? likely : likeliest.slice(0, 1)).sort((one, other) => one - other);
}

/** The image's classes as the panel shows them. */
export function imageClasses(
  known: KnownClasses | null,
  logits: Float32Array,
  classNames: readonly string[],
): ImageClass[] {
  const indices = known?.indices ?? predictedClasses(logits);
  return indices.map((index) => {
    const logit = logits[index] ?? 0;
    const name = classNames[index] ?? `class ${index}`;
    return { index, name, source: known?.source ?? 'predicted', logit, probability: sigmoid(logit) };
  });
}
