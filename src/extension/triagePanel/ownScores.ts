/** Scores on their way to the page: each array with a buffer of its own, as VS Code sends the whole buffer of a view. */
import type { ScoredSeeds, SeedScores } from '../../protocol/score';
import type { SeedPreview } from '../../protocol/seedPreview';
import { own } from '../panel/ownBuffers';

function ownSeeds(seeds: ScoredSeeds): ScoredSeeds {
  const { columns } = seeds;
  return {
    ...seeds,
    columns: {
      ...columns,
      pixels: own(columns.pixels),
      background: own(columns.background),
      first: own(columns.first),
      label: own(columns.label),
      flags: own(columns.flags),
      truth: own(columns.truth),
      predicted: own(columns.predicted),
      hit: own(columns.hit),
      onBackground: own(columns.onBackground),
    },
  };
}

export function ownScores(scores: SeedScores): SeedScores {
  const { first, second, agreement } = scores;
  return {
    ...scores,
    first: ownSeeds(first),
    second: second && ownSeeds(second),
    agreement: agreement && own(agreement),
  };
}

export function ownPreview(preview: SeedPreview): SeedPreview {
  return {
    ...preview,
    image: preview.image && own(preview.image),
    mask: preview.mask && own(preview.mask),
    seeds: preview.seeds.map((seed) => seed && { labels: own(seed.labels), values: own(seed.values) }),
  };
}
