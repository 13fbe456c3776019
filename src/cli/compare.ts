/** `lpcam compare`: which prototypes of one bank are those of another. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { compareBanks } from '../engine/gallery/bankComparison';
import {
  countClasses,
  countPairs,
  defaultPairBars,
  pairFate,
  type ComparisonCounts,
  type PairBars,
} from '../lpcam/bankComparison';
import { InputError } from '../lpcam/inputError';
import type { BankComparison } from '../protocol/comparison';
import { addCommonOptions, optionalStudyPath, type CommonOptions } from './commonOptions';
import type { Job, RunJob } from './program';
import { tableText } from './table';

interface CompareOptions extends CommonOptions {
  readonly matched: number;
  readonly drifted: number;
}

function counts({ matched, drifted, died, born, medianCosine }: ComparisonCounts) {
  return [matched, drifted, died, born, medianCosine];
}

function ownClassesText({ path, classesOfItsOwn }: BankComparison['first']): string[] {
  return classesOfItsOwn.length === 0
    ? []
    : [`Not compared, only ${path} knows them: ${classesOfItsOwn.join(', ')}`];
}

function comparisonText({ first, second, pairs, gates, gatesOf }: BankComparison, bars: PairBars): string {
  const table = tableText(
    [
      { title: 'class' },
      { title: 'matched' },
      { title: 'drifted' },
      { title: 'died' },
      { title: 'born' },
      { title: 'median cosine', digits: 4 },
    ],
    [
      ...countClasses(pairs, bars).map((row) => [row.className, ...counts(row)]),
      ['all', ...counts(countPairs(pairs, bars))],
    ],
  );
  return [
    table,
    '',
    `Prototypes of ${first.path} in ${second.path}`,
    `matched: cosine >= ${bars.matched}; drifted: >= ${bars.drifted}; gates of ${gatesOf ?? 'the preset voc'}: class ${gates.class}, context ${gates.context.join(' to ')}`,
    ...ownClassesText(first),
    ...ownClassesText(second),
  ].join('\n');
}

async function compare(first: string, second: string, options: CompareOptions, job: Job): Promise<undefined> {
  const bars: PairBars = { matched: options.matched, drifted: options.drifted };
  if (bars.drifted > bars.matched)
    throw new InputError(
      `--drifted ${bars.drifted} is above --matched ${bars.matched}: a pair drifts before it is parted. Give a lower --drifted.`,
      { field: '--drifted' },
    );
  const study = optionalStudyPath(options);
  const comparison = await compareBanks(
    { first: resolve(first), second: resolve(second), study: study === null ? null : { file: study } },
    job.signal,
  );
  job.terminal.notice(comparison.notices);
  const { pairs, ...facts } = comparison;
  job.terminal.result(
    {
      ...facts,
      bars,
      all: countPairs(pairs, bars),
      classes: countClasses(pairs, bars),
      pairs: pairs.map((pair) => ({ ...pair, became: pairFate(pair, bars) })),
    },
    () => comparisonText(comparison, bars),
  );
  return undefined;
}

/** A cosine, for commander. */
function cosine(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= -1 && value <= 1))
    throw new InvalidArgumentError('Expected a cosine from -1 to 1.');
  return value;
}

export function addCompare(program: Command, runJob: RunJob): void {
  addCommonOptions(
    program
      .command('compare')
      .argument('<first>', 'the prototype bank to begin with: .safetensors, or class_ceneters.pt')
      .argument('<second>', 'the prototype bank to compare it with')
      .description(
        'Match the prototypes of two banks by cosine, per class and set: matched, drifted, died and born.',
      )
      .addOption(
        new Option('--matched <cosine>', 'from here on both are the same prototype')
          .argParser(cosine)
          .default(defaultPairBars.matched),
      )
      .addOption(
        new Option(
          '--drifted <cosine>',
          'from here on it is the same one, changed; below, one died, one was born',
        )
          .argParser(cosine)
          .default(defaultPairBars.drifted),
      ),
  ).action((first: string, second: string, options: CompareOptions) =>
    runJob(options, (job) => compare(first, second, options, job)),
  );
}
