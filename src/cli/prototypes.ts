/** `lpcam prototypes`: clusters the study's prototypes into a bank, unless it is up to date. */
import type { Command } from 'commander';
import { readBank } from '../engine/bankFile';
import { checkBankIsOurs } from '../engine/banks';
import type { Engine } from '../engine/engine';
import { resolveStudy } from '../engine/study/resolve';
import { gateCentres } from '../lpcam/gating';
import type { PrototypeBank } from '../lpcam/bank';
import { InputError } from '../lpcam/inputError';
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
      .map(({ set, scores }) => ({ set, p: scores[classIndex] ?? 0 }));
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

/** Whether the bank was made by this checkpoint with these settings (gates are applied on load and do not count). */
function isUpToDate(bank: PrototypeBank, { network, settings, classes }: StudySummary): boolean {
  const { provenance } = bank;
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  return (
    provenance.checkpointHash === network.hash &&
    same(bank.classes, classes) &&
    provenance.clustering !== null &&
    provenance.inference !== null &&
    sameFields(provenance.clustering, settings.clustering) &&
    sameFields(provenance.inference, settings.inference)
  );
}

/** Field by field: the order of a JSON object's keys means nothing. */
function sameFields<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(b) as (keyof T)[];
  return keys.every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
}

/** The bank of the study if it is up to date. One that cannot be read is not, and that is said. */
async function heldBank(
  engine: Engine,
  study: { readonly file: string },
  bankPath: string,
  job: Job,
): Promise<PrototypeBank | null> {
  try {
    const summary = await engine.openStudy({ study }, job.signal);
    if (summary.bank === null) return null;
    const bank = await readBank(bankPath, summary.classes);
    return isUpToDate(bank, summary) ? bank : null;
  } catch (error) {
    if (!(error instanceof InputError) || error.where.file !== bankPath) throw error;
    job.terminal.note(`note: ${error.message} It is clustered anew.`);
    return null;
  }
}

async function prototypes(options: PrototypesOptions, job: Job): Promise<undefined> {
  const study = { file: studyPath(options) };
  const { bankPath, notices } = await resolveStudy(study);
  checkBankIsOurs(bankPath, study.file);
  job.terminal.notice(notices);
  const engine = await openEngine();
  try {
    const held = options.force === true ? null : await heldBank(engine, study, bankPath, job);
    if (held === null) {
      const params = { study, deviceChoice: options.device ?? null };
      const done = await engine.cluster(
        params,
        ({ progress }) => job.terminal.progress(progress),
        job.signal,
      );
      job.terminal.notice(done.notices);
    }
    const { settings, classes } = await engine.openStudy({ study }, job.signal);
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
