/** `lpcam evaluate`: how good the seeds are, over all thresholds. */
import type { Command } from 'commander';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { evaluateSeeds } from '../engine/evaluate';
import type { ScoreTotals } from '../engine/scoring/recordOf';
import type { ScoreOptions } from '../engine/scoring/scorePlan';
import { scoreSeeds, totalsOf } from '../engine/scoring/scoreSeeds';
import { mergeShares, scoreShare } from '../engine/scoring/scoreShares';
import { sweepThresholds } from '../engine/scoring/sweptThresholds';
import type { WantedList } from '../engine/scoring/whichList';
import { resolveStudy } from '../engine/study/resolve';
import type { ResolvedStudy } from '../engine/study/resolvedStudy';
import { InputError } from '../lpcam/inputError';
import type { Shard } from '../protocol/shard';
import { addCommonOptions, optionalStudyPath, unitNumber, type CommonOptions } from './commonOptions';
import { evaluationJson, evaluationText } from './evaluateText';
import { exitCodes } from './exitCode';
import { listedIds } from './listedIds';
import type { Job, RunJob } from './program';
import { addShardOption } from './shardOption';
import { scoresJson, scoresText } from './scoresText';

interface EvaluateOptions extends CommonOptions {
  readonly masks?: string;
  /** False: left out although the study names maps. */
  readonly saliency?: string | false;
  readonly list?: string;
  readonly threshold?: number;
  readonly sweep?: boolean;
  readonly allowMissing?: boolean;
  readonly shard?: Shard;
  readonly merge?: boolean;
}

async function folder(path: string, what: string): Promise<string> {
  const full = resolve(path);
  const found = await stat(full).catch(() => null);
  if (found?.isDirectory() !== true)
    throw new InputError(`${full}: ${found === null ? 'no such folder' : 'is not a folder'} (${what}).`, {
      file: full,
    });
  return full;
}

/** The images of `--list`, else the list that fits, of the study or beside it. */
function wantedList(list: string | undefined): WantedList {
  return list === undefined ? 'auto' : { path: resolve(list) };
}

async function scored(
  seeds: string,
  masks: string,
  study: ResolvedStudy | null,
  options: EvaluateOptions,
  job: Job,
): Promise<ScoreTotals | null> {
  const settings: ScoreOptions = {
    study: study?.file == null ? null : { file: study.file },
    seeds: [seeds],
    masks,
    list: wantedList(options.list),
    thresholds: options.threshold === undefined ? null : [options.threshold],
    keep: true,
    script: join(__dirname, 'scoreWorker.cjs'),
    signal: job.signal,
    onProgress: job.terminal.progress,
  };
  const { shard } = options;
  if (shard !== undefined) {
    const whole = await scoreShare(settings, shard);
    const next = whole ? 'all are: "lpcam evaluate --merge" prints the scores' : 'others are not done yet';
    job.terminal.result({ shard, whole }, () => `Share ${shard.index} of ${shard.of} is added up; ${next}.`);
    return null;
  }
  const scores = options.merge === true ? await mergeShares(settings) : totalsOf(await scoreSeeds(settings));
  const { missing, list } = scores;
  if (missing.length > 0 && options.list !== undefined && options.allowMissing !== true)
    throw new InputError(
      `${seeds}: ${missing.length} of ${list.listed} images have no seed here (first: ${missing.slice(0, 3).join(', ')}). Make them, or leave them out with --allow-missing.`,
      { file: seeds },
    );
  return scores;
}

/** EDAM's join with saliency maps has a sweep of its own, over theta. */
async function evaluateSalient(
  seeds: string,
  masks: string,
  saliency: string,
  study: ResolvedStudy | null,
  options: EvaluateOptions,
  job: Job,
): Promise<undefined> {
  const evaluation = await evaluateSeeds({
    seeds,
    masks,
    ids: await listedIds(options.list),
    classes: study?.classes ?? null,
    thresholds: options.threshold === undefined ? sweepThresholds : [options.threshold],
    saliency,
    allowMissing: options.allowMissing === true,
    signal: job.signal,
    onProgress: job.terminal.progress,
  });
  const { missing, dead } = evaluation;
  if (dead.length > 0)
    job.terminal.note(
      `note: ${dead.length} seeds hold NaN (dead seeds of the published code; first: ${dead[0] ?? ''}); they are scored as background.`,
    );
  if (missing.length > 0) job.terminal.note(`note: ${missing.length} images without a seed are left out.`);
  const json = { ...evaluationJson(evaluation), saliency };
  job.terminal.result(json, () => evaluationText(evaluation, saliency));
  return undefined;
}

async function evaluate(seedsPath: string, options: EvaluateOptions, job: Job): Promise<number | undefined> {
  const path = optionalStudyPath(options);
  const study = path === null ? null : await resolveStudy({ file: path });
  const masksPath = options.masks ?? study?.dataset.masks ?? null;
  if (masksPath === null)
    throw new InputError(
      'No masks to compare with: name their folder with --masks DIR, or as dataset.masks in the study.',
    );
  const seeds = await folder(seedsPath, 'seeds');
  const masks = await folder(masksPath, '--masks');
  const saliency = options.saliency ?? study?.dataset.saliency ?? false;
  const inShares = options.shard !== undefined || options.merge === true;
  if (saliency !== false) {
    if (inShares)
      throw new InputError(
        'Seeds joined with saliency maps are not scored in shares: leave out --shard, or the maps with --no-saliency.',
      );
    const maps = await folder(saliency, 'saliency maps');
    return evaluateSalient(seeds, masks, maps, study, options, job);
  }
  const scores = await scored(seeds, masks, study, options, job);
  if (scores === null) return undefined;
  job.terminal.fault(scores.problems.map(({ message }) => message));
  job.terminal.result(scoresJson(scores), () => scoresText(scores));
  // A share is done when each of its images was tried: what could not be scored is told by the result.
  return scores.problems.length > 0 && !inShares ? exitCodes.badInput : undefined;
}

export function addEvaluate(program: Command, runJob: RunJob): void {
  const command = addShardOption(
    program
      .command('evaluate')
      .argument('<seeds>', "folder of seed files (.npy or .npz, IRN's or any dialect that can be read)")
      .description('Score seeds against masks: mIoU, FP and FN per threshold and class.')
      .option('--masks <dir>', "folder of masks (PNG, 0 background, 255 ignored; default: the study's)")
      .option(
        '--list <file>',
        "images to score (default: the study's list, or the one beside it that these seeds fit)",
      )
      .option(
        '--saliency <dir>',
        "join the seeds with saliency maps (grey PNG) as EDAM does; thresholds are then EDAM's theta (0.2 published; " +
          "default: the study's dataset.saliency)",
      )
      .option('--no-saliency', 'score the seeds alone although the study names saliency maps')
      .option('--threshold <t>', 'score this background score only', unitNumber)
      .option('--sweep', 'score .05, .10, ... .95 (the default)')
      .option('--allow-missing', 'score also when listed images have no seed')
      .option('--merge', 'only put together what shares have added up'),
    'the images, dealt by their ids; --merge then prints the scores',
  );
  addCommonOptions(command).action((seeds: string, options: EvaluateOptions) => {
    if (options.merge === true && options.shard !== undefined)
      command.error('error: --merge and --shard exclude each other');
    if (options.threshold !== undefined && options.sweep === true)
      command.error('error: --threshold and --sweep exclude each other');
    return runJob(options, (job) => evaluate(seeds, options, job));
  });
}
