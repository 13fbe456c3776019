/** The ground truth of an image, as the panel gets it. */
import { readFile } from 'node:fs/promises';
import { readMask } from '../../formats/mask';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { ExplanationHeader } from '../../protocol/explanation';
import { ownBytes } from '../ownBytes';
import { maskPath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';

/**
 * The mask of an image; null where there is none. One that cannot be used is said in a notice: the maps do not depend
 * on it.
 */
export async function imageMask(
  study: ResolvedStudy,
  id: string | null,
  size: { readonly height: number; readonly width: number },
): Promise<{ mask: ExplanationHeader['mask']; notices: Notice[] }> {
  const path = id === null ? null : maskPath(study, id);
  if (path === null) return { mask: null, notices: [] };
  const unusable = (message: string) => ({
    mask: null,
    notices: [{ kind: 'study' as const, message, file: path }],
  });
  try {
    const { width, height, labels } = readMask(new Uint8Array(await readFile(path)), path);
    if (width !== size.width || height !== size.height) {
      return unusable(
        `The mask ${path} is ${width} x ${height}, the image ${size.width} x ${size.height}; it is not shown.`,
      );
    }
    return { mask: { path, labels: ownBytes(labels) }, notices: [] };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return unusable(`The mask is not shown: ${error.message}`);
  }
}
