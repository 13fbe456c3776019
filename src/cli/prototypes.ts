/** `lpcam prototypes`: clusters the study's prototypes into a bank, unless it is up to date. */
import type { Command } from 'commander';
import { readBank } from '../engine/bankFile';
import { checkBankIsOurs } from '../engine/banks';
import type { Engine } from '../engine/engine';
import { clusteringKey } from '../engine/clustering/identity';
import { trainingImages } from '../engine/clustering/trainingImages';
import { resolveStudy } from '../engine/study/resolve';
import type { ResolvedStudy } from '../engine/study/resolvedStudy';
import { gateCentres } from '../lpcam/gating';
import type { PrototypeBank } from '../lpcam/bank';
import type { Gates } from '../lpcam/presets';
import type { StudySummary } from '../protocol/study';
import { addCommonOptions, studyPath, type CommonOptions } from './commonOptions';
import { openEngine } from './openEngine';
import type { Job, RunJob } from './program';
import { tableText } from './table';

interface PrototypesOptions extends CommonOptions {
  readonly force?: boolean;
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

/**
 * Whether the bank was clustered from this checkpoint, these images and these settings. Gates are applied on load and do
 * not count.
 */
function isUpToDate(bank: PrototypeBank, study: ResolvedStudy, summary: StudySummary): boolean {
  const { network, classes, fusion } = summary;
  const { hash, features, classifier } = network;
  const training = trainingImages(study, classes);
  const clustered = { checkpointHash: hash, features, classifier, fusion };
  const key = clusteringKey(study, clustered, classes, training);
  return bank.provenance.identity === key;
}

/** The bank of the study if it is up to date; why it is not is said. */
async function heldBank(
  engine: Engine,
  study: ResolvedStudy,
  reference: { readonly file: string },
  job: Job,
): Promise<PrototypeBank | null> {
  const summary = await engine.openStudy({ study: reference }, job.signal);
  job.terminal.notice(summary.notices);
  if (summary.bank === null) return null;
  const bank = await readBank(study.bankPath, summary.classes);
  return isUpToDate(bank, study, summary) ? bank : null;
}

async function prototypes(options: PrototypesOptions, job: Job): Promise<undefined> {
  const reference = { file: studyPath(options) };
  const study = await resolveStudy(reference);
  const { bankPath } = study;
  checkBankIsOurs(bankPath, study.file);
  const engine = await openEngine();
  try {
    const held = options.force === true ? null : await heldBank(engine, study, reference, job);
    if (held === null) {
      const params = { study: reference, deviceChoice: options.device ?? null };
      const done = await engine.cluster(
        params,
        ({ progress }) => job.terminal.progress(progress),
        job.signal,
      );
      job.terminal.notice(done.notices);
    }
    const { settings, classes, notices } = await engine.openStudy({ study: reference }, job.signal);
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
  addCommonOptions(
    program
      .command('prototypes')
      .description('Cluster the prototypes of every class into the prototype bank of the study.')
      .option('--force', 'cluster anew although the bank is up to date'),
  ).action((options: PrototypesOptions) => runJob(options, (job) => prototypes(options, job)));
}
