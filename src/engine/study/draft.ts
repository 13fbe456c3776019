/** The study file one would write for a checkpoint, from what is found around it. */
import type { Notice } from '../../lpcam/notice';
import type { PresetName } from '../../lpcam/presets';
import type { StudyFile } from '../../protocol/studyFile';
import { presetClasses } from './classNames';
import { studyPath } from './images';
import type { ResolvedStudy } from './resolvedStudy';

/** The preset whose data set has as many classes as the classifier. */
export function presetOf(outputs: number | null): PresetName {
  return outputs === presetClasses.coco.length ? 'coco' : 'voc';
}

/**
 * Writes down what was found, with paths relative to the study's folder where they lie in it. What the presets give is
 * left to them.
 * @param found the study as it resolves without a file
 * @param outputs N of the classifier; null when no CAM network was found
 */
export function draftOf(
  found: ResolvedStudy,
  preset: PresetName,
  classFile: string | null,
  outputs: number | null,
): { readonly study: StudyFile; readonly notices: Notice[] } {
  const relative = (path: string) => studyPath(found.folder, path);
  const { images, list, labelsFile, masks } = found.dataset;
  const dataset = {
    ...(images === null ? {} : { images: relative(images) }),
    ...(list === null ? {} : { list: relative(list) }),
    ...(labelsFile === null ? {} : { labels: relative(labelsFile) }),
    ...(masks === null ? {} : { masks: relative(masks) }),
  };
  const notices = [...found.notices];
  const usable = classFile !== null && (outputs === null || found.classes?.length === outputs);
  if (!usable && outputs !== null && outputs !== presetClasses[preset].length) {
    notices.push({
      kind: 'study',
      message: `Nothing names the classifier's ${outputs} outputs: write them into \`classes\`.`,
    });
  }
  if (images === null) {
    notices.push({ kind: 'study', message: 'No folder of images was found: name it in `dataset.images`.' });
  }
  return {
    study: {
      preset,
      ...(found.system === null ? {} : { system: found.system.name }),
      checkpoint: relative(found.checkpoint),
      ...(usable ? { classes: relative(classFile) } : {}),
      ...(Object.keys(dataset).length === 0 ? {} : { dataset }),
    },
    notices,
  };
}
