/** IoU of the seed file that a study has of an image, class by class: for hovers, so it is kept per state of the files. */
import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { readMask } from '../../formats/mask';
import { InputError } from '../../lpcam/inputError';
import { classCounts, ignored } from '../../lpcam/metrics';
import { seedOf, type Labels } from '../../lpcam/seeds';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import type { SeedIou } from '../../protocol/seedIou';
import { fileVersion } from '../fileVersion';
import { checkSize, readSeed, type ReadSeed } from '../scoring/seedReading';
import { imageId, labelsOf, maskPath, studyPath } from '../study/images';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { seedThreshold } from './seedThreshold';
import { studySeedFile } from './studySeedFile';

type Figures = Pick<SeedIou, 'classes' | 'problem'> & { readonly labelMap: boolean };

interface Files {
  readonly seed: string;
  readonly mask: string;
  readonly threshold: number;
}

/** A few hundred bytes each. */
const kept = new LRUCache<string, Figures>({ max: 2000 });

/** Classes that the image is labelled with, that the seed has or, where nobody labels it, that the mask has. */
function classesOf(seed: ReadSeed, mask: Uint8Array, labelled: readonly number[] | null): number[] {
  const masked = () => [...new Set(mask)].filter((label) => label > 0 && label !== ignored);
  const meant = labelled ?? masked().map((label) => label - 1);
  return [...new Set([...meant, ...seed.seeded])].sort((one, other) => one - other);
}

function labelsOfSeed(seed: ReadSeed, threshold: number): Labels {
  return seed.labels ?? seedOf(seed.maps, threshold, seed.width * seed.height);
}

async function figuresOf(
  { seed: path, mask: maskFile, threshold }: Files,
  study: ResolvedStudy,
  labelled: readonly number[] | null,
): Promise<Figures> {
  const mask = readMask(await readFile(maskFile), maskFile);
  const hint = { classes: study.classes?.length ?? null, labels: labelled, readAs: null };
  const seed = await readSeed(path, mask, hint);
  checkSize(seed, path, mask, `the mask ${maskFile}`);
  const labels = labelsOfSeed(seed, threshold);
  const classes = classesOf(seed, mask.labels, labelled).flatMap((index): SeedIou['classes'] => {
    const { iou } = classCounts(labels, mask.labels, index + 1);
    // A stack has a map of every class there is.
    if (iou === null && labelled?.includes(index) !== true) return [];
    const name = study.classes?.[index] ?? `class ${index}`;
    return [{ name, iou, dead: seed.dead.includes(index) }];
  });
  return { classes, problem: null, labelMap: seed.labels !== null };
}

async function keptFigures(
  files: Files,
  study: ResolvedStudy,
  labelled: readonly number[] | null,
): Promise<Figures> {
  const versions = await Promise.all([fileVersion(files.seed), fileVersion(files.mask)]);
  const key = JSON.stringify([versions, files.threshold, labelled, study.classes]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  let figures: Figures;
  try {
    figures = await figuresOf(files, study, labelled);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // Of a label map there would be no threshold to tell either.
    figures = { classes: [], problem: error.message, labelMap: true };
  }
  kept.set(key, figures);
  return figures;
}

/**
 * @returns null where the study has no seed file of the image, or no mask
 * @throws InputError when the study cannot be read; what is wrong with the files is told in the answer
 */
export async function seedIou(
  { study: reference, image }: EngineParams<'seedIou'>,
  signal: AbortSignal,
): Promise<EngineResult<'seedIou'>> {
  const study = await resolveStudy(reference);
  signal.throwIfAborted();
  const id = imageId(study, image);
  const mask = id === null ? null : maskPath(study, id);
  if (id === null || mask === null) return { found: null };
  const file = await studySeedFile(study, id);
  if (file === null) return { found: null };
  signal.throwIfAborted();
  const chosen = await seedThreshold(study, file.folder);
  const files = { seed: file.path, mask, threshold: chosen.threshold ?? study.settings.seeds.threshold };
  const { labelMap, ...figures } = await keptFigures(files, study, labelsOf(study, id));
  const none = { threshold: null, thresholdFrom: null, scored: null };
  return {
    found: {
      path: file.path,
      folder: studyPath(study.folder, file.folder),
      ...(labelMap ? none : chosen),
      ...figures,
    },
  };
}
