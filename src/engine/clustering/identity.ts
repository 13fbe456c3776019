/** What a clustering depends on, so that its results are used again only where they hold. */
import { createHash } from 'node:crypto';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { TrainingImages } from './trainingImages';

/** The checkpoint, as far as centres depend on it. */
export interface ClusteredNetwork {
  /** SHA-256 of the checkpoint, hex. */
  readonly checkpointHash: string;
  readonly features: string;
  readonly classifier: string;
}

/** Everything but the device that features and centres depend on, for comparing as JSON. */
export function clusteringIdentity(
  study: ResolvedStudy,
  { checkpointHash, features, classifier }: ClusteredNetwork,
  classNames: readonly string[],
  training: TrainingImages,
) {
  const { clustering, inference } = study.settings;
  const images = createHash('sha256')
    .update(JSON.stringify([...training.byClass]))
    .digest('hex');
  return {
    version: 1,
    checkpointHash,
    features,
    classifier,
    input: study.network,
    clustering,
    inference,
    folder: study.dataset.images,
    images,
    classNames,
  };
}

/** The same in one word, for a bank's provenance. Folders may move and keys change places without a difference. */
export function clusteringKey(...parameters: Parameters<typeof clusteringIdentity>): string {
  const { version, checkpointHash, features, classifier, input, clustering, inference, images, classNames } =
    clusteringIdentity(...parameters);
  const { mean, std } = input;
  const { k, split, tolerance, maxIterations, seed, imagesPerClass } = clustering;
  const facts = [
    [version, checkpointHash, features, classifier, mean, std, images, classNames],
    [k, split, tolerance, maxIterations, seed, imagesPerClass],
    [inference.scales, inference.mirror],
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
