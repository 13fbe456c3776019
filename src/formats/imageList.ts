/** Image lists: which images a data set has. */
import { fileError } from './fileError';

const imageEnding = /\.(jpe?g|png|bmp|gif|tiff?|webp)$/i;

/** `JPEGImages/2007_000032.jpg` -> `2007_000032`; an id without an image's ending is left as it is. */
export function imageIdOf(entry: string): string {
  if (!imageEnding.test(entry)) return entry;
  const name = entry.split(/[\\/]/).at(-1) ?? entry;
  return name.replace(imageEnding, '');
}

/**
 * Reads one id a line, or VOC path pairs (`/JPEGImages/x.jpg /SegmentationClassAug/x.png`): the first word of each line
 * counts, folder and ending of an image file taken off. Blank lines, a byte order mark, any line ends; an id that
 * comes again is taken once.
 * @throws InputError when no image is listed
 */
export function readImageList(text: string, file: string): string[] {
  if (text.includes('\0'))
    throw fileError(file, 'this is no text; a list of image ids, one a line, is expected.');
  const ids = new Set<string>();
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    const entry = line.trim().split(/\s+/)[0] ?? '';
    if (entry !== '') ids.add(imageIdOf(entry));
  }
  if (ids.size === 0) throw fileError(file, 'no image is listed; one image id a line is expected.');
  return [...ids];
}
