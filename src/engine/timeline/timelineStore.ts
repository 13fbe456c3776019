/**
 * The computed points of a study's timeline: `<study folder>/.lpcam/timeline/`, one small file per checkpoint and settings,
 * with the bank beside it. Each is written whole or not at all, so that an interrupted run goes on where it stopped.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notice } from '../../lpcam/notice';
import { timelinePointSchema, type TimelinePoint } from '../../protocol/timeline';
import type { PrecisionName } from '../../protocol/deviceNames';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { writeWhole } from '../writeWhole';
import type { ProbeImages } from './probeImages';

/** Names of what figures depend on, besides the checkpoint. */
export interface TimelineKeys {
  /** What the centres depend on. */
  readonly bank: string;
  /** What all figures depend on: gates, threshold and masks as well. */
  readonly settings: string;
}

function word(facts: unknown): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

export function timelineKeys(
  study: ResolvedStudy,
  probe: ProbeImages,
  precision: PrecisionName,
): TimelineKeys {
  const { features, classifier, stride, mean, std } = study.network;
  const { gates, seeds, inference } = study.settings;
  const { clustering } = probeSettings(study.settings);
  const images = probe.facts.map((fact) => (fact as readonly unknown[]).slice(0, 3));
  const bank = word([2, precision, images, [features, classifier, stride, mean, std], clustering, inference]);
  return { bank, settings: word([bank, gates, seeds, study.classes, probe.facts]) };
}

/** Every probe image counts once: drawing with replacement is for class lists of thousands. */
export function probeSettings(settings: ResolvedStudy['settings']): ResolvedStudy['settings'] {
  return { ...settings, clustering: { ...settings.clustering, imagesPerClass: null } };
}

function timelineFolder(studyFolder: string): string {
  return join(studyFolder, '.lpcam', 'timeline');
}

export class TimelineStore {
  readonly folder: string;

  constructor(
    studyFolder: string,
    readonly keys: TimelineKeys,
  ) {
    this.folder = timelineFolder(studyFolder);
  }

  bankName(hash: string): string {
    return `${hash.slice(0, 16)}-${this.keys.bank}.safetensors`;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async write(point: TimelinePoint): Promise<void> {
    const name = `${point.hash.slice(0, 16)}-${this.keys.settings}.json`;
    await writeWhole(this.path(name), `${JSON.stringify(point, null, 2)}\n`);
  }

  /** The points of these settings; a file that cannot be used is a notice, and is computed anew. */
  async read(): Promise<{ readonly points: readonly TimelinePoint[]; readonly notices: readonly Notice[] }> {
    const names = await readdir(this.folder).catch(() => []);
    const points: TimelinePoint[] = [];
    const notices: Notice[] = [];
    for (const name of names.filter((one) => one.endsWith(`-${this.keys.settings}.json`))) {
      const file = this.path(name);
      try {
        points.push(timelinePointSchema.parse(JSON.parse(await readFile(file, 'utf8'))));
      } catch (error) {
        const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        notices.push({ kind: 'study', message: `The point kept in ${file} is left out (${reason}).`, file });
      }
    }
    return { points, notices };
  }
}
