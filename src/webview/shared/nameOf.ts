/** The last name of a path of any system. */
export function nameOf(path: string): string {
  return path.split(/[\\/]/).pop() ?? path;
}
