/** What is kept of a scoring. */
import { basename, relative, sep } from 'node:path';
import { bestPlace, datasetScores, type DatasetTotals } from '../../lpcam/triage/datasetScores';
import type { ScoredSeeds, SeedScores } from '../../protocol/score';
import type { ScoreRecord } from '../../protocol/scoreRecord';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { recordSettings } from './recordSettings';
import type { SeedsManifest } from '../../protocol/seeds';

/** A scoring of one folder, without the counts of single images. */
export interface ScoreTotals extends Pick<
  SeedScores,
  'classes' | 'masks' | 'list' | 'lists' | 'missing' | 'problems' | 'record'
> {
  /** How many were scored. */
  readonly images: number;
  readonly first: Omit<ScoredSeeds, 'columns'>;
  readonly totals: DatasetTotals;
}

/**
 * @param hash of the checkpoint that made the seeds; null where nothing says
 * @param folder of the study
 */
export function recordOf(
  scores: ScoreTotals,
  study: ResolvedStudy,
  manifest: SeedsManifest | null,
  hash: string | null,
  folder: string,
): ScoreRecord {
  const { first, list, missing, problems, totals } = scores;
  const entries = first.sweep.map((place) => {
    const { miou, fp, fn } = datasetScores(totals, place);
    return { threshold: first.thresholds[place] ?? 0, miou, fp, fn };
  });
  const withMasks = scores.masks !== null;
  const swept = withMasks && !first.labelMaps;
  const best = bestPlace(entries.map(({ miou }) => miou));
  const top = best === null ? undefined : entries[best];
  return {
    version: 1,
    when: new Date().toISOString(),
    seeds: relative(folder, first.path).split(sep).join('/') || '.',
    kind: first.stage === 'cam' || first.stage === 'lpcam' ? first.stage : 'unknown',
    list: {
      name: list.path === null ? basename(first.path) : list.name,
      path: list.path,
      images: scores.images,
      missing: missing.length + problems.length,
    },
    checkpoint: { path: study.checkpoint, hash },
    settings: recordSettings(first.stage, study, manifest),
    sweep: swept ? entries : [],
    best: swept && top?.miou != null ? { threshold: top.threshold, miou: top.miou } : null,
    labelMaps: withMasks && first.labelMaps ? (entries[0] ?? null) : null,
    withMasks,
  };
}
