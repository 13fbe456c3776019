/** The seed file that a study has of an image. */
import type { EngineParams, EngineResult } from '../../protocol/engine';
import { imageId } from '../study/images';
import { resolveStudy } from '../study/resolve';
import { seedView } from './seedView';
import { studySeedFile } from './studySeedFile';

/**
 * Finds and reads the seed of an image of a study.
 * @returns null where the study has none
 * @throws InputError when the file is damaged, or the study is
 */
export async function imageSeed(
  { study: reference, image }: EngineParams<'imageSeed'>,
  signal: AbortSignal,
): Promise<EngineResult<'imageSeed'>> {
  const study = await resolveStudy(reference);
  const id = imageId(study, image);
  const file = id === null ? null : await studySeedFile(study, id);
  if (file === null) return { found: null };
  const { path, kind } = file;
  const seed = await seedView({ path, file: null, study: reference, readAs: null, imageHints: [] }, signal);
  const { content, height, width } = seed;
  return { found: { path, kind, content, height, width } };
}
