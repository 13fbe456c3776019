/** Explains one image: a header with the picture, then each scale's small maps as they come (lpcam.md, 2 and 4). */
import type { LRUCache } from 'lru-cache';
import type { Notice } from '../../lpcam/notice';
import { deviceLabel, type DeviceReport } from '../../protocol/device';
import type { EngineEvent, EngineParams, EngineResult } from '../../protocol/engine';
import type { CentreInfo, ScaleMaps } from '../../protocol/explanation';
import type { FoundBank } from '../banks';
import { classPrototypes } from '../classMaps';
import { usedCheckpoint, type LoadedCheckpoint } from '../checkpoints';
import { fileVersion } from '../fileVersion';
import { decodeImage, type DecodedImage } from '../image/decode';
import type { InputMaker } from '../image/inputMaker';
import { ScaleInputs } from '../image/scaleInputs';
import { ownBytes } from '../ownBytes';
import { pause } from '../pause';
import type { SessionPool } from '../sessionPool';
import { strideOf } from '../stride';
import { imageId } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { plainSettings } from '../summary';
import { centreInfo, centreRows, meanRows, scoresOf, type CentreRows } from './centres';
import {
  imageClasses,
  knownClasses,
  predictedClasses,
  predictionNotice,
  type KnownClasses,
} from './imageClasses';
import type { ImageMaps } from './mapsCache';
import { fusionNotices, planFusion, saliencyNotice, unrefinedNotice, type Fusion } from './fusion';
import { imageMask } from './mask';
import { NetworkRun, type NetworkBatch, type ScaleRun } from './networkRun';
import { otherFiles } from './otherFiles';
import { pickedMaps } from './pickedMaps';
import { mirrorNotice, planScales, type Plan } from './plan';

/** How one image is run. */
type ImagePlan = Plan & { readonly fusion: Fusion | null };

type Emit = (event: EngineEvent<'explain'>) => void;

/** Everything that is loaded before an image is looked at. */
export interface ExplainSetting {
  readonly study: ResolvedStudy;
  readonly checkpoint: LoadedCheckpoint;
  readonly classNames: readonly string[];
  readonly bank: FoundBank | null;
  readonly device: DeviceReport;
  readonly sessions: SessionPool;
  readonly inputs: InputMaker;
  readonly cache: LRUCache<string, ImageMaps>;
  readonly pixelLimit: number;
  /** Other images of a run over a data set. */
  readonly batch?: NetworkBatch | null;
  /** The image, where it is being decoded already. */
  readonly image?: Promise<DecodedImage>;
  /** `performance.now()` when the request came. */
  readonly started: number;
}

class Explanation {
  readonly #params: EngineParams<'explain'>;
  readonly #setting: ExplainSetting;
  readonly #emit: Emit;
  readonly #signal: AbortSignal;
  readonly #timings = { decode: 0, resize: 0, network: 0, firstMap: 0 };

  constructor(params: EngineParams<'explain'>, setting: ExplainSetting, emit: Emit, signal: AbortSignal) {
    this.#params = params;
    this.#setting = setting;
    this.#emit = emit;
    this.#signal = signal;
  }

