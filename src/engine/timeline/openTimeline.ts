/** What is known of a study's timeline: the checkpoints on disk, the points that were computed, and the drift between them. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LRUCache } from 'lru-cache';
import { driftOf, type Drift } from '../../lpcam/drift';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { EngineParams } from '../../protocol/engine';
import type { FollowedCheckpoint } from '../../protocol/follow';
import { precisionNames, type PrecisionChoice, type PrecisionName } from '../../protocol/deviceNames';
import type { Timeline, TimelineEntry, TimelinePoint } from '../../protocol/timeline';
import type { CheckpointsOnDisk } from '../follow/checkpointsOnDisk';
import { compareBanks } from '../gallery/bankComparison';
import { imagePath } from '../study/images';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { probeImages, type ProbeImages } from './probeImages';
import { timelineKeys, TimelineStore } from './timelineStore';

type Compared = Pick<TimelineEntry, 'drift' | 'driftProblem'>;
type Undrifted = Omit<TimelineEntry, keyof Compared>;

export interface OpenedTimeline {
  readonly study: ResolvedStudy;
  readonly probe: ProbeImages;
  /** Of the precision that is shown. */
  readonly store: TimelineStore;
  readonly points: readonly TimelinePoint[];
  readonly timeline: Timeline;
}

interface StoredPoints {
  readonly precision: PrecisionName;
  readonly store: TimelineStore;
  readonly points: readonly TimelinePoint[];
  readonly notices: readonly Notice[];
}

/** The points of the precision that is asked for; `auto` asks for those that were computed last. */
function shownPoints(all: readonly StoredPoints[], choice: PrecisionChoice): StoredPoints {
  const last = ({ points }: StoredPoints) =>
    points.reduce((at, { computed }) => (computed > at ? computed : at), '');
  const [first, ...others] = all.filter(({ precision }) => choice === 'auto' || precision === choice);
  if (first === undefined) throw new Error(`There is no precision ${choice}.`);
  return others.reduce((best, one) => (last(one) > last(best) ? one : best), first);
}

/** The file of a point that is on disk as it was, else the newest that held it. */
function fileOf(point: TimelinePoint, folder: string, onDisk: readonly FollowedCheckpoint[]) {
  const files = point.files.map((file) => ({ ...file, path: resolve(folder, file.path) }));
  const there = files.find(({ path, version }) =>
    onDisk.some((one) => one.path === path && one.version === version),
  );
  const newest = files.reduce((one, other) => (other.modified > one.modified ? other : one));
  return { file: there ?? newest, onDisk: there !== undefined, files };
}

function inOrder(entries: readonly Undrifted[]): Undrifted[] {
  const numbered = entries.every(({ number }) => number !== null);
  return [...entries].sort(
    (one, other) =>
      (numbered ? (one.number ?? 0) - (other.number ?? 0) : 0) ||
      one.modified - other.modified ||
      (one.path < other.path ? -1 : 1),
  );
}

export class Timelines {
  readonly #drifts = new LRUCache<string, Compared>({ max: 500 });

  constructor(private readonly onDisk: CheckpointsOnDisk) {}

  /** @throws InputError when the study cannot be read, or has no images to try checkpoints on; the signal's reason */
  async open(params: EngineParams<'openTimeline'>, signal: AbortSignal): Promise<OpenedTimeline> {
    const study = await resolveStudy(params.study);
    const probe = await probeImages(study, params.probe);
    const stored = await Promise.all(
      precisionNames.map(async (precision): Promise<StoredPoints> => {
        const store = new TimelineStore(study.folder, timelineKeys(study, probe, precision));
        return { precision, store, ...(await store.read()) };
      }),
    );
    const shown = shownPoints(stored, params.precisionChoice ?? study.precision);
    const { store, points, notices, precision } = shown;
    const all = stored.reduce((count, one) => count + one.points.length, 0);
    const found = await this.onDisk.look({ study: params.study, hash: null }, signal);
    const entries = await this.#compared(
      inOrder(entriesOf(points, found.checkpoints, study.folder, store)),
      params,
      JSON.stringify(study.settings.gates),
      signal,
    );
    const [first = ''] = probe.ids;
    return {
      study,
      probe,
      store,
      points,
      timeline: {
        study: study.name,
        pattern: found.pattern,
        follows: found.follows,
        probe: {
          list: probe.list,
          images: [...probe.ids],
          listed: probe.listed,
          first: imagePath(study, first),
          without: [...probe.without],
          masked: probe.masked,
        },
        threshold: study.settings.seeds.threshold,
        precision,
        otherPrecision: all - points.length,
        entries,
        notices: [...notices],
      },
    };
  }

  async #compared(
    entries: readonly Undrifted[],
    { study }: EngineParams<'openTimeline'>,
    gates: string,
    signal: AbortSignal,
  ): Promise<TimelineEntry[]> {
    let before: string | null = null;
    const compared: TimelineEntry[] = [];
    for (const entry of entries) {
      const { bank } = entry;
      let found: Compared = { drift: null, driftProblem: null };
      if (before !== null && bank !== null) {
        const key = JSON.stringify([before, bank, gates]);
        found = this.#drifts.get(key) ?? (await compare(before, bank, study, signal));
        this.#drifts.set(key, found);
      }
      before = bank ?? before;
      compared.push({ ...entry, ...found });
    }
    return compared;
  }
}

async function compare(
  first: string,
  second: string,
  study: EngineParams<'openTimeline'>['study'],
  signal: AbortSignal,
): Promise<Compared> {
  try {
    const { pairs } = await compareBanks({ first, second, study }, signal);
    const drift: Drift = driftOf(pairs);
    return { drift: { ...drift }, driftProblem: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { drift: null, driftProblem: error.message };
  }
}

/** One entry per point, and one per file without. */
function entriesOf(
  points: readonly TimelinePoint[],
  onDisk: readonly FollowedCheckpoint[],
  folder: string,
  store: TimelineStore,
): Undrifted[] {
  const taken = new Set<string>();
  const entries = points.map((point): Undrifted => {
    const found = fileOf(point, folder, onDisk);
    for (const { path, version } of found.files) taken.add(`${path}\0${version}`);
    const { path, modified, number } = found.file;
    const bank = store.path(point.bank);
    return {
      path,
      modified,
      number,
      onDisk: found.onDisk,
      problem: null,
      point,
      bank: existsSync(bank) ? bank : null,
    };
  });
  for (const { path, version, modified, number, problem } of onDisk) {
    if (!taken.has(`${path}\0${version}`))
      entries.push({ path, modified, number, onDisk: true, problem, point: null, bank: null });
  }
  return entries;
}
