/** The score card: what was scored, said so that the classic mistakes show. */
import { basename } from 'node:path';
import type { ScoreFact } from '../../protocol/score';
import type { ImageList } from './whichList';
import type { SeedTraits } from './scoreChunk';
import { stageNames, type StageFinding } from './seedStage';

const plain = (name: string, text: string): ScoreFact => ({ name, text, tone: 'plain' });
const warning = (name: string, text: string): ScoreFact => ({ name, text, tone: 'warning' });

/** "a, b, c" of the first three. */
const firstOf = (ids: readonly string[]) => `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`;
const images = (count: number) => `${count} image${count === 1 ? '' : 's'}`;
const imagesHave = (count: number) => `${images(count)} ${count === 1 ? 'has' : 'have'}`;

/** @param extra seeds of the folder that the list does not name */
export function listFact(list: ImageList, scored: number, extra: number, ofTheStudy: boolean): ScoreFact {
  const { name, path, listed, found } = list;
  const beside = extra > 0 ? ` ${extra} seeds of the folder are not in it and are left out.` : '';
  if (path === null)
    return ofTheStudy
      ? plain('List', `None: ${images(scored)}, every seed of the folder.`)
      : warning('List', `Not the study's list, but every seed of the folder: ${images(scored)}.`);
  const which = ofTheStudy ? name : `${name}, which is not the study's list but fits these seeds`;
  if (found < listed)
    return warning(
      'List',
      `${which}: ${listed - found} of ${listed} images have no seed. The score is over ${images(scored)}, not over the list.${beside}`,
    );
  if (scored < listed)
    return warning(
      'List',
      `${which}: all ${listed} images have a seed, but only ${scored} could be scored (see the problems).${beside}`,
    );
  const text = `${which}: all ${listed} images have a seed and are scored.${beside}`;
  return ofTheStudy ? plain('List', text) : warning('List', text);
}

export function masksFact(masks: string | null): ScoreFact {
  return masks === null
    ? warning(
        'Masks',
        'No ground truth: nothing says how good these seeds are. Area and stability are shown instead.',
      )
    : plain('Masks', `${masks}; pixels of 255 are ignored.`);
}

export function stageFact({ stage, why }: StageFinding, labelMaps: boolean): ScoreFact {
  const text = `${stage === 'unknown' ? 'Unknown' : stageNames[stage]}: ${why}.${labelMaps ? ' 255 in a seed counts as background.' : ''}`;
  return stage === 'unknown' ? warning('Stage', text) : plain('Stage', text);
}

/** @param labels the file of image-level labels */
export function labelsFact(
  labels: string | null,
  { unlabelled, unseeded }: SeedTraits,
  scored: number,
): ScoreFact {
  if (labels === null)
    return warning(
      'Labels',
      'The study names no image-level labels: whether the seeds used true or predicted labels cannot be told.',
    );
  const name = basename(labels);
  const parts = [
    unlabelled.length > 0
      ? `${imagesHave(unlabelled.length)} seeds of classes that ${name} does not give (${firstOf(unlabelled)}): predicted labels, or those of another file.`
      : '',
    unseeded.length > 0
      ? `${imagesHave(unseeded.length)} no seeds of classes that ${name} gives (${firstOf(unseeded)}).`
      : '',
  ].filter((text) => text !== '');
  return parts.length > 0
    ? warning('Labels', parts.join(' '))
    : plain('Labels', `The seeds have the classes that ${labels} gives, in all ${images(scored)}.`);
}

/** What the files are, and whether all are alike. */
export function dialectFact({ dialects }: SeedTraits): ScoreFact {
  const kinds = Object.entries(dialects).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const text = kinds.map(([dialect, files]) => `${dialect} (${files})`).join(', ');
  const alike = kinds.filter(([dialect]) => dialect !== 'empty' && !dialect.startsWith('label PNG'));
  return alike.length > 1
    ? warning('Format', `Mixed: ${text}. The folder may hold seeds of several systems or runs.`)
    : plain('Format', text);
}

export function sizeFact(wrongSize: readonly string[]): ScoreFact[] {
  return wrongSize.length === 0
    ? []
    : [
        warning(
          'Size',
          `${imagesHave(wrongSize.length)} seeds of another size than the mask and cannot be scored (${firstOf(wrongSize)}).`,
        ),
      ];
}

export function deadFact({ dead }: SeedTraits): ScoreFact[] {
  return dead.length === 0
    ? []
    : [
        warning(
          'Dead maps',
          `${imagesHave(dead.length)} a map that is zero everywhere or holds NaN (${firstOf(dead)}); it counts as background here, while the published argmax may give NaN the whole image.`,
        ),
      ];
}

/** @param saliency folder that the study names for EDAM's join */
export function saliencyFact(saliency: string | null): ScoreFact[] {
  return saliency === null
    ? []
    : [
        warning(
          'Saliency',
          `The study names saliency maps (${saliency}); these seeds were scored without them. "lpcam evaluate" joins them unless told otherwise.`,
        ),
      ];
}
