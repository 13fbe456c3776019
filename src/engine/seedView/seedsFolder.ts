/** Where a study's seeds lie: where dialogs that ask for some begin. */
import type { EngineParams, EngineResult } from '../../protocol/engine';
import { isFolder } from '../study/find';
import { resolveStudy } from '../study/resolve';

/**
 * @returns null before any were made
 * @throws InputError when the study cannot be read
 */
export async function seedsFolder({
  study,
}: EngineParams<'seedsFolder'>): Promise<EngineResult<'seedsFolder'>> {
  const folder = (await resolveStudy(study)).seedsFolder;
  return { folder: isFolder(folder) ? folder : null };
}
