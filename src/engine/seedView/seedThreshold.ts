/** At which threshold the seeds of a folder count: the best one that is known of them, else the study's. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { SeedIou } from '../../protocol/seedIou';
import type { ScoreRecord } from '../../protocol/scoreRecord';
import { readScoreRecords, scoresFolder } from '../scoring/scoreRecords';
import type { ResolvedStudy } from '../study/resolvedStudy';

type SeedThreshold = Pick<SeedIou, 'threshold' | 'thresholdFrom' | 'scored'>;

/** Records are whole files under names of their own: the folder's time tells of every one that comes or goes. */
const kept = new LRUCache<string, Promise<readonly ScoreRecord[]>>({ max: 16 });

async function recordsOf(studyFolder: string): Promise<readonly ScoreRecord[]> {
  const place = scoresFolder(studyFolder);
  const time = (await stat(place, { bigint: true }).catch(() => null))?.mtimeNs ?? null;
  if (time === null) return [];
  const key = `${place}\0${time}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const records = readScoreRecords(studyFolder).then((read) => read.records);
  kept.set(key, records);
  return records;
}

/** @param folder of the seeds; the last record of these very seeds that has masks tells their best threshold */
export async function seedThreshold(study: ResolvedStudy, folder: string): Promise<SeedThreshold> {
  const last = (await recordsOf(study.folder)).find(
    ({ seeds, best, withMasks }) =>
      seeds !== null && best !== null && withMasks && resolve(study.folder, seeds) === resolve(folder),
  );
  if (last?.best) return { threshold: last.best.threshold, thresholdFrom: 'best', scored: last.when };
  return { threshold: study.settings.seeds.threshold, thresholdFrom: 'study', scored: null };
}
