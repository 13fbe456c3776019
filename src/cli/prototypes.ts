/** `lpcam prototypes`: clusters the study's prototypes into a bank, unless it is up to date. */
import type { Command } from 'commander';
import { readBank } from '../engine/bankFile';
import { checkBankIsOurs } from '../engine/banks';
import type { ClusterPart, PartResult } from '../engine/clustering/clusterStudy';
import { resolveStudy } from '../engine/study/resolve';
import { gateCentres } from '../lpcam/gating';
import type { PrototypeBank } from '../lpcam/bank';
import type { Gates } from '../lpcam/presets';
import { InputError } from '../lpcam/inputError';
import type { Shard } from '../protocol/shard';
import type { Progress } from '../protocol/progress';
import { addCommonOptions, studyPath, type CommonOptions } from './commonOptions';
import { heldBank } from './heldBank';
import { openEngine } from './openEngine';
import type { Job, RunJob } from './program';
import { addShardOption } from './shardOption';
import { tableText } from './table';

interface PrototypesOptions extends CommonOptions {
  readonly force?: boolean;
  readonly shard?: Shard;
  readonly merge?: boolean;
}

interface ClassRow {
  readonly name: string;
  readonly classPrototypes: number;
  readonly contextPrototypes: number;
  readonly rejected: number;
  /** Positions clustered and whether k-means settled, per set; null where the class was not clustered. */
  readonly foreground: SetRow | null;
  readonly background: SetRow | null;
}

interface SetRow {
  readonly rows: number;
  readonly k: number;
  readonly iterations: number;
  readonly settled: boolean;
}

function setRow(bank: PrototypeBank, classIndex: number, set: 'foreground' | 'background'): SetRow | null {
  const trace = bank.traces.find((entry) => entry.classIndex === classIndex && entry.set === set);
  if (trace === undefined) return null;
  return { rows: trace.rows, k: trace.k, iterations: trace.summedShift.length, settled: trace.settled };
}

function classRows(bank: PrototypeBank, gates: Gates): ClassRow[] {
  return bank.classes.flatMap((name, classIndex) => {
    const centres = bank.centres
      .filter((centre) => centre.classIndex === classIndex)
      .map(({ set, scores, mark }) => ({ set, p: scores[classIndex] ?? 0, mark }));
    if (centres.length === 0) return [];
    const { fates } = gateCentres(centres, gates, bank.alreadyGated);
    const count = (kind: string) => fates.filter((fate) => fate.kind === kind).length;
    return {
      name,
      classPrototypes: count('class'),
      contextPrototypes: count('context'),
      rejected: count('rejected'),
      foreground: setRow(bank, classIndex, 'foreground'),
      background: setRow(bank, classIndex, 'background'),
    };
  });
}

function iterationsText(row: SetRow | null): string {
  return row === null ? '-' : `${row.iterations}${row.settled ? '' : ' (limit)'}`;
}

function bankText(bank: PrototypeBank, gates: Gates): string {
  return tableText(
    [
      { title: 'class' },
      { title: 'prototypes' },
      { title: 'context' },
      { title: 'rejected' },
      { title: 'foreground rows' },
      { title: 'iterations' },
      { title: 'background rows' },
      { title: 'iterations' },
    ],
    classRows(bank, gates).map((row) => [
      row.name,
      row.classPrototypes,
      row.contextPrototypes,
      row.rejected,
      row.foreground?.rows ?? null,
      iterationsText(row.foreground),
      row.background?.rows ?? null,
      iterationsText(row.background),
    ]),
  );
}

/** The part of the work that is asked for; null: all of it. */
function partOf({ shard, merge }: PrototypesOptions): ClusterPart | null {
  if (shard !== undefined) return { kind: 'classes', shard };
  return merge === true ? { kind: 'merge' } : null;
}

/** Says how far a share got that did not complete the bank. */
function tellPart({ share, lacking }: PartResult, part: ClusterPart, bankPath: string, job: Job): void {
  const rest = `${lacking.length} classes are not clustered yet (${lacking.slice(0, 5).join(', ')}${lacking.length > 5 ? ', ...' : ''})`;
  if (part.kind === 'merge')
    throw new InputError(
      `${bankPath} cannot be put together: ${rest}. Run their shares again, or "lpcam prototypes" without --shard.`,
      { file: bankPath },
    );
  job.terminal.result(
    { bank: bankPath, upToDate: false, share, lacking },
    () => `${share} classes of this share are clustered; ${rest}. The last share writes ${bankPath}.`,
  );
}

async function prototypes(options: PrototypesOptions, job: Job): Promise<undefined> {
  const reference = { file: studyPath(options) };
  const study = await resolveStudy(reference);
  const { bankPath } = study;
  checkBankIsOurs(bankPath, study.file);
  const engine = await openEngine(options);
  try {
    const held = options.force === true ? null : await heldBank(engine, study, reference, job);
    if (held === null) {
      const params = {
        study: reference,
        deviceChoice: options.device ?? null,
        precisionChoice: options.precision ?? null,
      };
      const part = partOf(options);
      const onEvent = ({ progress }: { progress: Progress }) => job.terminal.progress(progress);
      const done =
        part === null
          ? await engine.clustering.cluster(params, onEvent, job.signal)
          : await engine.clustering.clusterPart(params, part, onEvent, job.signal);
      job.terminal.notice(done.notices);
      if (part !== null && 'lacking' in done && done.lacking.length > 0) {
        tellPart(done, part, bankPath, job);
        return undefined;
      }
    }
    const { settings, classes, notices } = await engine.studies.openStudy({ study: reference }, job.signal);
    job.terminal.notice(notices);
    const bank = held ?? (await readBank(bankPath, classes));
    const upToDate = held !== null;
    job.terminal.result(
      {
        bank: bankPath,
        upToDate,
        channels: bank.channels,
        centres: bank.centres.length,
        created: bank.provenance.created,
        device: bank.provenance.device,
        scoring: bank.provenance.scoring ?? null,
        classes: classRows(bank, settings.gates),
      },
      () =>
        `${bankText(bank, settings.gates)}\n\n${bankPath}${upToDate ? ' is up to date (--force clusters anew)' : ''}`,
    );
  } finally {
    await engine.dispose();
  }
  return undefined;
}

export function addPrototypes(program: Command, runJob: RunJob): void {
  const command = addShardOption(
    program
      .command('prototypes')
      .description('Cluster the prototypes of every class into the prototype bank of the study.')
      .option('--force', 'cluster anew although the bank is up to date')
      .option('--merge', 'only put together what shares have clustered'),
    'the classes; the last share writes the bank, the same bytes as without',
  );
  addCommonOptions(command).action((options: PrototypesOptions) => {
    if ([options.force, options.merge, options.shard].filter(Boolean).length > 1)
      command.error(
        'error: --force, --merge and --shard exclude each other (delete the bank to cluster it anew)',
      );
    return runJob(options, (job) => prototypes(options, job));
  });
}
