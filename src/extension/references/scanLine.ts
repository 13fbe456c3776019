/** Finds the images that one line of a text refers to. Pure: no file is looked at, no other line is needed. */
import { isImageName } from '../imageFile';

export interface ImageReference {
  /** Characters of the line, `end` not included. */
  readonly start: number;
  readonly end: number;
  /** An id (`2007_000032`) or a path. */
  readonly text: string;
  readonly kind: 'id' | 'path';
}

/** Nothing beyond this many characters of a line is looked at: such a line was not written by a person. */
export const scannedCharacters = 20_000;

/** Text in quotes that may hold blanks. */
const quoted = /"([^"\\]{1,500})"|'([^'\\]{1,500})'/g;
/** What a blank, a quote, a comma or a bracket ends; a drive's colon belongs to a path. */
const token = /(?:\b[A-Za-z]:(?=[\\/]))?[^\s"'`,;:=()[\]{}<>|]+/g;
/** The names of VOC's and COCO's images, which nothing else is called. */
const publishedName = /^((19|20)\d\d_\d{6}|COCO_(train|val|test)20\d\d_\d{12})$/;
/** No path, but a pattern for paths. */
const pattern = /[*?%$]/;

/** Whether a word that is known as an id stands for one: `12` or `boat` in the middle of a program does not. */
function tellsId(name: string, alone: boolean): boolean {
  if (alone) return true;
  if (/^\d+$/.test(name)) return name.length >= 6;
  return /\d/.test(name) && name.length >= 4;
}

function hasName(path: string): boolean {
  return /[^\\/.][^\\/]*\.\w+$/.test(path.split(/[\\/]/).at(-1) ?? '');
}

/** A path of an image at `start`. */
function pathAt(text: string, start: number): ImageReference | null {
  if (!isImageName(text) || pattern.test(text) || !hasName(text)) return null;
  return { start, end: start + text.length, text, kind: 'path' };
}

/** The id that a word is, or that its last part is: `cam_mask/2007_000032.npy`. */
function idIn(
  word: string,
  start: number,
  alone: boolean,
  knows: (name: string) => boolean,
): ImageReference | null {
  const isId = (name: string) => publishedName.test(name) || (knows(name) && tellsId(name, alone));
  if (isId(word)) return { start, end: start + word.length, text: word, kind: 'id' };
  const last = /[^\\/]+$/.exec(word);
  if (last === null) return null;
  const [file] = last;
  for (const name of [file, file.replace(/\.[a-z]\w*$/i, '')]) {
    if (name !== word && isId(name)) {
      const from = start + last.index;
      return { start: from, end: from + name.length, text: name, kind: 'id' };
    }
  }
  return null;
}

/**
 * @param knows whether the study has an image of this name; names of VOC's and COCO's images are taken as they are
 * @returns from left to right, none over another
 */
export function scanLine(line: string, knows: (name: string) => boolean): ImageReference[] {
  const text = line.length > scannedCharacters ? line.slice(0, scannedCharacters) : line;
  const found: ImageReference[] = [];
  for (const match of text.matchAll(quoted)) {
    const inner = match[1] ?? match[2] ?? '';
    // Blanks are all that the words below do not see through.
    const path = /\s/.test(inner) ? pathAt(inner, match.index + 1) : null;
    // `a "x" b "y.png"`: what lies between two texts is none itself.
    if (path !== null && !/[,:;=]/.test(inner)) found.push(path);
  }
  const alone = /^\s*[^\s,;]+\s*$/.test(text);
  for (const match of text.matchAll(token)) {
    const start = match.index;
    if (found.some((one) => start < one.end && start + match[0].length > one.start)) continue;
    const word = match[0].replace(/\.+$/, '');
    // The rest of an address in the web.
    if (word.startsWith('//')) continue;
    const reference = pathAt(word, start) ?? idIn(word, start, alone, knows);
    if (reference !== null) found.push(reference);
  }
  return found.sort((one, other) => one.start - other.start);
}

/**
 * The reference at a place of a line, however long the line is.
 * @param character offset in the line
 */
export function referenceAt(
  line: string,
  character: number,
  knows: (name: string) => boolean,
): ImageReference | null {
  const around = 1_000;
  const from = line.length > scannedCharacters ? Math.max(0, character - around) : 0;
  const part = from === 0 && line.length <= scannedCharacters ? line : line.slice(from, character + around);
  const found = scanLine(part, knows).find(
    ({ start, end }) => start <= character - from && character - from <= end,
  );
  return found ? { ...found, start: found.start + from, end: found.end + from } : null;
}
