/** Which files are images that the engine can decode, by their name; the same endings as in package.json's menus. */

const endings = ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'gif', 'avif'] as const;

export const imageEndings: readonly string[] = endings;

/** For `findFiles`, whose globs tell capitals apart. */
export const imageGlob = `**/*.{${endings.flatMap((ending) => [ending, ending.toUpperCase()]).join(',')}}`;

const pattern = new RegExp(`\\.(${endings.join('|')})$`, 'i');

export function isImageName(name: string): boolean {
  return pattern.test(name);
}
