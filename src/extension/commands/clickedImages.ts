/** Which images a command means: what was clicked, what is selected, or what is open. */
import { basename } from 'node:path';
import { isImageName } from '../imageFile';

/** More panels than this at once help nobody; the rest is said, not opened. */
export const mostPanels = 8;

/** As much of VS Code's Uri as is needed here. */
export interface FileUri {
  readonly scheme: string;
  readonly path: string;
  readonly fsPath: string;
  toString(): string;
}

export interface ClickedImages<U> {
  /** Paths on disk, in the order clicked. */
  readonly images: readonly string[];
  /** Those without a path on disk: of a virtual workspace, or versions in Git. */
  readonly virtual: readonly U[];
  /** What cannot be shown and why, for the person; null: nothing was left out. */
  readonly leftOut: string | null;
}

/** @param uris clicked, the one under the pointer first; repeated ones count once */
export function clickedImages<U extends FileUri>(uris: readonly U[]): ClickedImages<U> {
  const meant = new Map<string, U>();
  const problems: string[] = [];
  for (const uri of uris) {
    if (isImageName(uri.path)) meant.set(`${uri.scheme}\0${uri.toString()}`, uri);
    else problems.push(`${basename(uri.path)} is no image that LPCAM Lens reads.`);
  }
  if (meant.size > mostPanels)
    problems.push(`${meant.size} images are selected; the first ${mostPanels} are shown.`);
  const shown = [...meant.values()].slice(0, mostPanels);
  return {
    images: shown.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath),
    virtual: shown.filter(({ scheme }) => scheme !== 'file'),
    leftOut: problems.length === 0 ? null : problems.join(' '),
  };
}
