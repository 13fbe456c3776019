/** Recipes of the maps that the panel draws: from the small maps of the scales, without making any at the image's size. */
import { mapSize, type LowMap, type ReducedSize } from '../../../lpcam/aggregate';
import { ScaleSum, WeightCache, type SumSize } from '../../../lpcam/scaleSum';
import type { MapRecipe } from '../../shared/picture/recipe';

/** As `aggregateFused` has it. */
const smallestRange = 1e-8;
const roundUpTo16 = (x: number) => Math.ceil(x / 16) * 16;

export class Recipes {
  readonly #weights = new WeightCache();

  /** @param fused under the rule of a system, whose maps are upsampled straight to the size */
  constructor(
    private readonly height: number,
    private readonly width: number,
    private readonly fused: boolean,
  ) {}

  /** `aggregateCam`, or `aggregateFused` under a rule. */
  cam(perScale: readonly LowMap[], size: ReducedSize): MapRecipe {
    const sum = this.#sum(perScale, size, this.fused);
    if (this.fused) return fusedRecipe(sum);
    const range = Math.fround(sum.largest + Math.fround(1e-5));
    return { sum, scales: 1, least: 0, range, dead: false };
  }

  /** `aggregateLpcam`, or `aggregateFused` under a rule. */
  lpcam(perScale: readonly LowMap[], size: ReducedSize): MapRecipe {
    const sum = this.#sum(perScale, size, this.fused);
    if (this.fused) return fusedRecipe(sum);
    const scales = Math.max(perScale.length, 1);
    const range = Math.fround(sum.largest / scales);
    return { sum, scales, least: 0, range, dead: !(range > 0) };
  }

  /** `aggregateSimilarity`. */
  similarity(perScale: readonly LowMap[], size: ReducedSize): MapRecipe {
    const sum = this.#sum(perScale, size, false);
    return { sum, scales: Math.max(perScale.length, 1), least: 0, range: 1, dead: false };
  }

  #sum(perScale: readonly LowMap[], size: ReducedSize, straight: boolean): ScaleSum {
    const { height, width } = mapSize(this.height, this.width, size);
    const rounded = size === 'highRes' && !straight;
    const sized: SumSize = {
      height,
      width,
      fullHeight: rounded ? roundUpTo16(height) : height,
      fullWidth: rounded ? roundUpTo16(width) : width,
    };
    return new ScaleSum(perScale, sized, this.#weights);
  }
}

function fusedRecipe(sum: ScaleSum): MapRecipe {
  const { least, largest } = sum;
  const range = Math.fround(Math.fround(largest - least) + smallestRange);
  return { sum, scales: 1, least, range, dead: !(largest > least) };
}

/** What a recipe weighs: its small maps. */
export function recipeBytes({ sum }: MapRecipe): number {
  return sum.perScale.reduce((bytes, { data }) => bytes + data.byteLength, 100);
}
