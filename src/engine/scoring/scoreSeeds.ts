/** Scores one folder of seeds, or two beside each other. */
import { InputError } from '../../lpcam/inputError';
import { datasetTotals } from '../../lpcam/triage/datasetScores';
import { joinColumns } from '../../lpcam/triage/scoreColumns';
import type { ScoredSeeds, SeedScores } from '../../protocol/score';
import { recordOf, type ScoreTotals } from './recordOf';
import { classNamesOf, mergedTraits, planFacts, tellFolder } from './scoreCard';
import { joinedShares } from './scoreChunk';
import { countImages, planScoring, type ScoreOptions, type ScorePlan } from './scorePlan';
import { studyFolder, writeScoreRecord } from './scoreRecords';

/** What the figures over all images need of a scoring, without the counts of single ones. */
export function totalsOf(scores: SeedScores): ScoreTotals {
  const { first, classes, ids } = scores;
  return { ...scores, first, images: ids.length, totals: datasetTotals(first.columns, classes.length) };
}

/** Keeps a record in the study's folder. @returns its path; null: there is no study */
export async function keepScore(
  scores: ScoreTotals,
  { study, folders }: ScorePlan,
  hash: string | null,
  { study: reference }: ScoreOptions,
): Promise<string | null> {
  if (reference === null || study === null) return null;
  const folder = studyFolder(reference);
  const record = recordOf(scores, study, folders[0]?.manifest ?? null, hash, folder);
  return writeScoreRecord(folder, record);
}

/** @throws InputError when there is nothing to give figures of */
export function checkScored(images: number, found: number, problem: string | undefined): void {
  if (images > 0) return;
  throw new InputError(
    `None of the ${found} images could be scored. The first problem: ${problem ?? 'none'}`,
  );
}

/**
 * Scores seeds as the published evaluation does: one confusion matrix over the list (lpcam.md, section 5).
 * @throws InputError when the study, the folder or the list cannot be used, or nothing can be scored; what is wrong with
 * single images is among the result's problems
 */
export async function scoreSeeds(options: ScoreOptions): Promise<SeedScores> {
  const plan = await planScoring(options);
  const { folders, masks } = plan;
  const chunks = await countImages(plan.tasks, plan, options);
  const ids = chunks.flatMap((chunk) => chunk.ids);
  const problems = [...plan.problems, ...chunks.flatMap((chunk) => chunk.problems)];
  checkScored(ids.length, plan.list.found, problems[0]?.message);
  const wrongSize = chunks.flatMap((chunk) => chunk.problems.filter(({ size }) => size).map(({ id }) => id));
  const told = await Promise.all(
    folders.map(async (folder, at): Promise<{ seeds: ScoredSeeds; hash: string | null }> => {
      const traits = mergedTraits(chunks.flatMap((chunk) => chunk.traits[at] ?? []));
      const found = { traits, images: ids.length, wrongSize };
      const { seeds, hash } = await tellFolder(folder, found, plan, options.signal);
      const columns = joinColumns(
        chunks.flatMap((chunk) => chunk.columns[at] ?? []),
        folder.swept.thresholds.length,
        masks !== null,
      );
      return { seeds: { ...seeds, columns }, hash };
    }),
  );
  const [one, other] = told;
  if (one === undefined) throw new RangeError('No folder of seeds to score.');
  const scores: SeedScores = {
    ...planFacts(plan),
    classes: classNamesOf(plan, Math.max(...chunks.map(({ largestLabel }) => largestLabel))),
    ids,
    first: one.seeds,
    second: other?.seeds ?? null,
    agreement:
      other === undefined
        ? null
        : joinedShares(chunks.map(({ agreement }) => agreement ?? new Uint16Array())),
    problems: problems.map(({ id, message }) => ({ id, message })),
    record: null,
  };
  const record =
    options.keep && folders.length === 1 ? await keepScore(totalsOf(scores), plan, one.hash, options) : null;
  return { ...scores, record };
}
