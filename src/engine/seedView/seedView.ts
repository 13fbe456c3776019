/** A seed file with what the study knows of its image. Nothing native runs here. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, sep } from 'node:path';
import { readSeed } from '../../formats/readSeed';
import type { Seed, SeedHint } from '../../formats/seed';
import { readMask } from '../../formats/mask';
import { presets } from '../../lpcam/presets';
import { InputError } from '../../lpcam/inputError';
import type { EngineParams } from '../../protocol/engine';
import type { SeedContent, ShownSeed } from '../../protocol/seed';
import type { StudyReference } from '../../protocol/study';
import { ownBytes, ownFloats } from '../ownBytes';
import { imageId, imagePath, labelsOf, maskPath } from '../study/images';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';

/** A file beyond this is no image's seed. */
const mostBytes = 1 << 30;

interface Surroundings {
  readonly study: ResolvedStudy | null;
  readonly id: string | null;
  readonly image: string | null;
  readonly withoutImage: string | null;
  readonly warnings: readonly string[];
}

async function studyOf(
  reference: StudyReference | null,
): Promise<{ study: ResolvedStudy | null; warnings: string[] }> {
  if (reference === null) return { study: null, warnings: [] };
  try {
    return { study: await resolveStudy(reference), warnings: [] };
  } catch (error) {
    // The file's own maps are shown all the same.
    if (!(error instanceof InputError)) throw error;
    return { study: null, warnings: [`The study cannot be read: ${error.message}`] };
  }
}

/** `/a/b/c.npy` -> `c`, `b/c`, `a/b/c`: ids may have folders, and the longest that fits is meant. */
function idsOf(path: string): string[] {
  const name = basename(path, extname(path));
  const folders = dirname(path)
    .split(sep)
    .filter((part) => part !== '');
  const depth = 4;
  return Array.from({ length: Math.min(depth, folders.length + 1) }, (_, count) =>
    [...folders.slice(folders.length - count), name].join('/'),
  ).reverse();
}

async function surroundings(
  path: string,
  reference: StudyReference | null,
  hints: readonly string[],
): Promise<Surroundings> {
  const { study, warnings } = await studyOf(reference);
  if (study === null) {
    const withoutImage =
      reference === null
        ? 'No study (lpcam.json) says which image this seed belongs to.'
        : 'The study that would name the image cannot be read.';
    return { study, id: null, image: null, withoutImage, warnings };
  }
  for (const id of [
    ...idsOf(path),
    ...hints.flatMap((hint) => [hint, ...(hint.includes(sep) ? idsOf(hint) : [])]),
  ]) {
    const image = imagePath(study, id);
    if (image !== null)
      return { study, id: imageId(study, image) ?? id, image, withoutImage: null, warnings };
  }
  const name = basename(path, extname(path));
  const known = study.dataset.labels?.has(name) === true || study.dataset.ids.includes(name);
  const folder = study.dataset.images;
  const withoutImage =
    folder === null
      ? 'The study names no folder of images.'
      : `No image called ${name} is in ${folder}, the study’s images.`;
  return { study, id: known ? name : null, image: null, withoutImage, warnings };
}

function contentOf(seed: Seed): SeedContent {
  switch (seed.kind) {
    case 'maps':
      return {
        kind: 'maps',
        keys: [...seed.keys],
        maps: seed.highRes.map(({ data }) => ownFloats(data)),
        background: seed.background === null ? null : ownFloats(seed.background.data),
      };
    case 'labels':
      return { kind: 'labels', keys: [...seed.keys], labels: ownBytes(seed.labels) };
    case 'saliency':
      return { kind: 'saliency', map: ownFloats(seed.map.data), full: seed.full };
  }
}

async function maskOf(
  { study, id }: Surroundings,
  path: string,
  warnings: string[],
): Promise<ShownSeed['mask']> {
  const found = study === null || id === null ? null : maskPath(study, id);
  // The file that is looked at may be the mask itself.
  if (found === null || found === path) return null;
  try {
    const { width, height, labels } = readMask(await readFile(found), found);
    return { path: found, width, height, labels: ownBytes(labels) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    warnings.push(error.message);
    return null;
  }
}

function named(indices: readonly number[], names: readonly string[] | null): string {
  return indices.map((index) => names?.[index] ?? `class ${index}`).join(', ') || 'none';
}

/** What in a file does not fit its study. */
function contradictions(seed: Seed, { study }: Surroundings, labelled: readonly number[] | null): string[] {
  if (seed.kind === 'saliency') return [];
  const names = study?.classes ?? null;
  const found: string[] = [];
  const beyond = names === null ? [] : seed.keys.filter((key) => key >= names.length);
  if (beyond.length > 0 && names !== null)
    found.push(
      `It has ${seed.kind === 'labels' ? 'labels' : 'maps'} of class ${beyond.join(', ')}, but the study has ${names.length} classes (0 to ${names.length - 1}): is it of another data set, or are its keys counted with the background?`,
    );
  // Stacks hold every class; dicts those the image is labelled with.
  if (labelled === null || (seed.kind === 'maps' && seed.dialect === 'array')) return found;
  const extra = seed.keys.filter((key) => !labelled.includes(key) && !beyond.includes(key));
  const lacking = seed.kind === 'maps' ? labelled.filter((key) => !seed.keys.includes(key)) : [];
  if (extra.length > 0)
    found.push(
      `It has ${named(extra, names)}, which the image is not labelled with (${named(labelled, names)}).`,
    );
  if (lacking.length > 0)
    found.push(`The image is labelled with ${named(lacking, names)}, of which it has no map.`);
  return found;
}

/**
 * Reads a seed file.
 * @throws InputError when it is none, or damaged
 */
export async function seedView(
  { path, file, study: reference, readAs, imageHints }: EngineParams<'openSeed'>,
  signal: AbortSignal,
): Promise<ShownSeed> {
  const around = await surroundings(path, reference, imageHints);
  const { study, id } = around;
  signal.throwIfAborted();
  const labelled = study === null || id === null ? null : labelsOf(study, id);
  const hint: SeedHint = { classes: study?.classes?.length ?? null, labels: labelled, readAs };
  const seed = readSeed(file ?? (await wholeFile(path)), path, hint);
  signal.throwIfAborted();
  const warnings = [...around.warnings, ...contradictions(seed, around, labelled)];
  const mask = await maskOf(around, path, warnings);
  const { dialect, fields, assumption, height, width } = seed;
  return {
    dialect,
    fields: fields.map((field) => ({ ...field, shape: [...field.shape] })),
    assumption,
    height,
    width,
    content: contentOf(seed),
    study: study === null ? null : { file: study.file, name: study.name },
    classNames: study?.classes == null ? null : [...study.classes],
    labelled: labelled === null ? null : [...labelled],
    id,
    image: around.image,
    withoutImage: around.withoutImage,
    mask,
    threshold: (study?.settings ?? presets.voc).seeds.threshold,
    warnings,
  };
}

async function wholeFile(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new InputError(`${path}: no such file.`, { file: path });
  if (found.size > mostBytes)
    throw new InputError(
      `${path} has ${(found.size / 2 ** 30).toFixed(1)} GiB; a seed is one image's, of some megabytes.`,
      { file: path },
    );
  return readFile(path);
}
