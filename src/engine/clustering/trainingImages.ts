/** Which images each class is clustered from. */
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { drawWithReplacement, mixedSeed, seededRandom } from './random';

export interface TrainingImages {
  /** Image ids per class, in the list's order; with `imagesPerClass`, as drawn, so an id can be there twice. */
  readonly byClass: ReadonlyMap<number, readonly string[]>;
  /** Every image needed, once, with its classes that need it. */
  readonly images: ReadonlyMap<string, readonly number[]>;
  readonly notices: readonly Notice[];
}

/** Random streams of one clustering seed. */
export const streams = { images: 0, rows: 1 } as const;

function labelsOf(study: ResolvedStudy): ReadonlyMap<string, readonly number[]> {
  const { labels, images } = study.dataset;
  const where = { file: study.file ?? undefined };
  if (!images)
    throw new InputError(
      `${study.name}: clustering needs the training images. Name their folder: "dataset": { "images": "..." } in lpcam.json.`,
      { ...where, field: 'dataset.images' },
    );
  if (!labels)
    throw new InputError(
      `${study.name}: clustering needs the image-level labels of the training images. Name them: "dataset": ` +
        '{ "labels": "cls_labels.npy" } in lpcam.json (or a JSON, or a CSV).',
      { ...where, field: 'dataset.labels' },
    );
  return labels;
}

/**
 * @param classNames names of the classifier's outputs
 * @throws InputError when the study has no images or labels, or no listed image has a label
 */
export function trainingImages(study: ResolvedStudy, classNames: readonly string[]): TrainingImages {
  const labels = labelsOf(study);
  const { clustering } = study.settings;
  // Without a list every labelled image is one to train on.
  const ids = study.dataset.ids.length > 0 ? [...new Set(study.dataset.ids)] : [...labels.keys()];
  const labelled = new Map<number, string[]>(classNames.map((_, index) => [index, []]));
  for (const id of ids)
    for (const index of labels.get(id) ?? []) {
      const list = labelled.get(index);
      if (!list)
        throw new InputError(
          `${study.dataset.labelsFile ?? study.name}: image ${id} has class ${index}, but the classifier has ${classNames.length} classes.`,
          { file: study.dataset.labelsFile ?? undefined, field: id },
        );
      list.push(id);
    }
  const notices: Notice[] = [];
  const byClass = new Map<number, readonly string[]>();
  const images = new Map<string, number[]>();
  for (const [classIndex, all] of labelled) {
    if (all.length === 0) {
      const message = `No training image is labelled ${classNames[classIndex] ?? classIndex}: it gets no prototypes.`;
      notices.push({ kind: 'class-without-images', classIndex, message });
      continue;
    }
    const random = seededRandom(mixedSeed(clustering.seed, classIndex, streams.images));
    const count = clustering.imagesPerClass;
    // Sorted, so that the cache is read forwards.
    const drawn = count === null ? all : drawWithReplacement(random, count, all).sort();
    byClass.set(classIndex, drawn);
    for (const id of new Set(drawn)) {
      const classes = images.get(id);
      if (classes) classes.push(classIndex);
      else images.set(id, [classIndex]);
    }
  }
  if (images.size === 0)
    throw new InputError(
      `${study.name}: none of the ${ids.length} training images has a label, so there is nothing to cluster. ` +
        'Do the ids of dataset.list and dataset.labels belong together?',
      { file: study.dataset.list ?? study.file ?? undefined, field: 'dataset.labels' },
    );
  return { byClass, images, notices };
}
