/**
 * Features that the work folder of another bank holds, and that are the same for this one: a trial of `num_cluster` or `select_thres` reads
 * those which the study's own clustering has left, instead of running the network again. Nothing is written there.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { workFolderPath } from './workFolder';

/** A folder with caches of features. */
export interface FeatureFolder {
  readonly path: string;
  file(name: string): string;
}

const manifestSchema = z.looseObject({ clustering: z.looseObject({}) });

/** What features depend on: not on how they are split and clustered. Which images a seed drew stands in the identity by itself. */
function ofFeatures(identity: unknown): string | null {
  const parsed = manifestSchema.safeParse(identity).data;
  if (parsed === undefined) return null;
  const { imagesPerClass } = parsed.clustering;
  return JSON.stringify({ ...parsed, clustering: { imagesPerClass } });
}

/**
 * @param lender path of the other bank
 * @param identity all that this clustering depends on
 * @returns null where there is no such folder, or what it holds was made of something else
 */
export async function lentFeatures(lender: string, identity: unknown): Promise<FeatureFolder | null> {
  const path = workFolderPath(lender);
  const file = (name: string) => join(path, name);
  try {
    const manifest: unknown = JSON.parse(await readFile(file('manifest.json'), 'utf8'));
    const features = ofFeatures(manifest);
    return features !== null && features === ofFeatures(identity) ? { path, file } : null;
  } catch {
    // What is not there, or cannot be read, lends nothing: the network is run.
    return null;
  }
}
