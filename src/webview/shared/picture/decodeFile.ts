/** An image file, decoded by the browser: in a workspace that nobody trusts nothing native of ours may do it. */
import type { Size } from './viewport';

export interface DecodedFile extends Size {
  readonly bitmap: ImageBitmap;
}

/** @throws when the browser cannot decode it (TIFF, or a damaged file) */
export async function decodeFile(file: Uint8Array<ArrayBuffer>): Promise<DecodedFile> {
  // As the network sees it: not turned by its EXIF tag, not converted by a colour profile.
  const bitmap = await createImageBitmap(new Blob([file]), {
    imageOrientation: 'none',
    colorSpaceConversion: 'none',
  });
  return { bitmap, width: bitmap.width, height: bitmap.height };
}
