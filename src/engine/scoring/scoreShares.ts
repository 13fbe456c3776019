/**
 * Scoring in shares: each adds up its images into one small file, and the files add up to what one run finds. Scores are
 * of one confusion matrix over all images, never means of the shares' own.
 */
import { createHash } from 'node:crypto';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import { datasetTotals, type DatasetTotals } from '../../lpcam/triage/datasetScores';
import { joinColumns } from '../../lpcam/triage/scoreColumns';
import type { Shard } from '../../protocol/shard';
import { ofShard, shardName } from '../shard';
import { writeWhole } from '../writeWhole';
import type { ScoreTotals } from './recordOf';
import { classNamesOf, mergedTraits, planFacts, tellFolder } from './scoreCard';
import type { SeedTraits } from './scoreChunk';
import { readPart, type ScorePart } from './scorePart';
import {
  countImages,
  mostClasses,
  planScoring,
  type ScoreOptions,
  type ScorePlan,
  type SeedFolder,
} from './scorePlan';
import { checkScored, keepScore } from './scoreSeeds';
import { ShareInputs } from './shareInputs';

interface OneFolder extends ScorePlan {
  readonly folder: SeedFolder;
  readonly key: string;
}

async function planOfOne(options: ScoreOptions): Promise<OneFolder> {
  const plan = await planScoring(options);
  const [folder] = plan.folders;
  if (folder === undefined || plan.folders.length > 1)
    throw new RangeError('Shares are scored of one folder at a time.');
  const { path, manifest, labelMaps, swept } = folder;
  const made = manifest === null ? null : { ...manifest, created: '', updated: '' };
  const facts = [
    path,
    made,
    labelMaps,
    swept,
    plan.masks,
    plan.list.path,
    plan.list.ids,
    plan.study?.classes,
  ];
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  return { ...plan, folder, key };
}

const workFolder = ({ folder }: OneFolder) => `${folder.path}.work`;

