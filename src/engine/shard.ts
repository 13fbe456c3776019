/**
 * Which share of the work is whose. Images are dealt by a hash of their id: an image stays with its share however the
 * list is edited or sorted, and one that is listed twice is never worked on by two. Classes are few and are dealt in turn.
 */
import type { Shard } from '../protocol/shard';

/** FNV-1a (public domain) with a final mixing, so that ids that differ in their last digit spread evenly. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Whether an image is of a share. @param shard null: there is only one */
export function ofShard(id: string, shard: Shard | null): boolean {
  return shard === null || hashOf(id) % shard.of === shard.index - 1;
}

/** Entries of a share, dealt in turn: the counts of any two shares differ by one at most. */
export function dealt<T>(entries: readonly T[], { index, of }: Shard): T[] {
  return entries.filter((_, place) => place % of === index - 1);
}

/** As it stands in names of files. */
export function shardName({ index, of }: Shard): string {
  return `${index}-of-${of}`;
}

/** The share that a file's name tells; null: none. */
export function shardOfName(name: string): Shard | null {
  const found = /(\d{1,6})-of-(\d{1,6})/.exec(name);
  if (found === null) return null;
  const shard = { index: Number(found[1]), of: Number(found[2]) };
  return shard.index >= 1 && shard.index <= shard.of ? shard : null;
}
