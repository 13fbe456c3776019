/** Recipes of the maps that the panel draws: from the small maps of the scales, without making any at the image's size. */
import { mapSize, type LowMap, type ReducedSize } from '../../../lpcam/aggregate';
import { ScaleSum, WeightCache, type SumSize } from '../../../lpcam/scaleSum';
import type { MapRecipe } from '../../shared/picture/recipe';

/** As `aggregateFused` has it. */
const smallestRange = 1e-8;
/** Above this a value is positive also when it is divided by a number of scales. */
const surelyPositive = 1e-30;
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
    return {
      sum,
      scales: 1,
      least: 0,
      get range() {
        return Math.fround(sum.largest + Math.fround(1e-5));
      },
      dead: false,
    };
  }

  /** `aggregateLpcam`, or `aggregateFused` under a rule. */
  lpcam(perScale: readonly LowMap[], size: ReducedSize): MapRecipe {
    const sum = this.#sum(perScale, size, this.fused);
    if (this.fused) return fusedRecipe(sum);
    return new LpcamRecipe(sum, Math.max(perScale.length, 1));
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

class LpcamRecipe implements MapRecipe {
  readonly least = 0;
  #dead: boolean | undefined;

  constructor(
    readonly sum: ScaleSum,
    readonly scales: number,
  ) {}

  get range(): number {
    return Math.fround(this.sum.largest / this.scales);
  }

  get dead(): boolean {
    return (this.#dead ??= !(this.sum.exceeds(surelyPositive) || this.range > 0));
  }
}

function fusedRecipe(sum: ScaleSum): MapRecipe {
  return {
    sum,
    scales: 1,
    get least() {
      return sum.least;
    },
    get range() {
      return Math.fround(Math.fround(sum.largest - sum.least) + smallestRange);
    },
    get dead() {
      return !(sum.largest > sum.least);
    },
  };
}

/** What a recipe weighs: its small maps. */
export function recipeBytes({ sum }: MapRecipe): number {
  return sum.perScale.reduce((bytes, { data }) => bytes + data.byteLength, 100);
}
