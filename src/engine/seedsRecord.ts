/**
 * What a folder of seeds was made from, written beside them: an interrupted run may only be continued with the same
 * checkpoint, bank and settings, or the folder would hold a mixture that no score describes.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../lpcam/inputError';
import { writeWhole } from './writeWhole';

export const seedMethods = ['cam', 'lpcam'] as const;
export type SeedMethod = (typeof seedMethods)[number];

const seedsRecordSchema = z.object({
  method: z.enum(seedMethods),
  /** SHA-256 of the checkpoint, hex. */
  checkpoint: z.string(),
  /** SHA-256 of the bank's file, hex; null for CAM, which needs none. */
  bank: z.string().nullable(),
  gates: z.object({ class: z.number(), context: z.tuple([z.number(), z.number()]) }).nullable(),
  scales: z.array(z.number()),
  mirror: z.boolean(),
});
export type SeedsRecord = z.infer<typeof seedsRecordSchema>;

const recordName = 'lpcam-seeds.json';

const words: Readonly<Record<keyof SeedsRecord, string>> = {
  method: 'method',
  checkpoint: 'checkpoint',
  bank: 'prototype bank',
  gates: 'gates',
  scales: 'scales',
  mirror: 'mirror',
};

async function readRecord(folder: string): Promise<SeedsRecord | null> {
  const text = await readFile(join(folder, recordName), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return seedsRecordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Opens a folder for seeds made in this way.
 * @param force take the folder whatever it holds
 * @throws InputError when it holds seeds that were made in another way, or nobody knows how
 */
export async function openSeedsFolder(folder: string, record: SeedsRecord, force: boolean): Promise<void> {
  const held = await readRecord(folder);
  if (!force) {
    const other = held === null ? [] : differences(held, record);
    if (other.length > 0)
      throw new InputError(
        `${folder} holds seeds made with another ${other.join(', ')}. Choose another folder, or make them anew with --force.`,
        { file: folder },
      );
    const names = held === null ? await readdir(folder).catch(() => []) : [];
    if (names.some((name) => name.endsWith('.npy')))
      throw new InputError(
        `${folder} holds .npy files that were not made here. Choose another folder, or write over them with --force.`,
        { file: folder },
      );
  }
  await writeWhole(join(folder, recordName), JSON.stringify(record, null, 2) + '\n');
}

function differences(held: SeedsRecord, wanted: SeedsRecord): string[] {
  const keys = Object.keys(words) as (keyof SeedsRecord)[];
  return keys
    .filter((key) => JSON.stringify(held[key]) !== JSON.stringify(wanted[key]))
    .map((key) => words[key]);
}