  get #now(): number {
    return performance.now() - this.#setting.started;
  }

  async run(): Promise<EngineResult<'explain'>> {
    const { study, checkpoint, cache, pixelLimit } = this.#setting;
    const path = this.#params.image;
    const before = performance.now();
    const image = await (this.#setting.image ?? decodeImage(path));
    this.#timings.decode = performance.now() - before;
    this.#signal.throwIfAborted();
    const id = imageId(study, path);
    const known = knownClasses(study, id, this.#params.classes, this.#setting.classNames);
    const { scales } = study.settings.inference;
    const plan = planScales({ path, ...image }, scales, checkpoint.network.fixedSize, pixelLimit);
    const fusion = planFusion(study, checkpoint.network, plan.scales, this.#params.affinityLimit);
    const planned = { ...plan, fusion };
    const key = await this.#cacheKey(path, known, planned);
    const cached = cache.get(key);
    if (cached !== undefined) await this.#replay(cached, image, id, known, planned);
    const maps = cached ?? (await this.#compute(image, id, known, planned));
    cache.set(key, maps);
    return { timings: { ...this.#timings, total: this.#now }, notices: [...maps.notices] };
  }

  async #cacheKey(path: string, known: KnownClasses | null, plan: ImagePlan): Promise<string> {
    const { study, checkpoint, bank, device } = this.#setting;
    const { network, settings } = study;
    const means = this.#ofMeans(known, plan);
    return JSON.stringify([
      await fileVersion(path),
      checkpoint.key,
      bank?.key ?? null,
      deviceLabel(device),
      known?.indices ?? null,
      plan.scales,
      plan.fusion,
      settings.inference.mirror,
      // Means are of the centres that pass.
      means && settings.gates,
      network.mean,
      network.std,
    ]);
  }

  async #replay(
    maps: ImageMaps,
    image: DecodedImage,
    id: string | null,
    known: KnownClasses | null,
    plan: ImagePlan,
  ): Promise<void> {
    await this.#emitHeader(image, id, known, plan, maps);
    for (const scale of maps.scales) this.#emitScale(scale);
  }

  #emitScale(maps: ScaleMaps): void {
    this.#emit({ type: 'scale', maps });
    if (this.#timings.firstMap === 0) this.#timings.firstMap = this.#now;
  }

  async #compute(
    image: DecodedImage,
    id: string | null,
    known: KnownClasses | null,
    plan: ImagePlan,
  ): Promise<ImageMaps> {
    const { study, checkpoint, device, sessions, inputs, batch = null } = this.#setting;
    const { mean, std } = study.network;
    const { mirror } = study.settings.inference;
    const path = this.#params.image;
    const ahead = new ScaleInputs(inputs, image, { mean, std, mirror }, plan.scales);
    const run = new NetworkRun({
      path,
      checkpoint,
      mirror,
      fusion: plan.fusion,
      device: device.inUse,
      precision: device.precision,
      sessions,
      inputs: ahead,
      batch,
    });
    try {
      return await this.#runScales(run, image, id, known, plan);
    } finally {
      ahead.end();
    }
  }

  async #runScales(
    run: NetworkRun,
    image: DecodedImage,
    id: string | null,
    known: KnownClasses | null,
    plan: ImagePlan,
  ): Promise<ImageMaps> {
    const { bank } = this.#setting;
    const means = this.#meanRows(known, plan);
    // Unknown classes: the first run is made for the centres of all, and its maps are picked from afterwards.
    let rows = means ?? (bank?.bank == null ? null : centreRows(bank.bank, known?.indices ?? null));
    let first: Omit<ImageMaps, 'scales' | 'notices'> | null = null;
    const scales: ScaleMaps[] = [];
    const notices: Notice[] = [];
    for (const planned of plan.scales) {
      await pause(this.#signal);
      let done: ScaleRun;
      try {
        done = await run.run(planned, rows);
      } catch (error) {
        notices.push(run.explainFailure(error, planned, first === null));
        continue;
      }
      this.#timings.resize += done.resize;
      this.#timings.network += done.network;
      const classes: readonly number[] = known?.indices ?? predictedClasses(first?.logits ?? done.logits);
      const chosen: CentreRows | null = bank?.bank == null ? null : centreRows(bank.bank, classes);
      const maps = pickedMaps(done.maps, classes, rows, means ?? chosen);
      if (first === null) {
        const stride = strideOf(planned, maps);
        first = { logits: done.logits, centreIds: chosen?.ids ?? [], stride };
        await this.#emitHeader(image, id, known, plan, first);
      }
      rows = means ?? chosen;
      scales.push(maps);
      this.#emitScale(maps);
    }
    if (first === null) throw new Error('No scale was run.');
    return { ...first, scales, notices };
  }

  /** Whether `similarity` is of means: only of classes that are known beforehand, and of the plain LPCAM. */
  #ofMeans(known: KnownClasses | null, plan: ImagePlan): boolean {
    return this.#params.means === true && known !== null && plan.fusion === null;
  }

  /** Means of each class's prototypes and contexts, as `classPrototypes` counts them; null where centres are asked for. */
  #meanRows(known: KnownClasses | null, plan: ImagePlan): CentreRows | null {
    const { study, bank, classNames } = this.#setting;
    if (bank?.bank == null || known === null || !this.#ofMeans(known, plan)) return null;
    const rows = centreRows(bank.bank, known.indices);
    const prototypes = classPrototypes({
      classes: imageClasses(known, new Float32Array(classNames.length), classNames),
      centres: this.#centres(rows.ids),
      settings: plainSettings(study.settings),
      alreadyGated: bank.summary.alreadyGated,
    });
    const groups = prototypes.flatMap(({ classRows, contextRows }) => [classRows, contextRows]);
    return meanRows(
      rows,
      groups.filter((group) => group.length > 0),
    );
  }

  #centres(ids: readonly number[]): CentreInfo[] {
    const { checkpoint, classNames, bank } = this.#setting;
    return ids.flatMap((id) => {
      const centre = bank?.bank?.centres[id];
      if (centre === undefined) return [];
      return [centreInfo(id, centre, scoresOf(centre, checkpoint.network), classNames)];
    });
  }

  async #emitHeader(
    image: DecodedImage,
    id: string | null,
    known: KnownClasses | null,
    plan: ImagePlan,
    first: Omit<ImageMaps, 'scales' | 'notices'>,
  ): Promise<void> {
    const { study, checkpoint, classNames, bank, device } = this.#setting;
    const path = this.#params.image;
    const { width, height, rgb } = image;
    const { mask, notices } = await imageMask(study, id, image);
    this.#emit({
      type: 'header',
      header: {
        image: { path, id, width, height, rgb: ownBytes(rgb) },
        mask,
        classNames: [...classNames],
        classes: imageClasses(known, first.logits, classNames),
        centres: this.#centres(first.centreIds),
        means: this.#ofMeans(known, plan),
        alreadyGated: bank?.summary.alreadyGated ?? false,
        settings: plainSettings(study.settings),
        stride: first.stride,
        fusion: plan.fusion && { ...plan.fusion },
        checkpoint: usedCheckpoint(checkpoint, study.follow !== null),
        bank: bank?.bank == null ? null : bank.summary,
        otherFiles: otherFiles(study, id),
        device,
        notices: [...this.#notices(image, id, known, plan, first.stride), ...notices],
      },
    });
  }

  #notices(
    image: DecodedImage,
    id: string | null,
    known: KnownClasses | null,
    plan: ImagePlan,
    stride: number | null,
  ): Notice[] {
    const { study, checkpoint, bank, device } = this.#setting;
    const path = this.#params.image;
    const notices: Notice[] = [
      ...image.notices,
      ...plan.notices,
      ...fusionNotices(study, checkpoint.network),
      ...saliencyNotice(study),
      ...(bank === null ? [] : unrefinedNotice(plan.fusion, path)),
    ];
    if (device.fallback) notices.push({ kind: 'device-fallback', message: device.reason });
    if (known === null) notices.push(predictionNotice(study, id, path));
    if (bank === null) {
      const message = 'The study has no prototype bank yet, so only CAMs are shown.';
      notices.push({ kind: 'no-bank', message, file: study.bankPath });
    } else notices.push(...bank.notices);
    const mirrored = study.settings.inference.mirror ? mirrorNotice(plan.scales, stride) : null;
    return mirrored === null ? notices : [...notices, mirrored];
  }
}

/**
 * Explains an image: emits the header and each scale's maps, scale 1 first.
 * @throws InputError, DeviceError, or the signal's reason between two scales
 */
export function explainImage(
  params: EngineParams<'explain'>,
  setting: ExplainSetting,
  emit: Emit,
  signal: AbortSignal,
): Promise<EngineResult<'explain'>> {
  return new Explanation(params, setting, emit, signal).run();
}
