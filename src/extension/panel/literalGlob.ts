/** A file name as a glob that matches it and nothing else. */
export function literalGlob(name: string): string {
  return name.replace(/[*?[\]{}]/g, (character) => `[${character}]`);
}
