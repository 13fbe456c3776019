/** The seeds that two folders have of one image. */
import { InputError } from '../../lpcam/inputError';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import { fileOf, seedEndings } from '../scoring/seedFiles';
import { imageId } from '../study/images';
import { resolveStudy } from '../study/resolve';
import { seedView } from './seedView';

type Side = EngineResult<'seedPair'>['first'];

/**
 * Finds and reads both; a side that cannot be read says why, and the other is shown all the same.
 * @throws InputError when the study is damaged
 */
export async function seedPair(
  { study: reference, image, first, second }: EngineParams<'seedPair'>,
  signal: AbortSignal,
): Promise<EngineResult<'seedPair'>> {
  const id = imageId(await resolveStudy(reference), image);
  const read = async (folder: string): Promise<Side> => {
    try {
      if (id === null)
        throw new InputError(
          `${image} is none of the study's images, so no file of ${folder} is known to be its seed.`,
        );
      const path = await fileOf(folder, id, seedEndings);
      if (path === null) throw new InputError(`${folder} has no seed of ${id}.`, { file: folder });
      const params = { path, file: null, study: reference, readAs: null, imageHints: [id] };
      const { content, height, width } = await seedView(params, signal);
      return { seed: { path, kind: '', content, height, width }, problem: null };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { seed: null, problem: error.message };
    }
  };
  // One after the other: both may be large.
  const one = await read(first);
  return { first: one, second: await read(second) };
}
