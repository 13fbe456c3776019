/** Which stage of a WSSS system a folder of seeds is the outcome of, and what told. */
import { basename } from 'node:path';
import type { SeedStage } from '../../protocol/score';
import { withIgnored } from './seedReading';
import { manifestName, type SeedsManifest } from '../../protocol/seeds';

export interface StageFinding {
  readonly stage: SeedStage;
  /** What told, as a sentence's end; what to think of it where nothing did. */
  readonly why: string;
}

/** Folder names of the published systems; the first that fits counts. */
const names: readonly (readonly [RegExp, SeedStage])[] = [
  [/lpcam/i, 'lpcam'],
  [/ir_?label/i, 'irLabel'],
  [/sem_?seg|pseudo|out_?rw|rw_|_crf$|crf_/i, 'pseudoMask'],
  [/cam/i, 'cam'],
];

export const stageNames: Readonly<Record<SeedStage, string>> = {
  cam: 'CAM seeds',
  lpcam: 'LPCAM seeds',
  irLabel: 'IR labels',
  pseudoMask: 'pseudo masks',
  unknown: 'unknown',
};

export interface StageClues {
  readonly folder: string;
  readonly manifest: SeedsManifest | null;
  readonly labelMaps: boolean;
  /** Files per dialect. */
  readonly dialects: Readonly<Record<string, number>>;
}

/** The manifest tells for sure; then what the files hold; names only hint. */
export function seedStage({ folder, manifest, labelMaps, dialects }: StageClues): StageFinding {
  if (manifest !== null) return { stage: manifest.method, why: `${manifestName} beside them says so` };
  // The folder's own name alone: its parents may be called after the project.
  const named = names.find(([pattern]) => pattern.test(basename(folder)));
  const stage = named?.[1] ?? null;
  const says = `the folder's name says so, nothing proves it`;
  if (labelMaps) {
    const open = Object.keys(dialects).some((dialect) => dialect.endsWith(withIgnored));
    if (stage === 'irLabel' || stage === 'pseudoMask') return { stage, why: says };
    if (open)
      return { stage: 'irLabel', why: 'they are label maps with pixels left open (255), as IRN makes them' };
    return { stage: 'unknown', why: 'label maps: thresholded seeds or pseudo masks; nothing says which' };
  }
  if ((dialects['probabilities'] ?? 0) > 0)
    return { stage: stage ?? 'unknown', why: 'they are probabilities after a CRF, not plain maps' };
  if (stage === 'cam' || stage === 'lpcam') return { stage, why: says };
  return { stage: 'unknown', why: 'class maps of CAM or LPCAM; no manifest and no folder name says which' };
}
