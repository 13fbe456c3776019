import { existsSync } from 'node:fs';
import { pathInside } from './pathInside';

/** Path of an image's seed file in a folder: `<id>.npy`, or `<id>.npz` where only that is there. */
export function seedFilePath(folder: string, id: string): string {
  const plain = pathInside(folder, `${id}.npy`);
  const zipped = pathInside(folder, `${id}.npz`);
  return !existsSync(plain) && existsSync(zipped) ? zipped : plain;
}
