/**
 * The files that a pattern of a study names. `*` stands for any letters and `?` for one, within one name: a pattern lists
 * the folders it names and never walks a tree. Not a library: fast-glob and its like bring braces, brackets and `**`, which
 * are ordinary letters in the names of training runs, and Node's own glob is newer than the Node this runs on.
 */
import { readdir, stat } from 'node:fs/promises';
import { join, parse, sep } from 'node:path';

export interface MatchingFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** The only number in what the wildcards stand for: epoch_12.pth of epoch_*.pth is 12. Null: there is none, or several. */
  readonly number: number | null;
}

/** More files than any training leaves behind. */
const mostFiles = 10_000;

function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** A name's pattern; what each wildcard stands for is a group. */
function nameExpression(pattern: string): RegExp {
  const parts = pattern
    .split(/([*?])/)
    .map((part) =>
      part === '*' ? '(.*)' : part === '?' ? '(.)' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&'),
    );
  return new RegExp(`^${parts.join('')}$`, 'su');
}

interface Found {
  readonly path: string;
  /** What the wildcards so far stand for. */
  readonly stands: string;
}

async function step(folders: readonly Found[], name: string): Promise<Found[]> {
  if (!hasWildcard(name)) return folders.map(({ path, stands }) => ({ path: join(path, name), stands }));
  const expression = nameExpression(name);
  const found: Found[] = [];
  for (const { path, stands } of folders) {
    // A folder that is not there yet has no files yet.
    for (const entry of await readdir(path).catch(() => [])) {
      const match = entry.startsWith('.') && !name.startsWith('.') ? null : expression.exec(entry);
      if (match && found.length < mostFiles)
        found.push({ path: join(path, entry), stands: [stands, ...match.slice(1)].join(' ') });
    }
  }
  return found;
}

function onlyNumber(stands: string): number | null {
  const [first, ...others] = stands.match(/\d+/g) ?? [];
  return first === undefined || others.length > 0 ? null : Number(first);
}

/**
 * @param pattern an absolute path, wildcards in any of its names; without one it names a single file
 * @returns files only, by time, then by number, then by name: the last one was written last
 */
export async function matchingFiles(pattern: string): Promise<MatchingFile[]> {
  const { root } = parse(pattern);
  const names = pattern.slice(root.length).split(sep);
  let found: Found[] = [{ path: root, stands: '' }];
  for (const name of names) found = await step(found, name);
  const files = await Promise.all(
    found.map(async ({ path, stands }) => {
      const files = await oneFile(path);
      return files.map((file) => ({ ...file, number: onlyNumber(stands) }));
    }),
  );
  return files.flat().sort(byTime);
}

/** A single file; empty when it is none, or went meanwhile. */
export async function oneFile(path: string): Promise<MatchingFile[]> {
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() ? [{ path, bytes: stats.size, modified: stats.mtimeMs, number: null }] : [];
}

function byTime(one: MatchingFile, other: MatchingFile): number {
  return (
    one.modified - other.modified ||
    (one.number ?? 0) - (other.number ?? 0) ||
    (one.path < other.path ? -1 : Number(one.path > other.path))
  );
}