function partPath(plan: OneFolder, shard: Shard): string {
  return join(workFolder(plan), `score-${shardName(shard)}.json`);
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

/** @param inputs as they were before they were read */
async function countShare(
  plan: OneFolder,
  shard: Shard,
  inputs: string,
  options: ScoreOptions,
): Promise<ScorePart> {
  const tasks = plan.tasks.filter(({ id }) => ofShard(id, shard));
  const chunks = await countImages(tasks, plan, options);
  const classes = plan.study?.classes?.length ?? mostClasses;
  const columns = joinColumns(
    chunks.flatMap((chunk) => chunk.columns),
    plan.folder.swept.thresholds.length,
    plan.masks !== null,
  );
  const totals = datasetTotals(columns, classes);
  const traits = mergedTraits(chunks.flatMap((chunk) => chunk.traits));
  return {
    key: plan.key,
    inputs,
    shard,
    images: columns.images,
    totals: {
      ...totals,
      truth: [...totals.truth],
      predicted: [...totals.predicted],
      hit: [...totals.hit],
      onBackground: [...totals.onBackground],
    },
    traits: {
      dialects: { ...traits.dialects },
      oldest: finite(traits.oldest),
      newest: finite(traits.newest),
      unlabelled: [...traits.unlabelled],
      unseeded: [...traits.unseeded],
      dead: [...traits.dead],
    },
    problems: chunks.flatMap((chunk) => chunk.problems.map((problem) => ({ ...problem }))),
    largestLabel: Math.max(0, ...chunks.map((chunk) => chunk.largestLabel)),
  };
}

interface Divisions {
  /** The parts of each division that is whole, in their order. */
  readonly whole: readonly (readonly ScorePart[])[];
  /** What there is of those that are not. */
  readonly lacking: string;
}

async function divisions(plan: OneFolder): Promise<Divisions> {
  const byCount = new Map<number, ScorePart[]>();
  for (const name of await readdir(workFolder(plan)).catch(() => [])) {
    if (!name.startsWith('score-') || !name.endsWith('.json')) continue;
    const part = await readPart(join(workFolder(plan), name), plan.key);
    if (part !== null) byCount.set(part.shard.of, [...(byCount.get(part.shard.of) ?? []), part]);
  }
  const done = [...byCount].map(
    ([of, parts]) => `of ${of} shares ${parts.map(({ shard }) => shard.index).join(', ')}`,
  );
  return {
    whole: [...byCount]
      .filter(([of, parts]) => parts.length >= of)
      .map(([, parts]) => parts.sort((one, other) => one.shard.index - other.shard.index)),
    lacking: done.length === 0 ? 'none is' : `done: ${done.join('; ')}`,
  };
}

function summed(parts: readonly ScorePart[], classes: number): DatasetTotals {
  const thresholds = parts[0]?.totals.thresholds ?? 1;
  const sum = (of: (totals: ScorePart['totals']) => number) =>
    parts.reduce((total, part) => total + of(part.totals), 0);
  const add = (of: 'truth' | 'predicted' | 'hit' | 'onBackground', length: number) => {
    const into = new Float64Array(length);
    for (const part of parts)
      for (let i = 0; i < length; i++) into[i] = (into[i] ?? 0) + (part.totals[of][i] ?? 0);
    return into;
  };
  const places = (classes + 1) * thresholds;
  return {
    classes,
    thresholds,
    pixels: sum(({ pixels }) => pixels),
    background: sum(({ background }) => background),
    truth: add('truth', classes + 1),
    predicted: add('predicted', places),
    hit: add('hit', places),
    onBackground: add('onBackground', places),
  };
}

/** In the order of the list, as one run finds them. */
function inOrder<T>(
  entries: readonly T[],
  idOf: (entry: T) => string,
  places: ReadonlyMap<string, number>,
): T[] {
  const place = (entry: T) => places.get(idOf(entry)) ?? Infinity;
  return [...entries].sort((one, other) => place(one) - place(other));
}

function joinedTraits(parts: readonly ScorePart[], places: ReadonlyMap<string, number>): SeedTraits {
  const all = mergedTraits(
    parts.map(({ traits }) => ({
      ...traits,
      oldest: traits.oldest ?? Infinity,
      newest: traits.newest ?? -Infinity,
    })),
  );
  const ordered = (list: readonly string[]) => inOrder(list, (id) => id, places);
  return {
    ...all,
    unlabelled: ordered(all.unlabelled),
    unseeded: ordered(all.unseeded),
    dead: ordered(all.dead),
  };
}

async function merged(
  plan: OneFolder,
  parts: readonly ScorePart[],
  options: ScoreOptions,
): Promise<ScoreTotals> {
  const places = new Map(plan.list.ids.map((id, place) => [id, place]));
  const found = inOrder(
    parts.flatMap(({ problems }) => problems),
    ({ id }) => id,
    places,
  );
  const images = parts.reduce((sum, part) => sum + part.images, 0);
  const problems = [...plan.problems, ...found].map(({ id, message }) => ({ id, message }));
  checkScored(images, plan.list.found, problems[0]?.message);
  const classes = classNamesOf(plan, Math.max(...parts.map(({ largestLabel }) => largestLabel)));
  const wrongSize = found.filter(({ size }) => size).map(({ id }) => id);
  const traits = joinedTraits(parts, places);
  const told = await tellFolder(plan.folder, { traits, images, wrongSize }, plan, options.signal);
  const scores: ScoreTotals = {
    ...planFacts(plan),
    classes,
    images,
    first: told.seeds,
    totals: summed(parts, classes.length),
    problems,
    record: null,
  };
  const record = options.keep ? await keepScore(scores, plan, told.hash, options) : null;
  for (const { shard } of parts) await rm(partPath(plan, shard), { force: true });
  // It stays where shares of something else lie in it.
  await rmdir(workFolder(plan)).catch(() => undefined);
  return { ...scores, record };
}

/**
 * Adds up a share, unless that was done with the same files.
 * @returns whether all shares are done now; whether files have changed since is looked at when they are put together
 * @throws InputError as `scoreSeeds`
 */
export async function scoreShare(options: ScoreOptions, shard: Shard): Promise<boolean> {
  const plan = await planOfOne(options);
  const path = partPath(plan, shard);
  const inputs = (await ShareInputs.look(plan, shard)).of(shard);
  if ((await readPart(path, plan.key))?.inputs !== inputs)
    await writeWhole(path, JSON.stringify(await countShare(plan, shard, inputs, options)));
  return (await divisions(plan)).whole.length > 0;
}

/**
 * Puts the shares together.
 * @throws InputError when one of them is not done, or of files that have changed since
 */
export async function mergeShares(options: ScoreOptions): Promise<ScoreTotals> {
  const plan = await planOfOne(options);
  const { whole, lacking } = await divisions(plan);
  const file = plan.folder.path;
  if (whole.length === 0)
    throw new InputError(
      `${file}: the shares of this scoring are not all done (${lacking}). Run the others with the same options, or "lpcam evaluate" without --shard.`,
      { file },
    );
  const inputs = await ShareInputs.look(plan, null);
  const outdated = whole.map((parts) => parts.filter((part) => part.inputs !== inputs.of(part.shard)));
  const parts = whole.find((_, place) => outdated[place]?.length === 0);
  if (parts !== undefined) return merged(plan, parts, options);
  const shares = (outdated[0] ?? []).map(({ shard }) => `${shard.index}/${shard.of}`).join(', ');
  throw new InputError(
    `${file}: masks, seeds or labels changed after these shares were counted: ${shares}. Run "lpcam evaluate --shard" for them again, or "lpcam evaluate" without --shard.`,
    { file },
  );
}
