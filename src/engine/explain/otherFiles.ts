/** What else an explanation was made of: who shows it looks whether one of these files is another now. */
import { maskPath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';

/**
 * Paths of the study's labels and class names, of what completes its network, and of the image's mask, used or not.
 * @param id of the image; null where the study does not know it
 */
export function otherFiles(study: ResolvedStudy, id: string | null): string[] {
  const { dataset, classesFile, network } = study;
  const mask = id === null ? null : maskPath(study, id);
  const files = [dataset.labelsFile, classesFile, network.predictor, network.graph, mask];
  return files.filter((path) => path !== null);
}
