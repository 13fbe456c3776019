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
}

export interface ClickedImages {
  /** Paths on disk, in the order clicked. */
  readonly images: readonly string[];
  /** What cannot be shown and why, for the person; null: nothing was left out. */
  readonly leftOut: string | null;
}

/** Where a file is that has no path on disk, in words. */
function place(uri: FileUri): string {
  if (uri.scheme === 'git') return 'a version in Git, not a file on disk; open the file itself';
  if (uri.scheme.startsWith('vscode-'))
    return `in a virtual file system (${uri.scheme}:), not on disk; open the folder from disk`;
  return `not a file on disk (${uri.scheme}:)`;
}

/** @param uris clicked, the one under the pointer first; repeated ones count once */
export function clickedImages(uris: readonly FileUri[]): ClickedImages {
  const images: string[] = [];
  const problems: string[] = [];
  for (const uri of uris) {
    if (!isImageName(uri.path)) problems.push(`${basename(uri.path)} is no image that LPCAM Lens reads.`);
    else if (uri.scheme !== 'file') problems.push(`${basename(uri.path)} is ${place(uri)}.`);
    else if (!images.includes(uri.fsPath)) images.push(uri.fsPath);
  }
  if (images.length > mostPanels) {
    problems.push(`${images.length} images are selected; the first ${mostPanels} are shown.`);
  }
  return { images: images.slice(0, mostPanels), leftOut: problems.length === 0 ? null : problems.join(' ') };
}
