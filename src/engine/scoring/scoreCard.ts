/** What is told of a folder of seeds beside its figures: the card, and whose seeds they are. */
import type { ScoredSeeds, SeedScores } from '../../protocol/score';
import { checkpointFact } from './checkpointFact';
import type { SeedTraits } from './scoreChunk';
import {
  deadFact,
  dialectFact,
  labelsFact,
  listFact,
  masksFact,
  saliencyFact,
  sizeFact,
  stageFact,
} from './scoreFacts';
import { mostClasses, type ScorePlan, type SeedFolder } from './scorePlan';
import { seedStage } from './seedStage';

/** Of several chunks or shares, in their order. */
export function mergedTraits(all: readonly SeedTraits[]): SeedTraits {
  const dialects: Record<string, number> = {};
  for (const traits of all)
    for (const [dialect, files] of Object.entries(traits.dialects))
      dialects[dialect] = (dialects[dialect] ?? 0) + files;
  return {
    dialects,
    oldest: Math.min(...all.map(({ oldest }) => oldest)),
    newest: Math.max(...all.map(({ newest }) => newest)),
    unlabelled: all.flatMap(({ unlabelled }) => unlabelled),
    unseeded: all.flatMap(({ unseeded }) => unseeded),
    dead: all.flatMap(({ dead }) => dead),
  };
}

/** What was found of the images of a folder, by one run or by all shares. */
export interface FoundSeeds {
  readonly traits: SeedTraits;
  /** Images scored. */
  readonly images: number;
  /** Images whose seed has another size than its mask. */
  readonly wrongSize: readonly string[];
}

export interface ToldFolder {
  readonly seeds: Omit<ScoredSeeds, 'columns'>;
  /** Of the checkpoint that made the seeds; null where nothing says. */
  readonly hash: string | null;
}

export async function tellFolder(
  folder: SeedFolder,
  { traits, images, wrongSize }: FoundSeeds,
  { study, list, extra, masks }: ScorePlan,
  signal: AbortSignal,
): Promise<ToldFolder> {
  const dataset = study?.dataset ?? null;
  const stage = seedStage({ ...folder, folder: folder.path, dialects: traits.dialects });
  const checkpoint = await checkpointFact(study?.checkpoint ?? null, folder.manifest, traits, signal);
  return {
    hash: checkpoint.hash,
    seeds: {
      path: folder.path,
      stage: stage.stage,
      labelMaps: folder.labelMaps,
      ...folder.swept,
      facts: [
        listFact(list, images, extra, list.path === (dataset?.list ?? null)),
        masksFact(masks),
        stageFact(stage, folder.labelMaps),
        labelsFact(dataset?.labelsFile ?? null, traits, images),
        checkpoint.fact,
        dialectFact(traits),
        ...sizeFact(wrongSize),
        ...deadFact(traits),
        ...saliencyFact(dataset?.saliency ?? null),
      ],
    },
  };
}

/** As the network's outputs are called where nothing names them. @param largestLabel of seeds and masks */
export function classNamesOf({ study }: ScorePlan, largestLabel: number): string[] {
  const named = study?.classes ?? null;
  const count = Math.min(largestLabel, mostClasses);
  return named === null ? Array.from({ length: count }, (_, index) => `class ${index}`) : [...named];
}

/** What every answer says of the plan. */
export function planFacts({
  list,
  others,
  masks,
  missing,
  study,
}: ScorePlan): Pick<SeedScores, 'list' | 'lists' | 'masks' | 'missing' | 'notices'> {
  return {
    masks,
    list: { path: list.path, name: list.name, listed: list.listed, found: list.found },
    lists: [...others],
    missing: [...missing],
    notices: [...(study?.notices ?? [])],
  };
}
