/** `lpcam seeds`: seed files for a list of images, as IRN and its family read them. */
import { Option, type Command } from 'commander';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { explainWhole, type Explanation } from '../engine/explanation';
import { makeSeeds, type SeedsResult } from '../engine/seedsJob';
import { openSeedsFolder, seedMethods, type SeedMethod, type SeedsRecord } from '../engine/seedsRecord';
import { listedClasses } from '../engine/study/dataset';
import { imagePath } from '../engine/study/images';
import { resolveStudy } from '../engine/study/resolve';
import type { ResolvedStudy } from '../engine/study/resolvedStudy';
import { InputError } from '../lpcam/inputError';
import { addCommonOptions, studyPath, type CommonOptions } from './commonOptions';
import { exitCodes } from './exitCode';
import { listedIds } from './listedIds';
import { openEngine } from './openEngine';
import type { Job, RunJob } from './program';

interface SeedsOptions extends CommonOptions {
  readonly out: string;
  readonly method: SeedMethod;
  readonly list?: string;
  readonly bank?: string;
  readonly force?: boolean;
}

/** Images to seed: of `--list`, else of the study. */
async function idsToSeed(study: ResolvedStudy, list: string | undefined): Promise<readonly string[]> {
  const ids = (await listedIds(list)) ?? study.dataset.ids;
  if (ids.length === 0)
    throw new InputError(
      'No images to make seeds of: name a list with --list FILE, or as dataset.list in the study.',
      {
        file: study.file ?? undefined,
        field: 'dataset.list',
      },
    );
  if (study.dataset.labels === null)
    throw new InputError(
      `${study.file ?? study.folder}: seeds are made for the labelled classes of an image; name the image-level labels as dataset.labels.`,
      { file: study.file ?? undefined, field: 'dataset.labels' },
    );
  return ids;
}

async function record(study: ResolvedStudy, method: SeedMethod): Promise<SeedsRecord> {
  const { bankPath } = study;
  if (method === 'lpcam' && !existsSync(bankPath))
    throw new InputError(
      `${bankPath}: no prototype bank here. Make it with "lpcam prototypes", or name one with --bank FILE.`,
      {
        file: bankPath,
      },
    );
  const hash = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  const { gates, inference } = study.settings;
  return {
    method,
    checkpoint: await hash(study.checkpoint),
    bank: method === 'cam' ? null : await hash(bankPath),
    gates: method === 'cam' ? null : { class: gates.class, context: [...gates.context] },
    scales: [...inference.scales],
    mirror: inference.mirror,
  };
}

/** The image's file and its labels; throws InputError when it has none. */
function checkedImage(study: ResolvedStudy, id: string): string {
  const path = imagePath(study, id);
  if (path === null)
    throw new InputError(
      `${id}: no image of this id in ${study.dataset.images ?? 'the study (dataset.images)'}.`,
    );
  if (study.dataset.labels?.has(id) !== true)
    throw new InputError(`${id}: no labels in ${study.dataset.labelsFile ?? 'the study'}.`);
  return path;
}

function seedsText(out: string, { written, skipped, failed, dead }: SeedsResult): string {
  const lines = [`${written} seeds written to ${out}${skipped > 0 ? `, ${skipped} were there` : ''}`];
  if (dead.length > 0) lines.push(`${dead.length} dead seeds (zero everywhere)`);
  if (failed.length > 0) lines.push(`${failed.length} images without seeds`);
  return lines.join('\n');
}

async function seeds(options: SeedsOptions, job: Job): Promise<number> {
  const file = studyPath(options);
  const reference = { file, ...(options.bank === undefined ? {} : { bank: resolve(options.bank) }) };
  const study = await resolveStudy(reference);
  const { method } = options;
  const ids = await idsToSeed(study, options.list);
  const out = resolve(options.out);
  const made = await record(study, method);
  await mkdir(out, { recursive: true });
  await openSeedsFolder(out, made, options.force === true);

  const engine = await openEngine();
  const explain = (id: string): Promise<Explanation> =>
    explainWhole(
      engine,
      {
        study: reference,
        image: checkedImage(study, id),
        classes: null,
        deviceChoice: options.device ?? null,
      },
      job.signal,
    );
  try {
    const result = await makeSeeds({
      ids,
      classes: listedClasses(study.dataset),
      outputs: [{ method, folder: out }],
      force: options.force === true,
      explain,
      signal: job.signal,
      onProgress: job.terminal.progress,
    });
    job.terminal.notice(result.notices);
    job.terminal.fault(result.failed.map(({ message }) => message));
    job.terminal.result({ out, method, ...result }, () => seedsText(out, result));
    return result.failed.length > 0 ? exitCodes.badInput : exitCodes.done;
  } finally {
    await engine.dispose();
  }
}

export function addSeeds(program: Command, runJob: RunJob): void {
  addCommonOptions(
    program
      .command('seeds')
      .description("Write seed files (IRN's .npy: keys, cam, high_res) for a list of images.")
      .requiredOption('--out <dir>', 'folder to write <id>.npy to; seeds that are there are kept')
      .addOption(new Option('--method <name>', 'whose maps').choices(seedMethods).default('lpcam'))
      .option('--list <file>', "images (default: the study's list)")
      .option('--bank <file>', "prototype bank (default: the study's)")
      .option('--force', 'make seeds anew that are there'),
  ).action((options: SeedsOptions) => runJob(options, (job) => seeds(options, job)));
}
