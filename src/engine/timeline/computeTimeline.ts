/** Computes the points of a timeline that are missing, the newest checkpoint first, and keeps each as soon as it is there. */
import { basename } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { EngineEvent, EngineParams, EngineResult } from '../../protocol/engine';
import type { FollowedCheckpoint } from '../../protocol/follow';
import type { TimelinePoint } from '../../protocol/timeline';
import type { LoadedCheckpoint } from '../checkpoints';
import { checkWhole } from '../completeFile';
import type { CheckpointsOnDisk } from '../follow/checkpointsOnDisk';
import { atCheckpoint } from '../study/atCheckpoint';
import { studyPath } from '../study/images';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { computePoint, type PointSetting } from './computePoint';
import { Timelines, type OpenedTimeline } from './openTimeline';
import { probeSettings } from './timelineStore';

export interface TimelineSetting extends Pick<
  PointSetting,
  'device' | 'sessions' | 'inputs' | 'pixelLimit' | 'signal'
> {
  readonly onDisk: CheckpointsOnDisk;
  /** Reads a study's checkpoint and names its classes. */
  readonly load: (
    study: ResolvedStudy,
  ) => Promise<{ readonly checkpoint: LoadedCheckpoint; readonly classNames: readonly string[] }>;
  readonly emit: (event: EngineEvent<'computeTimeline'>) => void;
}

class TimelineJob {
  readonly #failed: { path: string; message: string }[] = [];
  #computed = 0;

  constructor(
    private readonly params: EngineParams<'computeTimeline'>,
    private readonly setting: TimelineSetting,
    private readonly opened: OpenedTimeline,
    private readonly points: Map<string, TimelinePoint>,
  ) {}

  async run(missing: readonly FollowedCheckpoint[]): Promise<EngineResult<'computeTimeline'>> {
    for (const [place, file] of missing.entries()) {
      this.setting.signal.throwIfAborted();
      try {
        await this.#one(file, place, missing.length);
        this.#computed++;
        this.setting.emit({ type: 'point', path: file.path });
      } catch (error) {
        // One that is no network of this study does not keep the others from being computed.
        if (!(error instanceof InputError) || this.setting.signal.aborted) throw error;
        this.#failed.push({ path: file.path, message: error.message });
      }
    }
    return { computed: this.#computed, failed: this.#failed };
  }

  async #one(file: FollowedCheckpoint, place: number, count: number): Promise<void> {
    const { device, sessions, inputs, pixelLimit, signal, emit } = this.setting;
    const { store, probe } = this.opened;
    const name = `${basename(file.path)} (${place + 1} of ${count})`;
    const tell = (stage: string, done: number, total: number) =>
      emit({
        type: 'progress',
        progress: { stage: `${name}: ${stage}`, done: place * total + done, total: count * total },
      });
    tell('Reading the checkpoint', 0, 1);
    const { version } = await checkWhole(file.path);
    const resolved = await resolveStudy(atCheckpoint(this.params.study, file.path));
    const { checkpoint, classNames } = await this.setting.load(resolved);
    const { modified, number } = file;
    const seen = { path: studyPath(resolved.folder, file.path), version: version ?? '', modified, number };
    const known = this.points.get(checkpoint.hash);
    if (known !== undefined) {
      await this.#keep({ ...known, files: [...known.files.filter(({ path }) => path !== seen.path), seen] });
      return;
    }
    const bank = store.bankName(checkpoint.hash);
    const figures = await computePoint({
      study: {
        ...resolved,
        dataset: { ...resolved.dataset, ids: probe.ids, list: probe.list },
        settings: probeSettings(resolved.settings),
        bankPath: store.path(bank),
      },
      checkpoint,
      classNames,
      device,
      sessions,
      inputs,
      pixelLimit,
      signal,
      onProgress: ({ stage, done, total }) => tell(stage, done, total),
    });
    // What was read may have been written over while it was computed with.
    if ((await checkWhole(file.path)).version !== version)
      throw new InputError(`${file.path} changed while its point was computed.`, { file: file.path });
    await this.#keep({
      version: 1,
      hash: checkpoint.hash,
      settings: store.keys.settings,
      files: [seen],
      computed: new Date().toISOString(),
      bank,
      ...figures,
    });
  }

  async #keep(point: TimelinePoint): Promise<void> {
    await this.opened.store.write(point);
    this.points.set(point.hash, point);
  }
}

/** @throws InputError when the study does not allow a timeline; DeviceError; the signal's reason */
export async function computeTimeline(
  params: EngineParams<'computeTimeline'>,
  setting: TimelineSetting,
): Promise<EngineResult<'computeTimeline'>> {
  const { onDisk, signal, device } = setting;
  const shown = { ...params, precisionChoice: device.precision };
  const opened = await new Timelines(onDisk).open(shown, signal);
  const wanted = params.only === null ? null : new Set(params.only);
  const paths = opened.timeline.entries
    .filter(({ point, onDisk: there, problem }) => point === null && there && problem === null)
    .filter(({ path }) => wanted === null || wanted.has(path))
    .map(({ path }) => path);
  const { checkpoints } = await onDisk.look({ study: params.study, hash: null }, signal);
  const missing = checkpoints.filter(({ path }) => paths.includes(path)).reverse();
  const points = new Map(opened.points.map((point) => [point.hash, point]));
  return new TimelineJob(params, setting, opened, points).run(missing);
}
