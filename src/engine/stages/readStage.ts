/** One stage of one image, read from its file. */
import { readFile, stat } from 'node:fs/promises';
import { readMask } from '../../formats/mask';
import { readSeed } from '../../formats/readSeed';
import type { Seed, SeedHint } from '../../formats/seed';
import { InputError } from '../../lpcam/inputError';
import type { MadeStage } from '../../lpcam/stages';
import type { StageContent, StageReading } from '../../protocol/stages';
import { ownBytes, ownFloats } from '../ownBytes';
import { pathInside } from '../pathInside';
import { isFile } from '../study/find';
import { idSpellings, maskPath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { StageFolder } from './stageFolders';

const maximumBytes = 1 << 30;
/** Numbers of all maps of one stage: what a page can hold several of. */
const mostNumbers = 64_000_000;

/** Seeds come as soft maps, the later stages as labels; either may be written as the other. */
const endings: Readonly<Record<MadeStage, readonly string[]>> = {
  cam: ['.npy', '.npz', '.png'],
  lpcam: ['.npy', '.npz', '.png'],
  irLabel: ['.png', '.npy', '.npz'],
  pseudoMask: ['.png', '.npy', '.npz'],
};

/** A file that holds one image's stage. */
export interface StageImage {
  readonly id: string;
  readonly hint: Pick<SeedHint, 'classes' | 'labels'>;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > maximumBytes)
    throw new InputError(`${path} is larger than 1 GiB, which no stage of one image is.`, { file: path });
  return new Uint8Array(await readFile(path));
}

function contentOf(seed: Seed, file: string): StageContent {
  const { dialect, height, width, assumption } = seed;
  const common = { dialect, height, width, assumption };
  if (seed.kind === 'labels') return { ...common, kind: 'labels', labels: ownBytes(seed.labels) };
  if (seed.kind === 'saliency')
    throw new InputError(
      `${file} holds one soft map that names no class; class maps or labels are expected.`,
      {
        file,
      },
    );
  if ((seed.keys.length + 1) * height * width > mostNumbers)
    throw new InputError(
      `${file} holds ${seed.keys.length} maps of ${width} x ${height}: too many numbers to show beside others.`,
      { file },
    );
  return {
    ...common,
    kind: 'maps',
    keys: [...seed.keys],
    maps: seed.highRes.map(({ data }) => ownFloats(data)),
    background: seed.background && ownFloats(seed.background.data),
  };
}

/** What cannot be read is told in its place: the other stages are shown all the same. */
async function guarded(read: () => Promise<StageContent>): Promise<Pick<StageReading, 'content' | 'fault'>> {
  try {
    return { content: await read(), fault: null };
  } catch (error) {
    // A file that goes while it is read says so in its own words.
    if (error instanceof InputError || (error as NodeJS.ErrnoException).code !== undefined)
      return { content: null, fault: (error as Error).message };
    throw error;
  }
}

/**
 * Reads a stage.
 * @returns `file` null where the folder has none for this image, with where it was looked for in `lookedFor`
 */
export async function readStage(
  study: ResolvedStudy,
  stage: MadeStage,
  { folder, from, lookedIn }: StageFolder,
  { id, hint }: StageImage,
): Promise<Omit<StageReading, 'maker'>> {
  const common = { name: stage, folder, from, lookedIn: [...lookedIn] };
  const nothing = { file: null, content: null, fault: null };
  if (folder === null) return { ...common, ...nothing, lookedFor: [] };
  const names = endings[stage].flatMap((ending) => idSpellings(study, id).map((name) => name + ending));
  const lookedFor = names.map((name) => pathInside(folder, name));
  const file = lookedFor.find(isFile) ?? null;
  if (file === null) return { ...common, ...nothing, lookedFor };
  const readAs = stage === 'irLabel' || stage === 'pseudoMask' ? 'labels' : null;
  const read = async () => contentOf(readSeed(await bytesOf(file), file, { ...hint, readAs }), file);
  return { ...common, file, lookedFor, ...(await guarded(read)) };
}

/** Reads the ground truth, by the rules of masks: colours are no labels. */
export async function readGroundTruth(
  study: ResolvedStudy,
  id: string,
): Promise<Omit<StageReading, 'maker'>> {
  const folder = study.dataset.masks;
  const from = folder === null ? null : ('found' as const);
  const common = { name: 'groundTruth' as const, folder, from, lookedIn: folder === null ? [] : [folder] };
  const file = maskPath(study, id);
  const lookedFor = folder === null ? [] : [pathInside(folder, `${id}.png`)];
  if (file === null) return { ...common, file, lookedFor, content: null, fault: null };
  const read = async (): Promise<StageContent> => {
    const { width, height, labels } = readMask(await bytesOf(file), file);
    return { kind: 'labels', dialect: 'png', width, height, labels: ownBytes(labels), assumption: null };
  };
  return { ...common, file, lookedFor, ...(await guarded(read)) };
}
