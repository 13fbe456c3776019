/** `lpcam features`: extracts the features that clustering needs, ahead of it, in shares if wanted. */
import type { Command } from 'commander';
import { resolveStudy } from '../engine/study/resolve';
import type { Shard } from '../protocol/shard';
import { addCommonOptions, studyPath, type CommonOptions } from './commonOptions';
import { heldBank } from './heldBank';
import { openEngine } from './openEngine';
import type { Job, RunJob } from './program';
import { addShardOption } from './shardOption';

interface FeaturesOptions extends CommonOptions {
  readonly shard?: Shard;
}

async function features(options: FeaturesOptions, job: Job): Promise<undefined> {
  const reference = { file: studyPath(options) };
  const study = await resolveStudy(reference);
  const engine = await openEngine(options);
  try {
    const bank = await heldBank(engine, study, reference, job);
    if (bank !== null) {
      job.terminal.result(
        { bank: study.bankPath, upToDate: true, images: 0 },
        () => `${study.bankPath} is up to date: no features are needed.`,
      );
      return undefined;
    }
    const shard = options.shard ?? null;
    const done = await engine.clustering.clusterPart(
      {
        study: reference,
        deviceChoice: options.device ?? null,
        precisionChoice: options.precision ?? null,
      },
      { kind: 'features', shard },
      ({ progress }) => job.terminal.progress(progress),
      job.signal,
    );
    job.terminal.notice(done.notices);
    job.terminal.result(
      { bank: study.bankPath, upToDate: false, images: done.share, notices: done.notices },
      () =>
        `Features of ${done.share} images${shard === null ? '' : ` (share ${shard.index} of ${shard.of})`} are in ${study.bankPath}.work. Cluster them with "lpcam prototypes".`,
    );
  } finally {
    await engine.dispose();
  }
  return undefined;
}

export function addFeatures(program: Command, runJob: RunJob): void {
  addCommonOptions(
    addShardOption(
      program
        .command('features')
        .description(
          'Extract the features that "lpcam prototypes" clusters, ahead of it; those that are there are kept.',
        ),
      'the training images, dealt by their ids',
    ),
  ).action((options: FeaturesOptions) => runJob(options, (job) => features(options, job)));
}
