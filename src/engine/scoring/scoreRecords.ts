/** The scorings of a study: one small file each, so that two at once never write over one another. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { Notice } from '../../lpcam/notice';
import { scoreRecordSchema, type ScoreRecord } from '../../protocol/scoreRecord';
import type { StudyReference } from '../../protocol/study';
import { writeWhole } from '../writeWhole';

/** A record of a hundred thresholds takes ten kilobytes. */
const mostBytes = 1 << 20;
/** Newest of a study that are read; the older ones stay on disk. */
const mostRecords = 1000;

export interface ScoreRecords {
  /** Newest first. */
  readonly records: ScoreRecord[];
  /** One per file that could not be used. */
  readonly notices: Notice[];
}

/** The folder of a study: where its file lies, or where one would be written. */
export function studyFolder(study: StudyReference): string {
  return 'file' in study ? dirname(resolve(study.file)) : resolve(study.folder);
}

export function scoresFolder(folder: string): string {
  return join(folder, '.lpcam', 'scores');
}

/**
 * Keeps a scoring.
 * @param folder of the study
 * @returns path of the file
 */
export async function writeScoreRecord(folder: string, record: ScoreRecord): Promise<string> {
  const checked = scoreRecordSchema.parse(record);
  // Names sort by time; colons are not for Windows.
  const name = `${checked.when.replace(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}.json`;
  const path = join(scoresFolder(folder), name);
  await writeWhole(path, `${JSON.stringify(checked, null, 2)}\n`);
  return path;
}

async function readRecord(path: string): Promise<ScoreRecord | string> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) return `it has ${size} bytes, which no record of a score needs`;
    const checked = scoreRecordSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return checked.success ? checked.data : z.prettifyError(checked.error).replaceAll('\n', ' ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Reads the scorings of a study. A file that cannot be used is told in a notice; the others are read all the same.
 * @param folder of the study; one without records has none
 */
export async function readScoreRecords(folder: string): Promise<ScoreRecords> {
  const place = scoresFolder(folder);
  const names = await readdir(place).catch(() => []);
  const newest = names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .reverse()
    .slice(0, mostRecords);
  const records: ScoreRecord[] = [];
  const notices: Notice[] = [];
  for (const name of newest) {
    const file = join(place, name);
    const record = await readRecord(file);
    if (typeof record === 'string')
      notices.push({
        kind: 'study',
        message: `The score kept in ${file} is left out: ${record}. Delete the file, or score again.`,
        file,
      });
    else records.push(record);
  }
  records.sort((one, other) => Date.parse(other.when) - Date.parse(one.when));
  return { records, notices };
}
