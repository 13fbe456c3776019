/**
 * One checkpoint's figures: it is clustered on the probe images alone, gated by the study's gates, and its seeds on the same
 * images are scored. By its mere size such a bank is not the study's; it is the same for every checkpoint, so that they compare.
 */
import { basename } from 'node:path';
import { gateCentres } from '../../lpcam/gating';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { ClassMap } from '../../lpcam/seeds';
import { SeedSweep } from '../../lpcam/sweep';
import { deviceLabel, type DeviceReport } from '../../protocol/device';
import type { Progress } from '../../protocol/progress';
import type { TimelinePoint } from '../../protocol/timeline';
import { Banks, type FoundBank } from '../banks';
import type { LoadedCheckpoint } from '../checkpoints';
import { camOf, classPrototypes, lpcamOf } from '../classMaps';
import { clusterStudy } from '../clustering/clusterStudy';
import { scoresOf } from '../explain/centres';
import { explainImage, type ExplainSetting } from '../explain/explain';
import { mapsCache } from '../explain/mapsCache';
import { explainWhole } from '../explanation';
import type { InputMaker } from '../image/inputMaker';
import type { SessionPool } from '../sessionPool';
import { imagePath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';

/** As seeds are: with the system's own rule, where it has one. */
const form = { size: 'highRes', plain: false } as const;

/** Tried besides the study's own. */
const thresholds = Array.from({ length: 14 }, (_, step) => (step + 1) * 0.05);

/** Shares of a point's work, for the progress: extracting, clustering, the seeds. */
const shares = { extract: 0.45, cluster: 0.1, seeds: 0.45 };
const whole = 1000;

export interface PointSetting {
  /** With the checkpoint, the probe images as its list and the bank's place. */
  readonly study: ResolvedStudy;
  readonly checkpoint: LoadedCheckpoint;
  readonly classNames: readonly string[];
  readonly device: DeviceReport;
  readonly sessions: SessionPool;
  readonly inputs: InputMaker;
  readonly pixelLimit: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What is computed of a point; the rest is how it is kept. */
export type PointFigures = Pick<
  TimelinePoint,
  'counts' | 'dead' | 'lpcam' | 'cam' | 'images' | 'scored' | 'threshold' | 'device' | 'precision' | 'notices'
>;

/**
 * Computes a point; the bank is left at `study.bankPath`, and used again when it is there.
 * @throws InputError when the checkpoint or the study does not allow it; the signal's reason
 */
export async function computePoint(setting: PointSetting): Promise<PointFigures> {
  const { study, device } = setting;
  const { bank, notices } = await bankOf(setting);
  const seeds = await scoreSeeds(setting, bank);
  return {
    counts: countFates(setting, bank),
    threshold: study.settings.seeds.threshold,
    device: deviceLabel(device),
    precision: device.precision,
    ...seeds,
    notices: [...notices, ...seeds.notices],
  };
}

async function bankOf(setting: PointSetting): Promise<{ bank: FoundBank; notices: Notice[] }> {
  const { study, checkpoint, classNames, device, inputs, signal, onProgress } = setting;
  const banks = new Banks();
  const known = await banks.find(study.bankPath, checkpoint, classNames).catch((error: unknown) => {
    // A damaged one is clustered anew.
    if (!(error instanceof InputError)) throw error;
    return null;
  });
  if (known?.bank && known.summary.matchesCheckpoint === true) return { bank: known, notices: [] };
  const { notices } = await clusterStudy({
    study,
    network: checkpoint.network,
    checkpointHash: checkpoint.hash,
    device: device.inUse,
    precision: device.precision,
    inputs,
    classNames,
    signal,
    onProgress: ({ stage, done, total }) => {
      const extracting = stage.startsWith('Extracting');
      const part = extracting ? (shares.extract * done) / total : shares.extract;
      onProgress({ stage, done: part * whole, total: whole });
    },
  });
  const found = await banks.find(study.bankPath, checkpoint, classNames);
  if (!found?.bank) throw new Error(`The bank ${study.bankPath} was written and is not there.`);
  // That classes have no probe images is told once, of the probe.
  return { bank: found, notices: notices.filter(({ kind }) => kind !== 'class-without-images') };
}

function countFates({ study, checkpoint }: PointSetting, { bank }: FoundBank): PointFigures['counts'] {
  const counts = { class: 0, context: 0, rejected: 0 };
  for (const [classIndex] of (bank?.classes ?? []).entries()) {
    const own = (bank?.centres ?? []).filter((centre) => centre.classIndex === classIndex);
    if (own.length === 0) continue;
    const scored = own.map((centre) => ({
      set: centre.set,
      mark: centre.mark,
      p: scoresOf(centre, checkpoint.network)[classIndex] ?? NaN,
    }));
    for (const { kind } of gateCentres(scored, study.settings.gates, false).fates) counts[kind]++;
  }
  return counts;
}

type SeedFigures = Pick<PointFigures, 'lpcam' | 'cam' | 'dead' | 'images' | 'scored' | 'notices'>;

async function scoreSeeds(setting: PointSetting, bank: FoundBank): Promise<SeedFigures> {
  const { study, checkpoint, classNames, device, sessions, inputs, pixelLimit, signal, onProgress } = setting;
  const { ids } = study.dataset;
  const own = study.settings.seeds.threshold;
  const tried = [own, ...thresholds.filter((threshold) => threshold !== own)];
  const sweeps = {
    lpcam: new SeedSweep(classNames.length, tried),
    cam: new SeedSweep(classNames.length, tried),
  };
  const explaining: ExplainSetting = {
    study,
    checkpoint,
    classNames,
    bank,
    device,
    sessions,
    inputs,
    cache: mapsCache(),
    pixelLimit,
    started: performance.now(),
  };
  const explainer = {
    explain: (...[params, emit, cancel]: Parameters<Parameters<typeof explainWhole>[0]['explain']>) =>
      explainImage(params, explaining, emit, cancel),
  };
  const notices: Notice[] = [];
  let [images, scored, dead] = [0, 0, 0];
  for (const [done, id] of ids.entries()) {
    signal.throwIfAborted();
    const part = shares.extract + shares.cluster + (shares.seeds * done) / ids.length;
    onProgress({ stage: 'Scoring seeds', done: part * whole, total: whole });
    const path = imagePath(study, id);
    // Images that are missing were told by the clustering.
    if (path === null || study.dataset.labels?.has(id) !== true) continue;
    try {
      const params = { study: { file: '' }, image: path, classes: null, deviceChoice: null, means: true };
      const { header, scales } = await explainWhole(explainer, params, signal);
      images++;
      const maps: Record<'lpcam' | 'cam', ClassMap[]> = { lpcam: [], cam: [] };
      for (const [position, prototypes] of classPrototypes(header).entries()) {
        // Of an image that is labelled with no class nothing is a seed.
        if (prototypes.imageClass.source !== 'label') continue;
        const classIndex = prototypes.imageClass.index;
        const lpcam = lpcamOf(header, scales, prototypes, form);
        if (lpcam.dead) dead++;
        maps.lpcam.push({ classIndex, map: lpcam.map });
        maps.cam.push({ classIndex, map: camOf(header, scales, position, form) });
      }
      if (header.mask === null) continue;
      sweeps.lpcam.add(maps.lpcam, header.mask.labels, header.mask.path);
      sweeps.cam.add(maps.cam, header.mask.labels, header.mask.path);
      scored++;
    } catch (error) {
      if (!(error instanceof InputError) || signal.aborted) throw error;
      notices.push({
        kind: 'image-unreadable',
        message: `${id} is left out of the seeds of ${basename(checkpoint.path)}: ${error.message}`,
        file: path,
      });
    }
  }
  return {
    lpcam: figuresOf(sweeps.lpcam, scored),
    cam: figuresOf(sweeps.cam, scored),
    dead,
    images,
    scored,
    notices,
  };
}

/** The first threshold of the sweep is the study's. */
function figuresOf(sweep: SeedSweep, scored: number): PointFigures['lpcam'] {
  if (scored === 0) return { miou: null, best: null };
  const scores = sweep.scores();
  let best: PointFigures['lpcam']['best'] = null;
  for (const { threshold, scores: at } of scores) {
    if (at.miou !== null && at.miou > (best?.miou ?? -1)) best = { threshold, miou: at.miou };
  }
  return { miou: scores[0]?.scores.miou ?? null, best };
}
