/** What the kept scores of a study tell about a value in the code. */
import type { ScoreRecord } from '../../protocol/scoreRecord';
import { isSweepName } from './hyperParameter';

export interface ScoredValue {
  readonly value: number | readonly number[];
  /** 0..1. */
  readonly miou: number;
  readonly record: ScoreRecord;
}

export interface ScoreLookup {
  /** The last score at the value; null: it was not scored. */
  readonly here: ScoredValue | null;
  /** The best value among the comparable scores; null: there is none. */
  readonly best: ScoredValue | null;
}

type Value = number | readonly number[];

/** Thresholds are written with two digits and stored in binary. */
const close = (one: number, other: number) => Math.abs(one - other) < 1e-6;

function sameValue(one: unknown, other: Value): boolean {
  if (typeof one === 'number' && typeof other === 'number') return close(one, other);
  if (!Array.isArray(one) || typeof other === 'number' || one.length !== other.length) return false;
  return one.every((part, index) => typeof part === 'number' && close(part, other[index] ?? NaN));
}

/** Scores compare only over the same images, and CAM's seeds not with LPCAM's. */
function comparable(one: ScoreRecord, other: ScoreRecord): boolean {
  return (
    one.kind === other.kind &&
    one.list.name === other.list.name &&
    one.list.path === other.list.path &&
    one.list.images === other.list.images
  );
}

function ofSweep(records: readonly ScoreRecord[], value: Value): ScoreLookup {
  const [newest] = records;
  if (newest === undefined) return { here: null, best: null };
  let here: ScoredValue | null = null;
  for (const record of records.filter((one) => comparable(one, newest))) {
    const entry =
      typeof value === 'number' ? record.sweep.find((one) => close(one.threshold, value)) : undefined;
    if (entry?.miou == null) continue;
    here = { value: entry.threshold, miou: entry.miou, record };
    break;
  }
  const best = newest.best && { value: newest.best.threshold, miou: newest.best.miou, record: newest };
  return { here, best };
}

function settingOf({ settings }: ScoreRecord, name: string): Value | null {
  const value = settings[name];
  return typeof value === 'number' || Array.isArray(value) ? value : null;
}

function ofSettings(records: readonly ScoreRecord[], name: string, value: Value): ScoreLookup {
  const scored = records.flatMap((record): ScoredValue[] => {
    const set = settingOf(record, name);
    return set === null || record.best === null ? [] : [{ value: set, miou: record.best.miou, record }];
  });
  const [newest] = scored;
  if (newest === undefined) return { here: null, best: null };
  const alike = scored.filter((one) => comparable(one.record, newest.record));
  const here = alike.find((one) => sameValue(one.value, value)) ?? null;
  const best = alike.reduce((top, one) => (one.miou > top.miou ? one : top), newest);
  return { here, best };
}

/**
 * @param records newest first, as they are kept
 * @param name of the hyper-parameter: thresholds on the seeds are looked up in the sweep, all others among the settings
 */
export function lookUpScore(records: readonly ScoreRecord[], name: string, value: Value): ScoreLookup {
  const usable = records.filter((record) => record.withMasks && record.best !== null);
  return isSweepName(name) ? ofSweep(usable, value) : ofSettings(usable, name, value);
}
