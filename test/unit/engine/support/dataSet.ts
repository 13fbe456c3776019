/** A study whose images are of few sizes. */
import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeSharedStudy } from '../../cli/support/sharedStudy';

/** Of the demo's images in order: some upright, one of a size of its own. */
const sizeOf = (place: number) => (place === 5 ? [150, 130] : place % 3 === 2 ? [120, 176] : [176, 120]);
/** Cut short, under a header that says nothing of it. */
const damaged = 3;

export interface DataSet {
  readonly folder: string;
  readonly ids: readonly string[];
  readonly damaged: string;
}

/** Parts of the demo's images, two thirds of them lying; one of those cannot be decoded. @param more of the study's fields */
export async function writeDataSet(folder: string, images: number, more: object = {}): Promise<DataSet> {
  const ids = await writeSharedStudy(folder, images, more);
  for (const [place, id] of ids.entries()) {
    const path = join(folder, 'images', `${id}.jpg`);
    const [width = 0, height = 0] = sizeOf(place);
    await sharp(await readFile(path))
      .extract({ left: 0, top: 0, width, height })
      .toFile(path);
    if (place === damaged) await truncate(path, 1500);
  }
  return { folder, ids, damaged: ids[damaged] ?? '' };
}
