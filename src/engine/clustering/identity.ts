/** What a clustering depends on, so that its results are used again only where they hold. */
import { createHash } from 'node:crypto';
import type { MctFormerRule } from '../../lpcam/mctFormer';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { TrainingImages } from './trainingImages';

/** The checkpoint, as far as centres depend on it. */
export interface ClusteredNetwork {
  /** SHA-256 of the checkpoint, hex. */
  readonly checkpointHash: string;
  readonly features: string;
  readonly classifier: string;
  /** The rule of the study's system, whose own CAM then splits foreground from background; null: none. */
  readonly fusion: MctFormerRule | null;
}

/** Of a list's JSON, entry by entry: ten million images in one text would be longer than a text may be. */
function hashOfList(entries: Iterable<unknown>): string {
  const hash = createHash('sha256').update('[');
  let parted = '';
  for (const entry of entries) {
    hash.update(parted).update(JSON.stringify(entry));
    parted = ',';
  }
  return hash.update(']').digest('hex');
}

/** Everything but the device that features and centres depend on, for comparing as JSON. */
export function clusteringIdentity(
  study: ResolvedStudy,
  { checkpointHash, features, classifier, fusion }: ClusteredNetwork,
  classNames: readonly string[],
  training: TrainingImages,
) {
  const { clustering, inference } = study.settings;
  const images = hashOfList(training.byClass);
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
    // Left out where there is none, so that what was clustered before there were any still holds.
    ...(fusion === null ? {} : { fusion }),
  };
}

/** The same in one word, for a bank's provenance. Folders may move and keys change places without a difference. */
export function clusteringKey(...parameters: Parameters<typeof clusteringIdentity>): string {
  const identity = clusteringIdentity(...parameters);
  const { version, checkpointHash, features, classifier, input, clustering, inference, images, classNames } =
    identity;
  const { mean, std } = input;
  const { k, split, tolerance, maxIterations, seed, imagesPerClass } = clustering;
  const facts = [
    [version, checkpointHash, features, classifier, mean, std, images, classNames],
    [k, split, tolerance, maxIterations, seed, imagesPerClass],
    [inference.scales, inference.mirror],
    ...('fusion' in identity ? [[identity.fusion]] : []),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
