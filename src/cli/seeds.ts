/** `lpcam seeds`: seed files for a list of images, as the next stage of a system reads them. */
import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { camRuleText, lpcamRuleText } from '../lpcam/ruleText';
import { seedMethods, seedSchemas, type SeedMethod, type SeedSchema } from '../lpcam/seedSchemas';
import type { SeedsResult } from '../protocol/seeds';
import type { Shard } from '../protocol/shard';
import { addCommonOptions, addPlainOption, studyPath, type CommonOptions } from './commonOptions';
import { exitCodes } from './exitCode';
import { openEngine } from './openEngine';
import type { Job, RunJob } from './program';
import { addShardOption } from './shardOption';

interface SeedsOptions extends CommonOptions {
  readonly out?: string;
  readonly method: SeedMethod;
  readonly schema?: SeedSchema;
  readonly list?: string;
  readonly bank?: string;
  readonly force?: boolean;
  readonly plain?: boolean;
  readonly shard?: Shard;
  readonly merge?: boolean;
}

/** How the maps were made, where the study's system has a rule of its own. */
function ruleText(method: SeedMethod, { fusion }: SeedsResult): string | null {
  if (fusion === null) return null;
  const rule = { rule: fusion, refined: true };
  return method === 'cam' ? camRuleText(rule) : lpcamRuleText(rule);
}

function seedsText(out: string, rule: string | null, result: SeedsResult): string {
  const { written, skipped, failed, dead, stopped, whole } = result;
  const lines = [`${written} seeds written to ${out}${skipped > 0 ? `, ${skipped} were there` : ''}`];
  if (rule !== null) lines.push(rule);
  if (dead.length > 0) lines.push(`${dead.length} dead seeds (zero everywhere)`);
  if (failed.length > 0)
    lines.push(`${failed.length} images without seeds (lpcam-seeds.json there says why)`);
  if (stopped !== null) lines.push(`Stopped: ${stopped}`);
  else if (!whole) lines.push('Other shares are not done yet; the last one completes lpcam-seeds.json.');
  return lines.join('\n');
}

/** The faults of single images; of those that a stop left, one line speaks for all. */
function faults({ failed, stopped }: SeedsResult): string[] {
  if (stopped === null) return failed.map(({ message }) => message);
  const own = failed.filter(({ message }) => !message.endsWith(stopped)).map(({ message }) => message);
  return [...own, `${stopped} ${failed.length - own.length} images have no seed for that.`];
}

async function seeds(options: SeedsOptions, job: Job): Promise<number> {
  const file = studyPath(options);
  const engine = await openEngine(options);
  try {
    const { method } = options;
    const result = await engine.makeSeeds(
      {
        study: { file, ...(options.bank === undefined ? {} : { bank: resolve(options.bank) }) },
        outputs: [
          {
            method,
            schema: options.schema ?? null,
            folder: options.out === undefined ? null : resolve(options.out),
          },
        ],
        list: options.list === undefined ? null : resolve(options.list),
        force: options.force === true,
        plain: options.plain === true,
        ...(options.shard === undefined ? {} : { shard: options.shard }),
        ...(options.merge === true ? { merge: true } : {}),
        deviceChoice: options.device ?? null,
        precisionChoice: options.precision ?? null,
      },
      ({ progress }) => job.terminal.progress(progress),
      job.signal,
    );
    const [output] = result.outputs;
    const out = output?.folder ?? '';
    job.terminal.notice(result.notices);
    job.terminal.fault(faults(result));
    const rule = ruleText(method, result);
    job.terminal.result({ out, method, schema: output?.schema, rule, ...result }, () =>
      seedsText(out, rule, result),
    );
    if (result.stopped !== null) return exitCodes.failed;
    // A share is done when each of its images was tried: what could not be used is told by the manifest.
    if (options.shard !== undefined || options.merge === true) return exitCodes.done;
    return result.failed.length > 0 ? exitCodes.badInput : exitCodes.done;
  } finally {
    await engine.dispose();
  }
}

export function addSeeds(program: Command, runJob: RunJob): void {
  const command = addPlainOption(
    program
      .command('seeds')
      .description('Write seed files for a list of images; seeds that are there are kept.')
      .option(
        '--out <dir>',
        "folder to write to (default: seeds/METHOD beside the study, or the study's seeds.folder)",
      )
      .addOption(new Option('--method <name>', 'whose maps').choices(seedMethods).default('lpcam'))
      .addOption(
        new Option(
          '--schema <name>',
          "irn: IRN's .npy (keys, cam, high_res); dict: {class: map} of MCTformer, EDAM, SEAM; png: label maps with VOC's palette (default: what the study's system reads)",
        ).choices(seedSchemas),
      )
      .option('--list <file>', "images (default: the study's list)")
      .option('--bank <file>', "prototype bank (default: the study's)")
      .option('--force', 'make seeds anew that are there')
      .option('--merge', 'make none, only complete the manifest of what shares made'),
  );
  addShardOption(command, 'the images, dealt by their ids; images that cannot be used do not fail a share');
  addCommonOptions(command).action((options: SeedsOptions) => {
    if (options.merge === true && (options.shard !== undefined || options.force === true))
      command.error('error: --merge excludes --shard and --force');
    return runJob(options, (job) => seeds(options, job));
  });
}
