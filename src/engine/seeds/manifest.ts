/**
 * What a folder of seeds was made from, written beside them: an interrupted run may only be continued with the same
 * checkpoint, bank and settings, or the folder would hold a mixture that no score describes.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import { manifestName, otherSeedsField, seedsManifestSchema, type SeedsManifest } from '../../protocol/seeds';
import { writeWhole } from '../writeWhole';

/** What is known before the first image. */
export type SeedsPlan = Omit<
  SeedsManifest,
  'created' | 'updated' | 'complete' | 'counts' | 'failed' | 'dead' | 'device'
>;

/** The manifest of a folder; null: it has none, or one that is none of ours. */
export async function readManifest(folder: string): Promise<SeedsManifest | null> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const manifest = seedsManifestSchema.parse(JSON.parse(text));
    if (manifest.updated !== undefined) return manifest;
    const { mtime } = await stat(join(folder, manifestName));
    return { ...manifest, updated: mtime.toISOString() };
  } catch {
    // Somebody else's file of this name, or a damaged one: what it would say is not known.
    return null;
  }
}

/** Without times: whoever makes the same seeds, in one run or in shares, writes the same bytes. */
export async function writeManifest(folder: string, manifest: SeedsManifest): Promise<void> {
  await writeWhole(join(folder, manifestName), JSON.stringify(manifest, null, 2) + '\n');
}

/**
 * Looks whether a folder may be filled in this way.
 * @param force take the folder whatever it holds
 * @returns the manifest of seeds made in the same way, which are kept; null: none are
 * @throws InputError when it holds seeds that were made in another way, or nobody knows how
 */
export async function openSeedsFolder(
  folder: string,
  plan: SeedsPlan,
  force: boolean,
): Promise<SeedsManifest | null> {
  if (force) return null;
  const held = await readManifest(folder);
  const other = held === null ? [] : differences(held, plan);
  if (other.length > 0)
    throw new InputError(
      `${folder} holds seeds made with ${listed(other)}. Choose another folder, or make them anew (--force).`,
      { file: folder, field: otherSeedsField },
    );
  const names = held === null ? await readdir(folder).catch(() => []) : [];
  const ending = plan.schema === 'png' ? '.png' : '.npy';
  if (names.some((name) => name.endsWith(ending))) {
    // Another share may have begun between the two looks: its manifest came before its first seed.
    if ((await readManifest(folder)) !== null) return openSeedsFolder(folder, plan, force);
    throw new InputError(
      `${folder} holds ${ending} files that were not made here. Choose another folder, or write over them (--force).`,
      { file: folder, field: otherSeedsField },
    );
  }
  return held;
}

function listed(parts: readonly string[]): string {
  const [last = '', ...others] = [...parts].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}

function differences(held: SeedsManifest, wanted: SeedsPlan): string[] {
  const found: string[] = [];
  if (held.method !== wanted.method) found.push(`another method (${held.method}, not ${wanted.method})`);
  if (held.schema !== wanted.schema) found.push(`another schema (${held.schema}, not ${wanted.schema})`);
  if (held.checkpoint.hash !== wanted.checkpoint.hash) found.push('another checkpoint');
  if (held.bank?.hash !== wanted.bank?.hash) found.push('another prototype bank');
  if (held.classes.join('\n') !== wanted.classes.join('\n')) found.push('other class names');
  for (const name of Object.keys(wanted.settings) as (keyof SeedsPlan['settings'])[]) {
    const [before, now] = [held.settings[name], wanted.settings[name]].map((value) => JSON.stringify(value));
    if (before !== now) found.push(`another ${name} (${before ?? ''}, not ${now ?? ''})`);
  }
  return found;
}
